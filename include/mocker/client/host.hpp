#ifndef MOCKER_CLIENT_HOST_HPP
#define MOCKER_CLIENT_HOST_HPP

#include <mocker/http/client.hpp>
#include <mocker/http/tls.hpp>

#include <string>
#include <string_view>

namespace mocker::client {

/// Where `mocker` looks for an engine unless it is told otherwise.
inline constexpr std::string_view default_host = "unix:///run/mocker.sock";

/// Where an engine is, as `-H` and `DOCKER_HOST` say it.
struct host {
    std::string text{default_host}; ///< as given, for messages
    http::endpoint to{http::endpoint::kind::unix_socket, "/run/mocker.sock"};
    http::tls_options tls{};

    /** Understands `unix://PATH`, `tcp://HOST[:PORT]`, `http://`, `https://` and `HOST[:PORT]`, as docker does. The
       port is 2375, or 2376 with TLS, unless given.
        @param use_tls speaks TLS on `tcp://`.
        @par Errors errc::malformed; errc::unsupported for `ssh://`, `fd://` and `npipe://`. */
    MOCKER_DECL static result<host> parse(std::string_view text, bool use_tls = false);
};

} // namespace mocker::client

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/client/impl/host.ipp>
#endif
#endif
