#ifndef MOCKER_LINUX_NAMESPACES_HPP
#define MOCKER_LINUX_NAMESPACES_HPP

#include <mocker/config.hpp>

#include <sched.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace mocker::linux_ {

/// The clone(2) flag of a namespace by its name in runtime-spec (`mount`, `network`) or in /proc/PID/ns (`mnt`, `net`).
inline std::optional<std::uint64_t> namespace_flag(std::string_view name) noexcept {
    if (name == "mount" || name == "mnt") return CLONE_NEWNS;
    if (name == "network" || name == "net") return CLONE_NEWNET;
    if (name == "pid") return CLONE_NEWPID;
    if (name == "ipc") return CLONE_NEWIPC;
    if (name == "uts") return CLONE_NEWUTS;
    if (name == "user") return CLONE_NEWUSER;
    if (name == "cgroup") return CLONE_NEWCGROUP;
    return std::nullopt;
}

} // namespace mocker::linux_

#endif
