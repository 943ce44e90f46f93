#ifndef MOCKER_REGISTRY_IMPL_CHALLENGE_IPP
#define MOCKER_REGISTRY_IMPL_CHALLENGE_IPP

#include <mocker/registry/challenge.hpp>

#include <algorithm>
#include <cstddef>

namespace mocker::registry {
namespace detail {

inline constexpr std::size_t challenge_limit = 16;
inline constexpr std::size_t challenge_parameter_limit = 32;

MOCKER_DECL bool is_token_character(char c) noexcept {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
    return c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// Takes a token from the front of @p text, in lower case.
MOCKER_DECL std::string take_token(std::string_view& text) {
    auto const end = std::ranges::find_if_not(text, is_token_character);
    std::string token(text.begin(), end);
    text.remove_prefix(token.size());
    for (char& c : token)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return token;
}

MOCKER_DECL void skip_blanks(std::string_view& text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
}

/// Takes the value of a parameter: a quoted string, whose end may be missing, or whatever stands before a comma or
/// blank.
MOCKER_DECL std::string take_value(std::string_view& text) {
    std::string value;
    if (!text.starts_with('"')) {
        value = text.substr(0, text.find_first_of(", \t"));
        text.remove_prefix(value.size());
        return value;
    }
    std::size_t i = 1;
    for (; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        value += text[i];
    }
    text.remove_prefix(std::min(i + 1, text.size()));
    return value;
}

} // namespace detail

MOCKER_DECL std::string_view challenge::parameter(std::string_view name) const noexcept {
    for (auto const& [key, value] : parameters)
        if (key == name) return value;
    return {};
}

MOCKER_DECL std::vector<challenge> parse_challenges(std::string_view header) {
    std::vector<challenge> out;
    while (!header.empty()) {
        auto word = detail::take_token(header);
        if (word.empty()) { // a separator, or something that belongs nowhere
            header.remove_prefix(1);
            continue;
        }
        detail::skip_blanks(header);
        if (!header.starts_with('=')) {
            if (out.size() == detail::challenge_limit) break;
            out.push_back({std::move(word), {}});
            continue;
        }
        header.remove_prefix(1);
        detail::skip_blanks(header);
        auto value = detail::take_value(header);
        if (!out.empty() && out.back().parameters.size() < detail::challenge_parameter_limit)
            out.back().parameters.emplace_back(std::move(word), std::move(value));
    }
    return out;
}

} // namespace mocker::registry

#endif
