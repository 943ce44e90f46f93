#ifndef MOCKER_CLI_IMPL_DETACH_KEYS_IPP
#define MOCKER_CLI_IMPL_DETACH_KEYS_IPP

#include <mocker/cli/detach_keys.hpp>

namespace mocker::cli {

MOCKER_DECL result<std::string> parse_detach_keys(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        auto const comma = text.find(',', 1);
        auto const key = text.substr(0, comma);
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
        if (key.size() == 1) {
            out += key;
        } else if (key.starts_with("ctrl-") && key.size() == 6) {
            char const c = key[5];
            bool const letter = c >= 'a' && c <= 'z';
            auto const other = std::string_view("@[\\]^_").find(c);
            if (!letter && other == std::string_view::npos)
                return error(errc::malformed, "Unknown character: '" + std::string(key) + "'");
            out += letter ? static_cast<char>(c - 'a' + 1) : static_cast<char>(other == 0 ? 0 : 26 + other);
        } else {
            return error(errc::malformed, "Unknown character: '" + std::string(key) + "'");
        }
    }
    return out;
}

MOCKER_DECL std::string detach_filter::feed(std::string_view typed) {
    std::string out;
    for (char const c : typed) {
        if (detached()) break;
        if (c == sequence_[matched_]) {
            ++matched_;
            continue;
        }
        out += sequence_.substr(0, matched_);
        matched_ = 0;
        if (c == sequence_[0])
            ++matched_;
        else
            out += c;
    }
    return out;
}

} // namespace mocker::cli

#endif
