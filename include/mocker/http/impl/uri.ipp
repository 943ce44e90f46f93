#ifndef MOCKER_HTTP_IMPL_URI_IPP
#define MOCKER_HTTP_IMPL_URI_IPP

#include <mocker/http/uri.hpp>

namespace mocker::http {
namespace detail {

MOCKER_DECL int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// The byte that the escape at the start of @p text stands for, or -1.
MOCKER_DECL int escaped_byte(std::string_view text) noexcept {
    if (text.size() < 3) return -1;
    auto const high = hex_value(text[1]), low = hex_value(text[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

MOCKER_DECL std::string decode_query_part(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const byte = text[i] == '%' ? escaped_byte(text.substr(i)) : -1;
        if (byte >= 0) {
            out.push_back(static_cast<char>(byte));
            i += 2;
        } else {
            out.push_back(text[i] == '+' ? ' ' : text[i]);
        }
    }
    return out;
}

MOCKER_DECL bool is_unreserved(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

} // namespace detail

MOCKER_DECL result<std::string> percent_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out.push_back(text[i]);
            continue;
        }
        auto const byte = detail::escaped_byte(text.substr(i));
        if (byte < 0) return error(errc::malformed, "invalid URL escape \"" + std::string(text.substr(i, 3)) + "\"");
        out.push_back(static_cast<char>(byte));
        i += 2;
    }
    return out;
}

MOCKER_DECL std::string percent_encode(std::string_view text, std::string_view keep) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (char const c : text) {
        if (detail::is_unreserved(c) || keep.find(c) != std::string_view::npos) {
            out.push_back(c);
            continue;
        }
        auto const byte = static_cast<unsigned char>(c);
        out.append({'%', digits[byte >> 4], digits[byte & 15]});
    }
    return out;
}

MOCKER_DECL query_parameters::query_parameters(std::string_view query) {
    while (!query.empty()) {
        auto const end = query.find('&');
        auto const part = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
        if (part.empty()) continue;
        auto const equals = part.find('=');
        auto value =
            equals == std::string_view::npos ? std::string() : detail::decode_query_part(part.substr(equals + 1));
        items_.emplace_back(detail::decode_query_part(part.substr(0, equals)), std::move(value));
    }
}

MOCKER_DECL std::optional<std::string> query_parameters::find(std::string_view name) const {
    for (auto const& [key, value] : items_)
        if (key == name) return value;
    return std::nullopt;
}

MOCKER_DECL std::vector<std::string> query_parameters::find_all(std::string_view name) const {
    std::vector<std::string> out;
    for (auto const& [key, value] : items_)
        if (key == name) out.push_back(value);
    return out;
}

MOCKER_DECL query_builder& query_builder::add(std::string_view name, std::string_view value) {
    text_ += text_.empty() ? '?' : '&';
    text_ += percent_encode(name) + '=' + percent_encode(value);
    return *this;
}

} // namespace mocker::http

#endif
