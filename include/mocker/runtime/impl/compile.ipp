#ifndef MOCKER_RUNTIME_IMPL_COMPILE_IPP
#define MOCKER_RUNTIME_IMPL_COMPILE_IPP

#include <mocker/linux/namespaces.hpp>
#include <mocker/linux/seccomp.hpp>
#include <mocker/runtime/compile.hpp>
#include <mocker/runtime/detail/compile_parts.hpp>

#include <sched.h>
#include <sys/mount.h>

#include <algorithm>
#include <cctype>

namespace mocker::runtime {
namespace detail {

MOCKER_DECL result<std::string> clean_path(std::string_view path) {
    if (!path.starts_with('/') || path.find('\0') != std::string_view::npos)
        return error(errc::malformed, "invalid path \"" + std::string(path) + "\": must be absolute");
    std::string clean;
    for (std::size_t begin = 0; begin < path.size();) {
        auto const end = std::min(path.find('/', begin), path.size());
        auto const part = path.substr(begin, end - begin);
        if (part == "..")
            clean.resize(clean.empty() ? 0 : clean.rfind('/'));
        else if (!part.empty() && part != ".")
            clean.append("/").append(part);
        begin = end + 1;
    }
    return clean.empty() ? std::string("/") : clean;
}

MOCKER_DECL void add_head(plan_builder& to, std::string const& id, std::string const& state_directory,
                          stdio const& io) {
    to.head.id = to.text(id);
    to.head.state_directory = to.text(state_directory);
    to.head.rows = io.rows;
    to.head.columns = io.columns;
    if (io.terminal) to.head.flags |= plan::has_terminal;
    if (io.open_stdin && !io.terminal) to.head.flags |= plan::has_stdin;
}

MOCKER_DECL void leave_own_group(plan_builder& to, machine const& on) {
    for (auto const& group : on.shim_groups) to.before_clone.push_back(to.write(group, "0"));
}

/// Namespaces of a container. The cgroup namespace is made late: its root is the group at that moment.
MOCKER_DECL result<std::uint64_t> add_namespaces(plan_builder& to, oci::linux_section const& section) {
    std::uint64_t seen = 0, fresh = 0;
    for (auto const& ns : section.namespaces) {
        auto const flag = linux_::namespace_flag(ns.type);
        if (!flag) return error(errc::malformed, "unknown namespace \"" + ns.type + '"');
        if (*flag == CLONE_NEWUSER) return error(errc::unsupported, "user namespaces are not supported");
        if ((seen & *flag) != 0) return error(errc::malformed, "namespace \"" + ns.type + "\" is given twice");
        seen |= *flag;
        if (ns.path.empty()) {
            fresh |= *flag;
        } else if (*flag == CLONE_NEWNS) {
            return error(errc::unsupported, "the mount namespace of another container cannot be shared");
        } else {
            auto const step = make_step(plan::op::enter_namespace, to.text(ns.path), 0, 0, *flag);
            (*flag == CLONE_NEWPID ? to.before_clone : to.init).push_back(step);
        }
    }
    if ((fresh & CLONE_NEWNS) == 0) return error(errc::malformed, "a container needs a mount namespace of its own");
    if ((fresh & CLONE_NEWPID) != 0) to.head.flags |= plan::owns_pid_namespace;
    to.head.clone_flags = fresh & ~std::uint64_t(CLONE_NEWCGROUP);
    return fresh;
}

MOCKER_DECL std::uint32_t offsets_table(plan_builder& to, std::vector<std::size_t> const& offsets) {
    std::vector<std::uint32_t> table;
    for (auto const offset : offsets) table.push_back(static_cast<std::uint32_t>(offset));
    return to.numbers(table);
}

MOCKER_DECL void add_host_network(plan_builder& to, linux_::network_plan const& network) {
    if (network.host.empty()) return;
    auto const offsets = offsets_table(to, network.host_pid_offsets);
    to.after_clone.push_back(make_step(plan::op::host_network, 0, to.bytes(network.host), offsets, network.host.size(),
                                       network.host_pid_offsets.size()));
}

MOCKER_DECL void add_container_network(plan_builder& to, linux_::network_plan const& network) {
    if (network.container.empty()) return;
    auto const offsets = offsets_table(to, network.container_index_offsets);
    auto const name = to.text(network.container_interface);
    to.init.push_back(make_step(plan::op::container_network, name, to.bytes(network.container), offsets,
                                network.container.size(), network.container_index_offsets.size()));
}

/// Sysctls of the network namespace that Docker sets by default have no place in that of the host.
MOCKER_DECL result<> add_sysctls(plan_builder& to, oci::linux_section const& section, std::uint64_t fresh) {
    for (auto const& [name, value] : section.sysctl) {
        bool const plain = std::ranges::all_of(
            name, [](unsigned char c) { return std::isalnum(c) || c == '.' || c == '_' || c == '-' || c == '/'; });
        if (!plain || name.empty() || name.find("..") != std::string::npos)
            return error(errc::malformed, "invalid sysctl \"" + name + '"');
        if (name.starts_with("net.") && (fresh & CLONE_NEWNET) == 0) {
            if (name == "net.ipv4.ip_unprivileged_port_start" || name == "net.ipv4.ping_group_range") continue;
            return error(errc::malformed, "sysctl \"" + name + "\" not allowed in host network namespace");
        }
        auto path = name;
        if (name.find('/') == std::string::npos) std::ranges::replace(path, '.', '/');
        to.init.push_back(make_step(plan::op::sysctl, to.text(path), to.text(value)));
    }
    return {};
}

MOCKER_DECL result<> check(launch_request const& request) {
    if (request.root.lower.empty())
        return error(errc::malformed, "container " + request.id + " has no root filesystem");
    if (request.cgroup_path.size() < 2 || request.cgroup_path[0] != '/')
        return error(errc::malformed, "invalid control group \"" + request.cgroup_path + '"');
    auto const& profile = request.spec.process.apparmor_profile;
    if (!profile.empty() && profile != "unconfined")
        return error(errc::unsupported, "AppArmor profiles are not supported");
    if (!request.spec.process.selinux_label.empty())
        return error(errc::unsupported, "SELinux labels are not supported");
    return {};
}

} // namespace detail

MOCKER_DECL result<std::string> compile_launch(launch_request const& request, machine const& on,
                                               std::string_view seccomp) {
    MOCKER_CHECK_RETURN(detail::check(request));
    auto const& spec = request.spec;
    plan_builder to;
    detail::add_head(to, request.id, request.state_directory, request.io);
    if (!request.log_path.empty()) to.head.log_path = to.text(request.log_path);
    detail::leave_own_group(to, on);
    MOCKER_TRY_RETURN(fresh, detail::add_namespaces(to, spec.linux_));
    MOCKER_CHECK_RETURN(
        detail::add_cgroups(to, on, request.cgroup_path, spec.linux_.resources.value_or(oci::linux_resources{})));
    detail::add_host_network(to, request.network);

    MOCKER_CHECK_RETURN(detail::add_process_limits(to, spec.process));
    MOCKER_CHECK_RETURN(detail::add_root(to, request));
    MOCKER_CHECK_RETURN(detail::add_mounts(to, request));
    MOCKER_CHECK_RETURN(detail::add_devices(to, request));
    if ((fresh & CLONE_NEWUTS) != 0 && !spec.hostname.empty())
        to.init.push_back(detail::make_step(plan::op::hostname, to.text(spec.hostname)));
    if ((fresh & CLONE_NEWUTS) != 0 && !spec.domainname.empty())
        to.init.push_back(detail::make_step(plan::op::domainname, to.text(spec.domainname)));
    to.init.push_back(detail::make_step(plan::op::wait_host));
    detail::join_cgroups(to, on, request.cgroup_path);
    bool const own_cgroups = (fresh & CLONE_NEWCGROUP) != 0;
    if (own_cgroups) to.init.push_back(detail::make_step(plan::op::unshare, 0, 0, 0, CLONE_NEWCGROUP));
    MOCKER_CHECK_RETURN(detail::add_cgroup_mounts(to, request, on, own_cgroups));
    detail::add_container_network(to, request.network);
    MOCKER_CHECK_RETURN(detail::add_sysctls(to, spec.linux_, fresh));
    MOCKER_CHECK_RETURN(detail::add_restrictions(to, spec.linux_));
    if (request.root.read_only || spec.root.readonly) to.init.push_back(detail::make_step(plan::op::read_only_root));
    to.init.push_back(detail::make_step(plan::op::enter_root));
    MOCKER_CHECK_RETURN(detail::add_process(to, spec.process, seccomp, true));
    return to.finish();
}

MOCKER_DECL result<std::string> compile_exec(exec_request const& request, machine const& on, std::string_view seccomp) {
    if (request.container_pid <= 1) return error(errc::malformed, "exec " + request.id + ": no container process");
    plan_builder to;
    detail::add_head(to, request.id, request.state_directory, request.io);
    to.head.flags |= plan::is_exec;
    detail::leave_own_group(to, on);
    std::uint64_t kinds = 0;
    for (auto const& name : request.namespaces) {
        auto const flag = linux_::namespace_flag(name);
        if (!flag) return error(errc::malformed, "unknown namespace \"" + name + '"');
        kinds |= *flag;
    }
    to.head.target = static_cast<std::uint32_t>(request.container_pid);
    if ((kinds & CLONE_NEWPID) != 0) to.head.flags |= plan::enters_pid_namespace;
    MOCKER_CHECK_RETURN(detail::add_process_limits(to, request.process));
    to.init.push_back(detail::make_step(plan::op::wait_host));
    detail::join_cgroups(to, on, request.cgroup_path);
    to.init.push_back(detail::make_step(plan::op::enter_process, 0, 0, 0, kinds & ~std::uint64_t(CLONE_NEWPID)));
    if (request.io.terminal) to.init.push_back(detail::make_step(plan::op::open_terminal));
    MOCKER_CHECK_RETURN(detail::add_process(to, request.process, seccomp, false));
    return to.finish();
}

MOCKER_DECL result<std::string> compile_seccomp(oci::seccomp const& profile) {
    if (!profile.flags.empty()) return error(errc::unsupported, "seccomp: flags are not supported");
    MOCKER_TRY_RETURN(builder, linux_::seccomp_builder::create(profile.default_action, profile.default_errno_ret));
    for (auto const& name : profile.architectures) MOCKER_CHECK_RETURN(builder.add_architecture(name));
    for (auto const& rule : profile.syscalls) {
        std::vector<linux_::syscall_comparison> arguments;
        for (auto const& a : rule.args) arguments.push_back({a.index, a.op, a.value, a.value_two});
        for (auto const& name : rule.names)
            MOCKER_CHECK_RETURN(builder.add_rule(name, rule.action, rule.errno_ret, arguments));
    }
    return builder.program();
}

} // namespace mocker::runtime

#endif
