#ifndef MOCKER_HTTP_SERVER_HPP
#define MOCKER_HTTP_SERVER_HPP

#include <mocker/http/acceptor.hpp>
#include <mocker/http/fields.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace mocker::http {

class router;
namespace detail {
class connection;
}

struct server_options {
    std::size_t header_limit = 64 * 1024;      ///< bytes of a request's header; more is answered with 431
    std::optional<std::uint64_t> body_limit{}; ///< bytes of a request's body; more is answered with 413
    std::chrono::milliseconds header_timeout{
        20'000};                                     ///< from a request's first byte to the end of its header; then 408
    std::chrono::milliseconds idle_timeout{300'000}; ///< without a request; then the connection is closed
    std::chrono::milliseconds shutdown_limit{5'000}; ///< how long server::shutdown lets running requests go on
    fields common_headers{}; ///< in every answer, such as `Api-Version`; a handler may replace one
    bool date = true;        ///< add `Date` to every answer
};

/** An HTTP/1.1 server (RFC 9112): keep-alive, pipelining, chunked bodies both ways, `Expect: 100-continue`, HEAD,
    HTTP/1.0, hijacked connections.

    Every connection is one coroutine, in which the handler runs too. It is cancelled when the client goes away while a
    request is handled. Gone is a unix client that has closed altogether: one that has only shut down its sending side
    (as `nc -N` does) still gets its answer. TCP shows the same for both, so there a client counts as gone when the
    connection is reset, or when it has closed its side and the answer is a stream (response::begin): such an answer may
    never end. A client's disappearance is noticed within about 50 ms. A hijacked stream is left to its handler.

    A request that breaks the protocol is answered with 400 and `{"message": ...}`, and its connection is closed.
    @par Example
    @code
    http::server web(co_await asio::this_coro::executor, routes);
    MOCKER_TRY(listener, http::listen_unix(executor, "/run/mocker.sock"));
    auto const why = co_await web.serve(*listener);   // until web.shutdown(), from another task
    @endcode */
class server {
public:
    /// @param routes lives as long as the server.
    MOCKER_DECL server(asio::any_io_executor executor, router const& routes, server_options options = {});
    /// Cancels what still runs. Handlers must not outlive what they use, so `shutdown` first.
    MOCKER_DECL ~server();
    server(server const&) = delete;
    server& operator=(server const&) = delete;

    /** Accepts and serves connections until @p from fails or is closed, and says why it ended: `operation_aborted`
        after
        @ref shutdown. Connections go on. May run for several acceptors at once.
        @par Cancellation terminal; connections go on until @ref shutdown. */
    MOCKER_DECL awaitable<error> serve(acceptor& from);

    /// Serves one more connection, in the background.
    MOCKER_DECL void add(any_stream connection);

    /** Closes the acceptors and the idle connections, lets running requests end for `shutdown_limit`, then cancels
        them, and returns when no connection is left. Not from within a handler. */
    MOCKER_DECL awaitable<void> shutdown();

    /// The number of open connections.
    MOCKER_DECL std::size_t connections() const noexcept;

private:
    struct state;
    friend class detail::connection;
    std::shared_ptr<state> state_;
};

} // namespace mocker::http

#include <mocker/http/router.hpp>

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/http/impl/server_bodies.ipp>
#endif
#endif
