#ifndef MOCKER_RUNTIME_DETAIL_COMPILE_PARTS_HPP
#define MOCKER_RUNTIME_DETAIL_COMPILE_PARTS_HPP

#include <mocker/runtime/compile.hpp>
#include <mocker/runtime/plan.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// @file The parts that compile_launch and compile_exec are made of. Each adds its steps to the plan.
namespace mocker::runtime::detail {

/// A step of the first process.
inline plan::step make_step(plan::op kind, std::uint32_t a = 0, std::uint32_t b = 0, std::uint32_t c = 0,
                            std::uint64_t x = 0, std::uint64_t y = 0, std::uint16_t flags = 0) {
    plan::step step;
    step.kind = kind;
    step.flags = flags;
    step.a = a, step.b = b, step.c = c;
    step.x = x, step.y = y;
    return step;
}

/// An absolute path without `.`, `..`, doubled and final slashes. @par Errors errc::malformed relative, or a NUL
/// inside.
MOCKER_DECL result<std::string> clean_path(std::string_view path);

// compile_cgroup.ipp
MOCKER_DECL result<> add_cgroups(plan_builder& to, machine const& on, std::string const& path,
                                 oci::linux_resources const& limits);
MOCKER_DECL void join_cgroups(plan_builder& to, machine const& on, std::string const& path);

// compile_mounts.ipp
MOCKER_DECL result<> add_root(plan_builder& to, launch_request const& request);
MOCKER_DECL result<> add_mounts(plan_builder& to, launch_request const& request);
MOCKER_DECL result<> add_devices(plan_builder& to, launch_request const& request);
MOCKER_DECL result<> add_restrictions(plan_builder& to, oci::linux_section const& section);
MOCKER_DECL result<> add_cgroup_mounts(plan_builder& to, launch_request const& request, machine const& on,
                                       bool own_namespace);

// compile_process.ipp
MOCKER_DECL result<> add_process_limits(plan_builder& to, oci::process const& process);
MOCKER_DECL result<> add_process(plan_builder& to, oci::process const& process, std::string_view seccomp,
                                 bool make_cwd);

} // namespace mocker::runtime::detail

#endif
