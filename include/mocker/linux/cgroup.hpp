/** @file
    Control groups of version 1, of version 2, and of machines that have both, behind one description. */
#ifndef MOCKER_LINUX_CGROUP_HPP
#define MOCKER_LINUX_CGROUP_HPP

#include <mocker/core/error.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace mocker::linux_ {

/// One tree of control groups.
struct cgroup_hierarchy {
    std::string mount_point{};
    std::vector<std::string> controllers{}; ///< version 1: as mounted (`cpu`, `cpuacct`, `name=systemd`)
    bool unified = false;                   ///< version 2
};

/// Where the control groups of this machine are.
struct cgroup_layout {
    std::vector<cgroup_hierarchy> hierarchies{};

    /// The hierarchy of a version 1 controller, or null.
    MOCKER_DECL cgroup_hierarchy const* find(std::string_view controller) const;
    /// The version 2 hierarchy, or null.
    MOCKER_DECL cgroup_hierarchy const* unified() const;
    /// Version 2 alone: no controller is on version 1.
    MOCKER_DECL bool is_v2() const;
    /// The version 1 hierarchies that containers have a group in, each once.
    MOCKER_DECL std::vector<cgroup_hierarchy const*> container_hierarchies() const;
};

/// Reads a `/proc/PID/mountinfo`. Lines that are not control groups, or broken, are passed over.
MOCKER_DECL cgroup_layout parse_cgroup_layout(std::string_view mountinfo);

/// That of this process. @par Errors errc::unavailable no control groups are mounted.
MOCKER_DECL result<cgroup_layout> detect_cgroup_layout();

/// The group of a process in the hierarchy of @p controller (empty: version 2) from its `/proc/PID/cgroup`.
MOCKER_DECL std::string find_cgroup(std::string_view proc_cgroup, std::string_view controller);

/** Makes the groups above @p path, so that groups can be made in them: controllers enabled, cpusets filled.
    Does nothing where they are. @par Errors the `errno`, naming the file. */
MOCKER_DECL result<> prepare_cgroup_parents(cgroup_layout const& layout, std::string const& path);

/** Kills all that is in the group @p path of any hierarchy and removes it, again and again until it is gone or two
    seconds have passed. Nothing there is no error.
    @par Errors the `errno`, naming the directory. */
MOCKER_DECL result<> remove_cgroup(cgroup_layout const& layout, std::string const& path);

} // namespace mocker::linux_

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/linux/impl/cgroup.ipp>
#endif
#endif
