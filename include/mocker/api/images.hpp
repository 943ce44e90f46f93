/// @file `/images`: pull, import, load, list, inspect, tag, delete (Engine API v1.51, "Image").
#ifndef MOCKER_API_IMAGES_HPP
#define MOCKER_API_IMAGES_HPP

#include <mocker/api/context.hpp>

namespace mocker::api {

/// Adds the routes of images. @p e lives as long as @p routes.
MOCKER_DECL void add_image_routes(http::router& routes, engine::engine& e);

} // namespace mocker::api

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/api/impl/images.ipp>
#endif
#endif
