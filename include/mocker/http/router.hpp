#ifndef MOCKER_HTTP_ROUTER_HPP
#define MOCKER_HTTP_ROUTER_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/http/detail/message_head.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mocker::http {

class request;
class response;
namespace detail {
struct path_parameter;
}

/** Answers a request. Both references live until it ends. An error returned before the answer has begun becomes
    `{"message": error.message()}` with `http_status(error)`; one after that breaks the connection off. An exception is
    an error with status 500. The coroutine is cancelled when the client goes away. */
using handler = std::function<awaitable<result<>>(request&, response&)>;

/** Finds the handler for a method and a path.

    A pattern is a path whose segments may be parameters: `{id}` takes one segment, `{name:.*}` one or more, slashes
    included, so that `/images/{name:.*}/json` matches `/images/quay.io/a/b/json`. Literal segments win over `{id}`,
    that over `{name:.*}`, whatever the order of `add`. Paths are matched decoded. HEAD falls back to the handler for
    GET.
    @par Example
    @code
    router routes;
    routes.add(verb::get, "/containers/{id}/json", [&](request& q, response& r) { return inspect(e, q, r); });
    @endcode */
class router {
public:
    /// Adds a route. @throws std::invalid_argument for a pattern that does not start with `/` or has two `{...:.*}`.
    MOCKER_DECL void add(verb method, std::string_view pattern, handler answer);

    /// Calls @p rewrite with each path; the part that it returns (a view into its argument) is what patterns match.
    void rewrite(std::function<std::string_view(std::string_view path)> rewrite) { rewrite_ = std::move(rewrite); }

    /// The handler for @p q, whose path parameters are set; or null.
    MOCKER_DECL handler const* find(request& q) const;

    /// The same without a request, for tests. Parameters as `name=value`, in order.
    MOCKER_DECL handler const* find(verb method, std::string_view path, std::vector<std::string>& parameters) const;

private:
    enum class segment_kind { literal, parameter, rest };
    struct segment {
        segment_kind kind;
        std::string text; // or the name of the parameter
    };
    struct route {
        verb method;
        std::vector<segment> segments;
        int rank; // smaller is more specific
        handler answer;
    };
    MOCKER_DECL static bool match(route const& r, std::vector<std::string_view> const& path,
                                  std::vector<detail::path_parameter>& parameters);
    MOCKER_DECL handler const* find(verb method, std::string_view path,
                                    std::vector<detail::path_parameter>& parameters) const;

    std::vector<route> routes_; // sorted by rank, then in order of `add`
    std::function<std::string_view(std::string_view)> rewrite_;
};

} // namespace mocker::http

#include <mocker/http/request.hpp>
#include <mocker/http/response.hpp>

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/http/impl/server_bodies.ipp>
#endif
#endif
