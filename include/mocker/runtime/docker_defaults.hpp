/** @file
    What Docker gives every container unless it is told otherwise. */
#ifndef MOCKER_RUNTIME_DOCKER_DEFAULTS_HPP
#define MOCKER_RUNTIME_DOCKER_DEFAULTS_HPP

#include <mocker/oci/runtime_spec.hpp>

#include <string>
#include <vector>

namespace mocker::runtime {

/** A whole document with Docker's mounts, device rules, capabilities, masked and read-only paths, new namespaces and
    default seccomp profile. The caller sets process.args, process.env, process.cwd, hostname and what it changes. */
MOCKER_DECL oci::runtime_spec docker_default_spec();

/// Docker's default capabilities.
MOCKER_DECL std::vector<std::string> docker_default_capabilities();

/** Docker's default seccomp profile, its conditions resolved for this machine and the bounding set @p capabilities.
    Call it again after a change of the capabilities. */
MOCKER_DECL oci::seccomp docker_default_seccomp(std::vector<std::string> const& capabilities);

/// Makes @p spec privileged as `docker run --privileged` does: all capabilities and devices, nothing masked or
/// filtered.
MOCKER_DECL void make_privileged(oci::runtime_spec& spec);

} // namespace mocker::runtime

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/runtime/impl/docker_defaults.ipp>
#endif
#endif
