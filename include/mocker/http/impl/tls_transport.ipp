#ifndef MOCKER_HTTP_IMPL_TLS_TRANSPORT_IPP
#define MOCKER_HTTP_IMPL_TLS_TRANSPORT_IPP

#include <mocker/http/detail/tls_transport.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <new>
#include <string>
#include <utility>

namespace mocker::http::detail {

// OpenSSL's own socket BIO would raise SIGPIPE, which a library must not.

MOCKER_DECL int bio_write(BIO* bio, char const* data, int size) {
    auto const& view = *static_cast<tls_transport::socket_view*>(::BIO_get_data(bio));
    ::BIO_clear_retry_flags(bio);
    auto const sent = ::send(view.fd, data, static_cast<std::size_t>(size), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) ::BIO_set_retry_write(bio);
    return static_cast<int>(sent);
}

MOCKER_DECL int bio_read(BIO* bio, char* into, int size) {
    auto& view = *static_cast<tls_transport::socket_view*>(::BIO_get_data(bio));
    ::BIO_clear_retry_flags(bio);
    auto const got = ::recv(view.fd, into, static_cast<std::size_t>(size), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) ::BIO_set_retry_read(bio);
    if (got == 0) view.ended = true;
    return static_cast<int>(got);
}

MOCKER_DECL long bio_control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) return static_cast<tls_transport::socket_view*>(::BIO_get_data(bio))->ended ? 1 : 0;
    return 0;
}

struct bio_method {
    bio_method() : method(::BIO_meth_new(::BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "mocker socket")) {
        ::BIO_meth_set_write(method, &bio_write);
        ::BIO_meth_set_read(method, &bio_read);
        ::BIO_meth_set_ctrl(method, &bio_control);
    }
    ~bio_method() { ::BIO_meth_free(method); }
    bio_method(bio_method const&) = delete;
    bio_method& operator=(bio_method const&) = delete;

    BIO_METHOD* method;
};

MOCKER_DECL BIO* make_socket_bio(tls_transport::socket_view& view) {
    static bio_method const shared;
    auto* const bio = ::BIO_new(shared.method);
    if (bio == nullptr) throw std::bad_alloc();
    ::BIO_set_data(bio, &view);
    ::BIO_set_init(bio, 1);
    return bio;
}

MOCKER_DECL tls_transport::tls_transport(stream_socket socket, std::shared_ptr<tls_context::implementation> context,
                                         bool is_server)
    : socket_transport(std::move(socket)), context_(std::move(context)), view_{fd()},
      ssl_(::SSL_new(context_->context.native_handle())) {
    if (!ssl_) throw std::bad_alloc();
    auto* const bio = make_socket_bio(view_);
    ::SSL_set_bio(ssl_.get(), bio, bio);
    ::SSL_set_mode(ssl_.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    if (is_server)
        ::SSL_set_accept_state(ssl_.get());
    else
        ::SSL_set_connect_state(ssl_.get());
}

MOCKER_DECL tls_transport::~tls_transport() { tls_transport::close(); }

MOCKER_DECL error tls_transport::failure(int reason) {
    failed_ = true;
    auto const number = errno;
    auto const code = ::ERR_get_error();
    auto const verified = ::SSL_get_verify_result(ssl_.get());
    if (code == 0) {
        if (view_.ended || number == 0) return error(asio::ssl::error::stream_truncated);
        return error(error_code(number, boost::system::system_category()));
    }
    if (reason == SSL_ERROR_SSL && ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
        return error(asio::ssl::error::stream_truncated);
    auto const detail =
        verified != X509_V_OK ? std::string(::X509_verify_cert_error_string(verified)) : std::string("TLS");
    return error(error_code(static_cast<int>(code), asio::error::get_ssl_category()), detail);
}

MOCKER_DECL awaitable<result<bool>> tls_transport::wait_for(int outcome) {
    auto const reason = ::SSL_get_error(ssl_.get(), outcome);
    if (reason == SSL_ERROR_ZERO_RETURN) co_return false;
    if (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE) co_return failure(reason);
    auto const kind = reason == SSL_ERROR_WANT_READ ? stream_socket::wait_read : stream_socket::wait_write;
    auto const [ec] = co_await socket().async_wait(kind, as_awaitable_tuple);
    if (ec) co_return error(ec);
    co_return true;
}

MOCKER_DECL awaitable<result<std::size_t>> tls_transport::read_some(asio::mutable_buffer into) {
    for (;;) {
        if (!socket().is_open()) co_return error(asio::error::operation_aborted);
        ::ERR_clear_error();
        errno = 0;
        std::size_t size = 0;
        auto const outcome = ::SSL_read_ex(ssl_.get(), into.data(), into.size(), &size);
        if (outcome == 1) {
            co_await be_fair(size);
            co_return size;
        }
        MOCKER_TRY(again, co_await wait_for(outcome));
        if (!again) co_return std::size_t(0);
    }
}

MOCKER_DECL awaitable<result<>> tls_transport::write_piece(asio::const_buffer data) {
    while (data.size() != 0) {
        if (!socket().is_open()) co_return error(asio::error::operation_aborted);
        ::ERR_clear_error();
        errno = 0;
        std::size_t size = 0;
        auto const outcome = ::SSL_write_ex(ssl_.get(), data.data(), data.size(), &size);
        if (outcome == 1) {
            data += size;
            co_await be_fair(size);
            continue;
        }
        MOCKER_TRY(again, co_await wait_for(outcome));
        if (!again) co_return error(asio::error::broken_pipe);
    }
    co_return result<>{};
}

MOCKER_DECL awaitable<result<>> tls_transport::write(std::span<asio::const_buffer const> data) {
    std::size_t total = 0, pieces = 0;
    for (auto const& piece : data) {
        total += piece.size();
        pieces += piece.size() != 0 ? 1 : 0;
    }
    if (pieces > 1 && total <= 16 * 1024) { // one record instead of several
        std::string joined;
        joined.reserve(total);
        for (auto const& piece : data) joined.append(static_cast<char const*>(piece.data()), piece.size());
        co_return co_await write_piece(asio::buffer(joined));
    }
    for (auto const& piece : data) MOCKER_CHECK(co_await write_piece(piece));
    co_return result<>{};
}

MOCKER_DECL result<> tls_transport::shutdown_send() {
    if (failed_ || !::SSL_is_init_finished(ssl_.get())) return socket_transport::shutdown_send();
    ::ERR_clear_error();
    if (::SSL_shutdown(ssl_.get()) >= 0) return {};
    ::ERR_clear_error();
    return error(asio::error::broken_pipe);
}

MOCKER_DECL void tls_transport::close() {
    if (socket().is_open() && !failed_ && ::SSL_is_init_finished(ssl_.get())) {
        ::SSL_shutdown(ssl_.get()); // as far as there is room; nobody waits for the answer
        ::ERR_clear_error();
    }
    socket_transport::close();
}

MOCKER_DECL bool tls_transport::is_quiet() const {
    return ::SSL_pending(ssl_.get()) == 0 && socket_transport::is_quiet();
}

MOCKER_DECL result<> tls_transport::expect_host(std::string const& host) {
    error_code ec;
    asio::ip::make_address(host, ec);
    auto const is_address = !ec;
    auto* const wanted = ::SSL_get0_param(ssl_.get());
    ::X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    auto const ok = is_address ? ::X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str())
                               : ::X509_VERIFY_PARAM_set1_host(wanted, host.data(), host.size()) &
                                     static_cast<int>(::SSL_set_tlsext_host_name(ssl_.get(), host.c_str()));
    if (ok != 1) return error(errc::malformed, "invalid host name for TLS: " + host);
    return {};
}

MOCKER_DECL awaitable<result<>> tls_transport::handshake() {
    for (;;) {
        ::ERR_clear_error();
        errno = 0;
        auto const outcome = ::SSL_do_handshake(ssl_.get());
        if (outcome == 1) co_return result<>{};
        MOCKER_TRY(again, co_await wait_for(outcome));
        if (!again) co_return error(asio::ssl::error::stream_truncated);
    }
}

} // namespace mocker::http::detail

#endif
