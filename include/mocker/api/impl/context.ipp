#ifndef MOCKER_API_IMPL_CONTEXT_IPP
#define MOCKER_API_IMPL_CONTEXT_IPP

#include <mocker/api/context.hpp>

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>

namespace mocker::api {
namespace detail {

/// Bodies of JSON endpoints are small; archives are streamed and not limited.
inline constexpr std::size_t json_limit = 16 * 1024 * 1024;

} // namespace detail

MOCKER_DECL void add_route(http::router& routes, http::verb method, std::string_view pattern, engine::engine& e, endpoint answer) {
    routes.add(method, pattern, [&e, answer](http::request& q, http::response& r) { return answer(e, q, r); });
}

MOCKER_DECL version version_of(http::request const& q) { return split_version(q.path()).version; }

MOCKER_DECL bool query_flag(http::request const& q, std::string_view name, bool missing) {
    auto const value = q.query(name);
    if (!value) return missing;
    std::string word;
    for (char const c : *value)
        if (c != ' ' && c != '\t') word += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return !(word.empty() || word == "0" || word == "no" || word == "false" || word == "none");
}

MOCKER_DECL result<std::optional<long>> query_integer(http::request const& q, std::string_view name) {
    auto const value = q.query(name);
    if (!value || value->empty()) return std::optional<long>();
    long number = 0;
    auto const [end, failed] = std::from_chars(value->data(), value->data() + value->size(), number);
    if (failed == std::errc::result_out_of_range)
        return error(errc::malformed, "strconv.Atoi: parsing \"" + *value + "\": value out of range");
    if (failed != std::errc() || end != value->data() + value->size())
        return error(errc::malformed, "strconv.Atoi: parsing \"" + *value + "\": invalid syntax");
    return std::optional<long>(number);
}

MOCKER_DECL result<std::pair<std::uint16_t, std::uint16_t>> terminal_size_of(http::request const& q) {
    MOCKER_TRY_RETURN(rows, query_integer(q, "h"));
    MOCKER_TRY_RETURN(columns, query_integer(q, "w"));
    auto const in_range = [](std::optional<long> n) { return n && *n >= 0 && *n <= 65535; };
    if (!in_range(rows) || !in_range(columns)) return error(errc::malformed, "invalid terminal size: h and w are numbers up to 65535");
    return std::pair(static_cast<std::uint16_t>(*rows), static_cast<std::uint16_t>(*columns));
}

MOCKER_DECL awaitable<result<std::string>> json_text(http::request& q, bool required) {
    auto const type = q.header("Content-Type");
    if (q.has_body() && !type.empty() && !http::iequals(type.substr(0, type.find(';')), "application/json"))
        co_return error(errc::malformed, "unsupported Content-Type header (" + std::string(type) + "): must be 'application/json'");
    MOCKER_TRY(text, co_await q.body(detail::json_limit));
    if (required && text.find_first_not_of(" \t\r\n") == std::string::npos)
        co_return error(errc::malformed, "invalid JSON: got EOF while reading request body");
    co_return std::move(text);
}

} // namespace mocker::api

#endif
