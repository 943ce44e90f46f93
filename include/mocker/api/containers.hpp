/// @file `/containers`: create, list, inspect, start to delete (Engine API v1.51, "Container").
#ifndef MOCKER_API_CONTAINERS_HPP
#define MOCKER_API_CONTAINERS_HPP

#include <mocker/api/context.hpp>

namespace mocker::api {

/// Adds the routes of containers, but for those that stream (streams.hpp). @p e lives as long as @p routes.
MOCKER_DECL void add_container_routes(http::router& routes, engine::engine& e);

} // namespace mocker::api

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/api/impl/containers.ipp>
#endif
#endif
