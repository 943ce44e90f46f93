/** @file
    What clients see of the engine's containers, images and networks. Plain functions from the engine's records to the types
    of the API; no HTTP. */
#ifndef MOCKER_API_VIEWS_HPP
#define MOCKER_API_VIEWS_HPP

#include <mocker/api/version.hpp>
#include <mocker/core/time.hpp>
#include <mocker/engine/container.hpp>
#include <mocker/image/image.hpp>
#include <mocker/types/container.hpp>
#include <mocker/types/image.hpp>
#include <mocker/types/network.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace mocker::api {

/// The ID of the predefined network @p name: the same for as long as the engine has its data root.
MOCKER_DECL std::string network_id(std::string_view data_root, std::string_view name);

/// `Up 5 seconds`, `Exited (0) 3 minutes ago`, `Created`.
MOCKER_DECL std::string status_text(engine::container const& c, time_point at);

/// The answer to `GET /containers/{id}/json`.
MOCKER_DECL types::container_inspect inspect_view(engine::container const& c, std::string_view data_root,
                                                  std::vector<std::string> exec_ids);

/// An entry of `GET /containers/json`.
MOCKER_DECL types::container_summary summary_view(engine::container const& c, std::string_view data_root, time_point at);

/// An entry of `GET /images/json`. @p containers is the number of containers that use it.
MOCKER_DECL types::image_summary summary_view(image::image const& i, std::int64_t containers, version v);

/// The answer to `GET /images/{name}/json`.
MOCKER_DECL types::image_inspect inspect_view(image::image const& i, version v);

/// The networks `bridge`, `host` and `none` with the running containers on them.
MOCKER_DECL std::vector<types::network> network_views(std::vector<engine::container_ptr> const& containers,
                                                      std::string_view data_root, std::string_view bridge_name,
                                                      std::string_view subnet, std::string_view gateway);

} // namespace mocker::api

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/api/impl/views.ipp>
#endif
#endif
