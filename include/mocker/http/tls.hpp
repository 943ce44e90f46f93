#ifndef MOCKER_HTTP_TLS_HPP
#define MOCKER_HTTP_TLS_HPP

#include <mocker/http/acceptor.hpp>
#include <mocker/http/any_stream.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace mocker::http {

/// Certificates and how the peer is checked. Files are PEM.
struct tls_options {
    /// The authorities a peer's certificate must come from. For a client, empty means those of the system.
    std::string ca_file{};
    std::string certificate_file{}; ///< one's own certificate chain; a server needs one
    std::string key_file{};         ///< the key of `certificate_file`
    /// Client: check the server's certificate and its name. Server: refuse clients without a certificate from
    /// `ca_file`.
    bool verify = true;
    std::string server_name{}; ///< client: the name asked for (SNI) and checked, if it is not the host connected to
};

/// A checked, loaded set of @ref tls_options; one serves any number of connections.
class tls_context {
public:
    /** @par Errors a file that cannot be read or parsed, a key that does not fit its certificate; the message names it.
     */
    MOCKER_DECL static result<tls_context> for_client(tls_options options);
    MOCKER_DECL static result<tls_context> for_server(tls_options options);

    struct implementation;
    std::shared_ptr<implementation> const& get() const noexcept { return implementation_; }

private:
    std::shared_ptr<implementation> implementation_;
};

/** Makes a TLS client of @p socket, which any_stream::native_handle must be a socket for, and performs the handshake.
    @param host the name for SNI and verification unless the options name another; an address is verified as one.
    @par Errors those of OpenSSL: `certificate verify failed` and the reason, protocol errors.
    @par Cancellation terminal; the connection is useless then. */
MOCKER_DECL awaitable<result<any_stream>> tls_connect(any_stream socket, tls_context context, std::string host);

/// Makes a TLS server of @p socket. The handshake happens with the first read or write, and fails that.
MOCKER_DECL result<any_stream> tls_accept(any_stream socket, tls_context const& context);

/** Listens as @ref listen_tcp does and speaks TLS 1.2 or later. With `verify`, only to clients with a certificate.
    @par Errors those of listen_tcp and tls_context::for_server. */
MOCKER_DECL result<std::unique_ptr<acceptor>> listen_tls(asio::any_io_executor executor, std::string const& host,
                                                         std::uint16_t port, tls_options options);

} // namespace mocker::http

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/http/impl/tls.ipp>
#endif
#endif
