// Before the guard: it brings the bodies, which need this header.
#include <mocker/http/tls.hpp>

#ifndef MOCKER_HTTP_DETAIL_TLS_TRANSPORT_HPP
#define MOCKER_HTTP_DETAIL_TLS_TRANSPORT_HPP

#include <mocker/http/detail/socket_transport.hpp>

#include <boost/asio/ssl/context.hpp>

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <string>

namespace mocker::http {

struct tls_context::implementation {
    implementation(asio::ssl::context c, tls_options o) : context(std::move(c)), options(std::move(o)) {}

    asio::ssl::context context;
    tls_options options;
};

namespace detail {

/** TLS over a socket. OpenSSL reads and writes the socket itself and says what to wait for, so that unlike with
    `asio::ssl::stream` no byte is copied twice and the sending side can be ended alone. */
class tls_transport final : public socket_transport {
public:
    MOCKER_DECL tls_transport(stream_socket socket, std::shared_ptr<tls_context::implementation> context,
                              bool is_server);
    MOCKER_DECL ~tls_transport() override;

    MOCKER_DECL awaitable<result<std::size_t>> read_some(asio::mutable_buffer into) override;
    MOCKER_DECL awaitable<result<>> write(std::span<asio::const_buffer const> data) override;
    MOCKER_DECL result<> shutdown_send() override;
    MOCKER_DECL void close() override;
    MOCKER_DECL bool is_quiet() const override;

    /// Sets the name to ask for and, if the options say so, to verify.
    MOCKER_DECL result<> expect_host(std::string const& host);
    MOCKER_DECL awaitable<result<>> handshake();

    /// What OpenSSL's view of the socket knows.
    struct socket_view {
        int fd = -1;
        bool ended = false;
    };

private:
    /// After @p outcome of an operation, waits until it can be repeated. False at the orderly end of what the peer
    /// sends.
    MOCKER_DECL awaitable<result<bool>> wait_for(int outcome);
    MOCKER_DECL awaitable<result<>> write_piece(asio::const_buffer data);
    MOCKER_DECL error failure(int reason);

    struct deleter {
        void operator()(SSL* ssl) const noexcept { ::SSL_free(ssl); }
    };
    std::shared_ptr<tls_context::implementation> context_;
    socket_view view_;
    std::unique_ptr<SSL, deleter> ssl_;
    bool failed_ = false;
};

} // namespace detail
} // namespace mocker::http

#endif
