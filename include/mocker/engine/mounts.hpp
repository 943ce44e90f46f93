#ifndef MOCKER_ENGINE_MOUNTS_HPP
#define MOCKER_ENGINE_MOUNTS_HPP

#include <mocker/engine/container.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace mocker::engine {

/** What a container is to have mounted: Binds, Mounts and Tmpfs of its host configuration, and an anonymous volume for
    each other volume of its configuration. Names of anonymous volumes are left empty. Sorted so that a mount comes before
    those inside it.
    @par Errors errc::malformed, in Docker's words; errc::unsupported, naming the field. */
MOCKER_DECL result<std::vector<mount_point>> plan_mounts(types::container_config const& config,
                                                         types::host_config const& host);

/// One entry of Binds: `SOURCE:TARGET[:OPTIONS]`, or `TARGET` for an anonymous volume.
/// @par Errors errc::malformed "invalid volume specification: 'SPEC'" and others.
MOCKER_DECL result<mount_point> parse_bind(std::string_view spec);

/// @p path without `.`, `..`, and doubled or final slashes.
MOCKER_DECL std::string clean_path(std::string_view path);

} // namespace mocker::engine

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/engine/impl/mounts.ipp>
#endif
#endif
