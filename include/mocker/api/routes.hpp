/// @file The Docker Engine API of an engine, for a server of `mocker/http`.
#ifndef MOCKER_API_ROUTES_HPP
#define MOCKER_API_ROUTES_HPP

#include <mocker/api/context.hpp>
#include <mocker/http/server.hpp>

namespace mocker::api {

/** Adds every route of the API to @p routes, for paths with and without a version in front.

    @p e lives as long as @p routes.
    @par Example
    @code
    http::router routes;
    api::add_routes(routes, *engine);
    http::server server(executor, routes, api::server_options());
    @endcode */
MOCKER_DECL void add_routes(http::router& routes, engine::engine& e);

/// The options of a server of the API: the header fields that Docker sends with every answer.
MOCKER_DECL http::server_options server_options();

} // namespace mocker::api

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/api/impl/routes.ipp>
#endif
#endif
