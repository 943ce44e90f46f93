/** @file
    What every handler of the API needs: the engine, and the habits of Docker's requests and answers. */
#ifndef MOCKER_API_CONTEXT_HPP
#define MOCKER_API_CONTEXT_HPP

#include <mocker/api/version.hpp>
#include <mocker/engine/engine.hpp>
#include <mocker/http/router.hpp>
#include <mocker/types/json_mapping.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mocker::api {

/// A handler of the API: the engine it works on, the request, the answer. All three live until it ends.
using endpoint = awaitable<result<>> (*)(engine::engine&, http::request&, http::response&);

/// Routes @p pattern to @p answer. @p e lives as long as @p routes.
MOCKER_DECL void add_route(http::router& routes, http::verb method, std::string_view pattern, engine::engine& e, endpoint answer);

/// The version that @p q is served as.
MOCKER_DECL version version_of(http::request const& q);

/// A boolean of the query by Docker's rule: absent is @p missing; "", 0, no, false and none are false, all else true.
MOCKER_DECL bool query_flag(http::request const& q, std::string_view name, bool missing = false);

/// An integer of the query. @par Errors errc::malformed, as Go words it.
MOCKER_DECL result<std::optional<long>> query_integer(http::request const& q, std::string_view name);

/// `h` and `w` of a resize: rows and columns. @par Errors errc::malformed.
MOCKER_DECL result<std::pair<std::uint16_t, std::uint16_t>> terminal_size_of(http::request const& q);

/** The text of a JSON body.
    @par Errors errc::malformed in Docker's words for a wrong Content-Type or, with @p required, a missing body. */
MOCKER_DECL awaitable<result<std::string>> json_text(http::request& q, bool required);

/// The body as a T. @par Errors errc::malformed: `invalid JSON: ...`.
template <class T>
awaitable<result<T>> json_body(http::request& q) {
    MOCKER_TRY(text, co_await json_text(q, true));
    auto parsed = types::parse<T>(text);
    if (!parsed) co_return parsed.error().within("invalid JSON");
    co_return std::move(*parsed);
}

/// Answers with @p body and a line feed, as Docker does.
template <class T>
awaitable<result<>> send_json(http::response& r, unsigned status, T const& body) {
    co_return co_await r.send(status, types::to_text(body) + '\n');
}

} // namespace mocker::api

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/api/impl/context.ipp>
#endif
#endif
