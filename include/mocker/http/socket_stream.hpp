#ifndef MOCKER_HTTP_SOCKET_STREAM_HPP
#define MOCKER_HTTP_SOCKET_STREAM_HPP

#include <mocker/core/unique_fd.hpp>
#include <mocker/http/any_stream.hpp>

namespace mocker::http {

/** A stream over a connected stream socket of any family; also over one end of `socketpair(2)`.
    @par Errors those of getsockname(2) and of the reactor. */
MOCKER_DECL result<any_stream> make_socket_stream(asio::any_io_executor executor, unique_fd socket);

/** Connects to the unix socket at @p path.
    @par Errors `ENOENT`, `ECONNREFUSED`, `EACCES`, `ENAMETOOLONG`; the message names the path.
    @par Cancellation terminal. */
MOCKER_DECL awaitable<result<any_stream>> connect_unix(std::string path);

/// The same without waiting: `EAGAIN` while the listener's queue is full.
MOCKER_DECL result<any_stream> connect_unix_now(asio::any_io_executor executor, std::string const& path);

/** Resolves @p host (a name or an address; brackets around an IPv6 address are ignored) and connects to the first
    address that answers. @p port is a number.
    @par Errors those of getaddrinfo(3), and of the last connect(2).
    @par Cancellation terminal, also while the name is being resolved. */
MOCKER_DECL awaitable<result<any_stream>> connect_tcp(std::string host, std::string port);

} // namespace mocker::http

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/http/impl/socket_stream.ipp>
#endif
#endif
