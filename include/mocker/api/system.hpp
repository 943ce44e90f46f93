/// @file `/_ping`, `/version`, `/info`, `/events` (Engine API v1.51, "System").
#ifndef MOCKER_API_SYSTEM_HPP
#define MOCKER_API_SYSTEM_HPP

#include <mocker/api/context.hpp>
#include <mocker/types/event.hpp>
#include <mocker/types/system.hpp>

namespace mocker::api {

/// The answer to `GET /version`.
MOCKER_DECL types::system_version version_view();

/// The answer to `GET /info`.
MOCKER_DECL types::system_info info_view(engine::engine& e);

/// One message of `GET /events`.
MOCKER_DECL types::event_message event_view(engine::event const& e);

/// Adds the routes of the system. @p e lives as long as @p routes.
MOCKER_DECL void add_system_routes(http::router& routes, engine::engine& e);

} // namespace mocker::api

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/api/impl/system.ipp>
#endif
#endif
