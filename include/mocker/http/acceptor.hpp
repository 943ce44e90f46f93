#ifndef MOCKER_HTTP_ACCEPTOR_HPP
#define MOCKER_HTTP_ACCEPTOR_HPP

#include <mocker/core/unique_fd.hpp>
#include <mocker/http/any_stream.hpp>

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace mocker::http {

/// Where a server's connections come from.
class acceptor {
public:
    virtual ~acceptor() = default;

    /** The next connection.
        @par Errors `operation_aborted` after @ref close; those of accept(2) that cannot be waited out. Running out of
        descriptors can: it tries again until there are some.
        @par Cancellation terminal. */
    virtual awaitable<result<any_stream>> accept() = 0;

    /// Stops listening; new clients are refused, and a unix socket's file is removed. A waiting `accept` ends.
    virtual void close() = 0;

    /// What clients connect to: `unix:///run/mocker.sock`, `tcp://127.0.0.1:2375`.
    virtual std::string endpoint() const = 0;
};

struct unix_listen_options {
    mode_t mode = 0660;           ///< of the socket's file
    std::optional<gid_t> group{}; ///< its group; none keeps that of the process
};

/** Listens on a unix socket at @p path and removes its file when closed.

    The file never has more rights than asked for, whatever the umask, and nobody can connect before they are right. A
    file that is there already is replaced only if it is a socket that nobody listens on; a socket in use, a regular
    file, a symbolic link are never touched.
    @par Errors `EADDRINUSE` if the path is taken; `ENAMETOOLONG` over 107 bytes; `EACCES`, `ENOENT`, `EPERM`. */
MOCKER_DECL result<std::unique_ptr<acceptor>> listen_unix(asio::any_io_executor executor, std::string path,
                                                          unix_listen_options options = {});

/** Listens on TCP. @p host is a numeric address, or a name such as `localhost`, whose first address is used; empty
    means all addresses. Port 0 takes a free one; see acceptor::endpoint.
    @par Errors `EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`, those of getaddrinfo(3). */
MOCKER_DECL result<std::unique_ptr<acceptor>> listen_tcp(asio::any_io_executor executor, std::string const& host,
                                                         std::uint16_t port);

/// Takes over a listening socket made by somebody else, such as systemd.socket(5). Its file stays when closed.
MOCKER_DECL result<std::unique_ptr<acceptor>> adopt_listener(asio::any_io_executor executor, unique_fd socket);

} // namespace mocker::http

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/http/impl/acceptor.ipp>
#endif
#endif
