#ifndef MOCKER_ENGINE_SPEC_HPP
#define MOCKER_ENGINE_SPEC_HPP

#include <mocker/engine/container.hpp>
#include <mocker/engine/exec.hpp>
#include <mocker/oci/runtime_spec.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::engine {

/// What the machine adds to a container's document.
struct spec_environment {
    bool cgroup_v2 = false;    ///< pure v2: a container has a cgroup namespace of its own by default
    std::string hostname{};    ///< of the host, for containers that share its UTS namespace
};

/** The OCI document of a container: Docker's defaults, changed as its configuration and host configuration ask.

    A function of its arguments, but for host devices, whose numbers are looked up.
    @par Errors errc::malformed: a device that does not exist, a seccomp profile that is none. */
MOCKER_DECL result<oci::runtime_spec> build_spec(container const& c, spec_environment const& environment);

/// The process of an exec, in the container that @p spec describes.
MOCKER_DECL result<oci::process> build_exec_process(container const& c, oci::runtime_spec const& spec,
                                                    types::exec_config const& exec);

/// The host name that a container sees.
MOCKER_DECL std::string effective_hostname(container const& c, spec_environment const& environment);

/// `RLIMIT_NOFILE` for `nofile`. Nothing if there is no such limit.
MOCKER_DECL std::optional<std::string> limit_name(std::string_view ulimit);

/// One line of a device list, `c 10:200 rwm`, `b *:* r`. @par Errors errc::malformed "invalid device cgroup rule format: 'X'".
MOCKER_DECL result<oci::device_rule> parse_device_rule(std::string_view text);

} // namespace mocker::engine

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/engine/impl/spec.ipp>
#endif
#endif
