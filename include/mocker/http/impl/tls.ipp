#ifndef MOCKER_HTTP_IMPL_TLS_IPP
#define MOCKER_HTTP_IMPL_TLS_IPP

#include <mocker/http/detail/tls_transport.hpp>
#include <mocker/http/impl/tls_transport.ipp>
#include <mocker/http/socket_stream.hpp>
#include <mocker/http/tls.hpp>

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <utility>

namespace mocker::http {
namespace detail {

MOCKER_DECL result<asio::ssl::context> load_tls(asio::ssl::context::method method, tls_options const& options) {
    asio::ssl::context context(method);
    auto* const native = context.native_handle();
    ::SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    ::SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    error_code ec;
    if (!options.certificate_file.empty()) {
        if (context.use_certificate_chain_file(options.certificate_file, ec); ec)
            return error(ec, "load certificate " + options.certificate_file);
        if (context.use_private_key_file(options.key_file, asio::ssl::context::pem, ec); ec)
            return error(ec, "load key " + options.key_file);
    }
    if (!options.ca_file.empty()) {
        if (context.load_verify_file(options.ca_file, ec); ec) return error(ec, "load authorities " + options.ca_file);
    }
    return context;
}

MOCKER_DECL result<any_stream> make_tls_stream(any_stream socket, tls_context const& context, bool is_server,
                                               std::string const& host) {
    auto* const plain = dynamic_cast<socket_transport*>(socket.transport());
    if (plain == nullptr) return error(errc::unsupported, "TLS needs a socket");
    auto secure = std::make_unique<tls_transport>(std::move(plain->socket()), context.get(), is_server);
    if (!is_server) MOCKER_CHECK_RETURN(secure->expect_host(host));
    return any_stream(std::move(secure));
}

class tls_acceptor final : public acceptor {
public:
    tls_acceptor(std::unique_ptr<acceptor> plain, tls_context context)
        : plain_(std::move(plain)), context_(std::move(context)) {}

    awaitable<result<any_stream>> accept() override {
        MOCKER_TRY(socket, co_await plain_->accept());
        co_return tls_accept(std::move(socket), context_);
    }

    void close() override { plain_->close(); }
    std::string endpoint() const override { return plain_->endpoint(); }

private:
    std::unique_ptr<acceptor> plain_;
    tls_context context_;
};

} // namespace detail

MOCKER_DECL result<tls_context> tls_context::for_client(tls_options options) {
    MOCKER_TRY_RETURN(context, detail::load_tls(asio::ssl::context::tls_client, options));
    error_code ec;
    if (options.ca_file.empty() && options.verify) {
        if (context.set_default_verify_paths(ec); ec) return error(ec, "load the system's authorities");
    }
    context.set_verify_mode(options.verify ? asio::ssl::verify_peer : asio::ssl::verify_none, ec);
    tls_context out;
    out.implementation_ = std::make_shared<implementation>(std::move(context), std::move(options));
    return out;
}

MOCKER_DECL result<tls_context> tls_context::for_server(tls_options options) {
    if (options.certificate_file.empty()) return error(errc::malformed, "TLS: a server needs a certificate");
    if (options.verify && options.ca_file.empty())
        return error(errc::malformed, "TLS: verifying clients needs a file of authorities");
    MOCKER_TRY_RETURN(context, detail::load_tls(asio::ssl::context::tls_server, options));
    auto* const native = context.native_handle();
    static constexpr unsigned char id[] = "mocker";
    ::SSL_CTX_set_session_id_context(native, id, sizeof id - 1);
    if (options.verify) {
        error_code ec;
        context.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert, ec);
        ::SSL_CTX_set_client_CA_list(native, ::SSL_load_client_CA_file(options.ca_file.c_str()));
    }
    tls_context out;
    out.implementation_ = std::make_shared<implementation>(std::move(context), std::move(options));
    return out;
}

MOCKER_DECL awaitable<result<any_stream>> tls_connect(any_stream socket, tls_context context, std::string host) {
    if (auto const& other = context.get()->options.server_name; !other.empty()) host = other;
    MOCKER_TRY(secure, detail::make_tls_stream(std::move(socket), context, false, host));
    MOCKER_CHECK(co_await static_cast<detail::tls_transport*>(secure.transport())->handshake());
    co_return std::move(secure);
}

MOCKER_DECL result<any_stream> tls_accept(any_stream socket, tls_context const& context) {
    return detail::make_tls_stream(std::move(socket), context, true, {});
}

MOCKER_DECL result<std::unique_ptr<acceptor>> listen_tls(asio::any_io_executor executor, std::string const& host,
                                                         std::uint16_t port, tls_options options) {
    MOCKER_TRY_RETURN(context, tls_context::for_server(std::move(options)));
    MOCKER_TRY_RETURN(plain, listen_tcp(std::move(executor), host, port));
    std::unique_ptr<acceptor> out = std::make_unique<detail::tls_acceptor>(std::move(plain), std::move(context));
    return out;
}

} // namespace mocker::http

#endif
