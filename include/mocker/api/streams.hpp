/// @file What streams: attach, logs, exec (Engine API v1.51, "ContainerAttach", "ContainerLogs", "Exec").
#ifndef MOCKER_API_STREAMS_HPP
#define MOCKER_API_STREAMS_HPP

#include <mocker/api/context.hpp>
#include <mocker/http/any_stream.hpp>

#include <string>

namespace mocker::api {

/** Connects @p client with @p session until the process has ended and all its output was sent, the client has gone, or its
    user typed @p keys. That the client closes its sending side ends only the standard input of the process.
    @par Cancellation terminal: the client is disconnected, the process goes on. */
MOCKER_DECL awaitable<void> relay(http::any_stream& client, engine::attach_session& session, bool input, std::string keys);

/// Adds the routes of attach, logs and exec. @p e lives as long as @p routes.
MOCKER_DECL void add_stream_routes(http::router& routes, engine::engine& e);

} // namespace mocker::api

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/api/impl/streams.ipp>
#endif
#endif
