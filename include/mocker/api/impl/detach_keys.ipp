#ifndef MOCKER_API_IMPL_DETACH_KEYS_IPP
#define MOCKER_API_IMPL_DETACH_KEYS_IPP

#include <mocker/api/detach_keys.hpp>

namespace mocker::api {
namespace detail {

/// The byte that a terminal sends for @p key, or -1.
MOCKER_DECL int key_code(std::string_view key) {
    if (key.size() == 1) return static_cast<unsigned char>(key.front());
    if (!key.starts_with("ctrl-") || key.size() != 6) return -1;
    char const c = key.back();
    if (c >= 'a' && c <= 'z') return c - 'a' + 1;
    if (c == '@') return 0;
    auto const special = std::string_view("[\\]^_").find(c);
    return special == std::string_view::npos ? -1 : 27 + static_cast<int>(special);
}

} // namespace detail

MOCKER_DECL result<detach_keys> detach_keys::parse(std::string_view text) {
    detach_keys keys;
    auto rest = text.empty() ? std::string_view("ctrl-p,ctrl-q") : text;
    for (bool more = true; more;) {
        auto const comma = rest.find(',');
        int const code = detail::key_code(rest.substr(0, comma));
        if (code < 0) return error(errc::malformed, "Invalid detach keys (" + std::string(text) + ") provided");
        keys.sequence_ += static_cast<char>(code);
        more = comma != std::string_view::npos;
        if (more) rest.remove_prefix(comma + 1);
    }
    return keys;
}

MOCKER_DECL bool detach_keys::filter(std::string_view typed, std::string& forward) {
    for (char const c : typed) {
        if (c != sequence_[matched_]) {
            forward.append(sequence_, 0, matched_);
            matched_ = 0;
        }
        if (c != sequence_[matched_]) forward += c;
        else if (++matched_ == sequence_.size()) return true;
    }
    return false;
}

} // namespace mocker::api

#endif
