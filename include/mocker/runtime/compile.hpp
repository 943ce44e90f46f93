/** @file
    From a request to a launch plan: everything that can be decided before anything is started. */
#ifndef MOCKER_RUNTIME_COMPILE_HPP
#define MOCKER_RUNTIME_COMPILE_HPP

#include <mocker/linux/cgroup.hpp>
#include <mocker/runtime/launch.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace mocker::runtime {

/// What plans depend on beside the request.
struct machine {
    linux_::cgroup_layout cgroups{};
    /// `cgroup.procs` (or, on v1, `tasks`) files that shims move to, out of reach of who ends our own group.
    std::vector<std::string> shim_groups{};
};

/** The plan for a container.
    @param seccomp the filter as @ref compile_seccomp gave it; empty: none. Users must have been looked up.
    @par Errors errc::malformed what cannot be, naming it; errc::unsupported what this runtime does not do. */
MOCKER_DECL result<std::string> compile_launch(launch_request const& request, machine const& on,
                                               std::string_view seccomp);

/// The plan for one more process in a container.
MOCKER_DECL result<std::string> compile_exec(exec_request const& request, machine const& on, std::string_view seccomp);

/// A profile as the program that the kernel runs.
MOCKER_DECL result<std::string> compile_seccomp(oci::seccomp const& profile);

} // namespace mocker::runtime

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/runtime/impl/compile.ipp>
#include <mocker/runtime/impl/compile_cgroup.ipp>
#include <mocker/runtime/impl/compile_mounts.ipp>
#include <mocker/runtime/impl/compile_process.ipp>
#endif
#endif
