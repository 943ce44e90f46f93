#ifndef MOCKER_HTTP_CLIENT_HPP
#define MOCKER_HTTP_CLIENT_HPP

#include <mocker/http/any_stream.hpp>
#include <mocker/http/message.hpp>
#include <mocker/http/tls.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace mocker::http {

namespace detail {
class client_connection;
struct client_pool;
} // namespace detail

/// Where a client connects to.
struct endpoint {
    enum class kind { unix_socket, tcp, tls };

    endpoint() = default;
    endpoint(kind kind_, std::string host_, std::string port_ = {})
        : transport(kind_), host(std::move(host_)), port(std::move(port_)) {}

    /** Understands `unix:///path`, `tcp://host:port`, `http://host[:port]`, `https://host[:port]`.
        @par Errors errc::malformed. */
    MOCKER_DECL static result<endpoint> parse(std::string_view text);
    /// The value of `Host`: `localhost` for a unix socket; the port only where it is not the usual one.
    MOCKER_DECL std::string host_header() const;

    kind transport = kind::tcp;
    std::string host{}; ///< or the path of the unix socket
    std::string port{};
};

struct client_options {
    endpoint to{};
    tls_options tls{};                                 ///< for endpoint::kind::tls
    std::chrono::milliseconds connect_timeout{30'000}; ///< for name, connection and TLS handshake together
    std::chrono::milliseconds idle_timeout{30'000};    ///< how long an unused connection is kept
    std::size_t idle_connections = 8;                  ///< how many are kept
    std::size_t header_limit = 64 * 1024;              ///< bytes of an answer's header
    std::size_t reply_limit = 64 * 1024 * 1024;        ///< bytes of the body of a whole answer: see client::send
    fields common_headers{};                           ///< in every request, such as `User-Agent`
};

/** An answer whose header has arrived; the body is read from it. If read to its end, the connection serves further
    requests; destroyed earlier, it is closed. */
class open_reply {
public:
    MOCKER_DECL open_reply(open_reply&&) noexcept;
    MOCKER_DECL open_reply& operator=(open_reply&&) noexcept;
    MOCKER_DECL ~open_reply();

    MOCKER_DECL unsigned status() const noexcept;
    bool ok() const noexcept { return status() / 100 == 2; }
    MOCKER_DECL http::fields const& fields() const noexcept;
    /// The first value of the header field @p name, or an empty view.
    std::string_view header(std::string_view name) const noexcept { return fields()[name]; }
    /// The length of the body, where it was announced.
    MOCKER_DECL std::optional<std::uint64_t> content_length() const noexcept;

    /** The next bytes of the body, framing removed; 0 at its end.
        @par Errors errc::malformed for broken framing; `boost::beast::http::error::partial_message` if the connection
        ends within the body; those of the stream.
        @par Cancellation terminal; the connection is closed. */
    MOCKER_DECL awaitable<result<std::size_t>> read_some(asio::mutable_buffer into);

    /// The rest of the body. @par Errors errc::too_large over @p limit bytes; as read_some.
    MOCKER_DECL awaitable<result<std::string>> read_all(std::size_t limit);

private:
    friend class client;
    MOCKER_DECL explicit open_reply(std::unique_ptr<detail::client_connection> connection) noexcept;
    std::unique_ptr<detail::client_connection> connection_;
};

/// What came of a request to take over the connection: the stream after 101 or a raw 200, or else an ordinary answer.
struct upgraded {
    unsigned status = 0;
    fields header{};
    any_stream stream{}; ///< none if the server refused
    std::string body{};  ///< why it refused
};

/** An HTTP/1.1 client for one endpoint. Connections are kept alive and shared; any number of requests at once.

    Statuses are values, not errors: a 404 is a `reply`. A request that fails on a kept connection before a byte of the
    answer is repeated once on a new one if its method is idempotent and its body is in memory.
    @par Example
    @code
    http::client_options options;
    options.to = {http::endpoint::kind::unix_socket, "/run/docker.sock"};
    http::client docker(executor, options);
    http::message get(http::verb::get, "/version");
    MOCKER_TRY(version, co_await docker.send(std::move(get)));
    @endcode */
class client {
public:
    MOCKER_DECL client(asio::any_io_executor executor, client_options options);
    MOCKER_DECL ~client();
    MOCKER_DECL client(client&&) noexcept;
    MOCKER_DECL client& operator=(client&&) noexcept;

    /** Sends @p m and reads the whole answer.
        @par Errors those of connecting, whose message names the endpoint; `timed_out` while connecting; errc::too_large
        over `reply_limit`; errc::malformed for an answer that is not HTTP; those of the stream. For a limit on the
        whole, compose with async::with_timeout.
        @par Cancellation terminal. */
    MOCKER_DECL awaitable<result<reply>> send(message m);

    /// Sends @p m and gives the answer once its header has arrived. Errors as @ref send.
    MOCKER_DECL awaitable<result<open_reply>> open(message m);

    /** Sends @p m with `Connection: Upgrade` (and `Upgrade: tcp` unless it names another) and takes the connection over
        if the server agrees: with 101, or with 200 and a body without length. Bytes that came with the answer are read
        from the stream first. Errors as @ref send. */
    MOCKER_DECL awaitable<result<upgraded>> upgrade(message m);

    /// Closes the connections that no request uses now.
    MOCKER_DECL void close_idle();

private:
    std::shared_ptr<detail::client_pool> pool_;
};

} // namespace mocker::http

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/http/impl/client.ipp>
#endif
#endif
