/// @file `/networks` and `/volumes`, as far as the engine has them (Engine API v1.51, "Network", "Volume").
#ifndef MOCKER_API_RESOURCES_HPP
#define MOCKER_API_RESOURCES_HPP

#include <mocker/api/context.hpp>

namespace mocker::api {

/// Adds the routes of networks and volumes. @p e lives as long as @p routes.
MOCKER_DECL void add_resource_routes(http::router& routes, engine::engine& e);

} // namespace mocker::api

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/api/impl/resources.ipp>
#endif
#endif
