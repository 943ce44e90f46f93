#ifndef MOCKER_HTTP_REQUEST_HPP
#define MOCKER_HTTP_REQUEST_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/http/detail/message_head.hpp>
#include <mocker/http/fields.hpp>
#include <mocker/http/uri.hpp>

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mocker::http {

namespace detail {
class connection;
struct path_parameter {
    std::string_view name; // lies in the route
    std::string value;
};
} // namespace detail

/** A request that a server has received: its header at once, its body as a stream.

    Belongs to the server and lives until the handler ends; views it gives live as long.
    @par Example
    @code
    awaitable<result<>> rename(http::request& q, http::response& r) {
        auto const name = q.query("name");
        if (!name) co_return error(errc::malformed, "name is missing");
        MOCKER_CHECK(co_await engine.rename(q.param("id"), *name));
        co_return co_await r.send(204);
    }
    @endcode */
class request {
public:
    request(request const&) = delete;
    request& operator=(request const&) = delete;

    verb method() const noexcept { return head_->method; }
    /// The method as it was sent; one that Beast does not know has the method verb::unknown.
    std::string_view method_text() const noexcept { return head_->method_text; }
    /// The request-target as it was sent, such as `/v1.51/containers/json?all=1`.
    std::string_view target() const noexcept { return head_->target; }
    /// The path of the target, percent-decoded, without query.
    std::string_view path() const noexcept { return path_; }
    /// The part of the path that was routed; differs from `path()` by what router::rewrite took away.
    std::string_view routed_path() const noexcept { return routed_path_; }
    /// 10 or 11.
    int version() const noexcept { return head_->version; }

    /// The first value of the query parameter @p name, decoded.
    MOCKER_DECL std::optional<std::string> query(std::string_view name) const;
    /// All parameters of the query.
    MOCKER_DECL query_parameters const& query() const;

    http::fields const& fields() const noexcept { return head_->header; }
    /// The first value of the header field @p name, or an empty view.
    std::string_view header(std::string_view name) const noexcept { return head_->header[name]; }

    /// The path parameter @p name of the route, decoded; empty if the route has none of that name.
    MOCKER_DECL std::string const& param(std::string_view name) const noexcept;

    /// Whether the client asked to switch protocols (`Connection: Upgrade` and `Upgrade`).
    MOCKER_DECL bool wants_upgrade() const noexcept;
    /// Whether a body was announced: by a length over 0, or chunked.
    MOCKER_DECL bool has_body() const noexcept;
    /// The announced length of the body, if any.
    MOCKER_DECL std::optional<std::uint64_t> content_length() const noexcept;

    /** The rest of the body. A client that waits for `100 Continue` gets it now.
        @par Errors errc::too_large over @p limit bytes; errc::malformed for broken framing or a body that ends early;
        those of the stream.
        @par Cancellation terminal. */
    MOCKER_DECL awaitable<result<std::string>> body(std::size_t limit);

    /** The next bytes of the body, framing removed; 0 at its end.
        @par Errors and @par Cancellation as for @ref body. */
    MOCKER_DECL awaitable<result<std::size_t>> read_some(asio::mutable_buffer into);

    /// The socket of the client, for `SO_PEERCRED`; -1 if it has none.
    MOCKER_DECL int native_handle() const;

private:
    friend class detail::connection;
    friend class router;
    request(detail::connection& owner, detail::message_head const& head) noexcept : connection_(&owner), head_(&head) {}

    MOCKER_DECL void reset();
    MOCKER_DECL result<> split_target();

    detail::connection* connection_;
    detail::message_head const* head_;
    std::string path_{};
    std::string_view query_text_{}; // lies in the target
    std::string_view routed_path_{};
    std::vector<detail::path_parameter> parameters_{};
    mutable std::optional<query_parameters> query_{};
};

} // namespace mocker::http

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/http/impl/server_bodies.ipp>
#endif
#endif
