#ifndef MOCKER_RUNTIME_IMPL_COMPILE_CGROUP_IPP
#define MOCKER_RUNTIME_IMPL_COMPILE_CGROUP_IPP

#include <mocker/linux/device_filter.hpp>
#include <mocker/runtime/detail/compile_parts.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace mocker::runtime::detail {

/// Files of a control group and what goes into them, in order.
using settings = std::vector<std::pair<std::string, std::string>>;

MOCKER_DECL std::string device_number(std::optional<std::int64_t> number) {
    return number && *number >= 0 ? std::to_string(*number) : "*";
}

MOCKER_DECL result<> check_device_rule(oci::device_rule const& rule) {
    bool const type = rule.type.empty() || rule.type == "a" || rule.type == "b" || rule.type == "c";
    if (!type) return error(errc::malformed, "invalid type of device \"" + rule.type + '"');
    if (rule.access.find_first_not_of("rwm") != std::string::npos || rule.access.empty())
        return error(errc::malformed, "invalid access to device \"" + rule.access + '"');
    return {};
}

/// A line for devices.allow or devices.deny.
MOCKER_DECL std::string device_line(oci::device_rule const& rule) {
    bool const all = (rule.type.empty() || rule.type == "a") && !rule.major && !rule.minor;
    if (all && rule.access.size() == 3) return "a";
    auto const type = rule.type.empty() ? "a" : rule.type;
    return type + ' ' + device_number(rule.major) + ':' + device_number(rule.minor) + ' ' + rule.access;
}

MOCKER_DECL linux_::device_access device_access_of(oci::device_rule const& rule) {
    linux_::device_access access;
    access.allow = rule.allow;
    access.type = rule.type.empty() ? 'a' : rule.type[0];
    if (rule.major && *rule.major >= 0) access.major = static_cast<std::uint32_t>(*rule.major);
    if (rule.minor && *rule.minor >= 0) access.minor = static_cast<std::uint32_t>(*rule.minor);
    access.read = rule.access.find('r') != std::string::npos;
    access.write = rule.access.find('w') != std::string::npos;
    access.make = rule.access.find('m') != std::string::npos;
    return access;
}

MOCKER_DECL std::string limit_or_max(std::int64_t value) { return value < 0 ? "max" : std::to_string(value); }

MOCKER_DECL settings v2_settings(oci::linux_resources const& limits) {
    settings to;
    if (auto const& m = limits.memory) {
        if (m->limit) to.emplace_back("memory.max", limit_or_max(*m->limit));
        if (m->reservation) to.emplace_back("memory.low", limit_or_max(*m->reservation));
        if (m->swap) {
            auto const swap = *m->swap < 0 ? -1 : std::max<std::int64_t>(*m->swap - m->limit.value_or(0), 0);
            to.emplace_back("memory.swap.max", limit_or_max(swap));
        }
    }
    if (auto const& c = limits.cpu) {
        if (c->shares && *c->shares != 0) {
            auto const shares = std::clamp<std::uint64_t>(*c->shares, 2, 262144);
            to.emplace_back("cpu.weight", std::to_string(1 + (shares - 2) * 9999 / 262142));
        }
        if (c->quota || c->period) {
            auto const quota = c->quota.value_or(-1);
            to.emplace_back("cpu.max", (quota <= 0 ? "max" : std::to_string(quota)) + ' ' +
                                           std::to_string(c->period.value_or(100000)));
        }
        if (!c->cpus.empty()) to.emplace_back("cpuset.cpus", c->cpus);
        if (!c->mems.empty()) to.emplace_back("cpuset.mems", c->mems);
    }
    if (limits.pids) to.emplace_back("pids.max", limits.pids->limit <= 0 ? "max" : std::to_string(limits.pids->limit));
    if (limits.block_io && limits.block_io->weight)
        to.emplace_back("io.weight", "default " + std::to_string(*limits.block_io->weight));
    for (auto const& [file, value] : limits.unified) to.emplace_back(file, value);
    return to;
}

MOCKER_DECL settings v1_settings(std::string_view controller, oci::linux_resources const& limits) {
    settings to;
    if (auto const& m = limits.memory; m && controller == "memory") {
        if (m->limit) to.emplace_back("memory.limit_in_bytes", std::to_string(*m->limit));
        if (m->swap) to.emplace_back("memory.memsw.limit_in_bytes", std::to_string(*m->swap));
        if (m->reservation) to.emplace_back("memory.soft_limit_in_bytes", std::to_string(*m->reservation));
        if (m->swappiness) to.emplace_back("memory.swappiness", std::to_string(*m->swappiness));
        if (m->disable_oom_killer.value_or(false)) to.emplace_back("memory.oom_control", "1");
    }
    if (auto const& c = limits.cpu; c && controller == "cpu") {
        if (c->shares && *c->shares != 0) to.emplace_back("cpu.shares", std::to_string(*c->shares));
        if (c->period && *c->period != 0) to.emplace_back("cpu.cfs_period_us", std::to_string(*c->period));
        if (c->quota && *c->quota != 0) to.emplace_back("cpu.cfs_quota_us", std::to_string(*c->quota));
    }
    if (auto const& c = limits.cpu; c && controller == "cpuset") {
        if (!c->cpus.empty()) to.emplace_back("cpuset.cpus", c->cpus);
        if (!c->mems.empty()) to.emplace_back("cpuset.mems", c->mems);
    }
    if (controller == "pids" && limits.pids)
        to.emplace_back("pids.max", limits.pids->limit <= 0 ? "max" : std::to_string(limits.pids->limit));
    if (controller == "blkio" && limits.block_io && limits.block_io->weight)
        to.emplace_back("blkio.weight", std::to_string(*limits.block_io->weight));
    if (controller == "devices")
        for (auto const& rule : limits.devices)
            to.emplace_back(rule.allow ? "devices.allow" : "devices.deny", device_line(rule));
    return to;
}

/// Swap is only counted where the kernel was told to; Docker then limits memory alone.
MOCKER_DECL std::uint16_t setting_flags(std::string_view file) {
    return file == "memory.memsw.limit_in_bytes" || file == "memory.swap.max" ? plan::optional : 0;
}

MOCKER_DECL result<> check_enforceable(machine const& on, oci::linux_resources const& limits) {
    bool const restricts = std::ranges::any_of(limits.devices, [](auto const& rule) { return !rule.allow; });
    if (on.cgroups.is_v2()) return {};
    std::pair<bool, char const*> const needs[] = {
        {restricts, "devices"},
        {limits.memory.has_value(), "memory"},
        {limits.pids && limits.pids->limit > 0, "pids"},
        {limits.cpu && (limits.cpu->shares || limits.cpu->quota), "cpu"},
        {limits.cpu && !(limits.cpu->cpus + limits.cpu->mems).empty(), "cpuset"}};
    for (auto const& [needed, controller] : needs)
        if (needed && on.cgroups.find(controller) == nullptr)
            return error(errc::unavailable,
                         std::string("the control group controller \"") + controller + "\" is not mounted");
    if (!limits.unified.empty()) return error(errc::unsupported, "settings of cgroup v2 on a machine with cgroup v1");
    return {};
}

MOCKER_DECL void add_v2_group(plan_builder& to, machine const& on, std::string const& path,
                              oci::linux_resources const& limits) {
    auto const group = on.cgroups.unified()->mount_point + path;
    to.before_clone.push_back(make_step(plan::op::make_cgroup, to.text(group), 0, 0, 0, 0, plan::optional));
    for (auto const& [file, value] : v2_settings(limits))
        to.before_clone.push_back(to.write(group + '/' + file, value, setting_flags(file)));
    if (!limits.devices.empty()) {
        std::vector<linux_::device_access> rules;
        for (auto const& rule : limits.devices) rules.push_back(device_access_of(rule));
        auto const program = linux_::device_filter(rules);
        to.before_clone.push_back(
            make_step(plan::op::device_filter, to.text(group), to.bytes(program), 0, program.size() / 8));
    }
    to.head.cgroup_v2 = to.text(group);
    to.head.oom_file = to.text(group + "/memory.events");
    to.cleanup.push_back(make_step(plan::op::remove_cgroup, to.text(group)));
}

MOCKER_DECL result<> add_cgroups(plan_builder& to, machine const& on, std::string const& path,
                                 oci::linux_resources const& limits) {
    MOCKER_TRY_RETURN(clean, clean_path(path));
    if (clean != path) return error(errc::malformed, "invalid control group \"" + path + '"');
    for (auto const& rule : limits.devices) MOCKER_CHECK_RETURN(check_device_rule(rule));
    MOCKER_CHECK_RETURN(check_enforceable(on, limits));
    if (on.cgroups.is_v2()) {
        add_v2_group(to, on, path, limits);
        return {};
    }
    for (auto const* const h : on.cgroups.container_hierarchies()) {
        auto const group = h->mount_point + path;
        to.after_clone.push_back(make_step(plan::op::make_cgroup, to.text(group), 0, 0, 0, 0, plan::optional));
        for (auto const& controller : h->controllers)
            for (auto const& [file, value] : v1_settings(controller, limits))
                to.after_clone.push_back(to.write(group + '/' + file, value, setting_flags(file)));
        to.cleanup.push_back(make_step(plan::op::remove_cgroup, to.text(group)));
        bool const counts = std::ranges::find(h->controllers, "memory") != h->controllers.end();
        if (counts) to.head.oom_file = to.text(group + "/memory.oom_control");
    }
    return {};
}

/// The process moves itself, as a thread: only so the kernel does not make everybody's fork and exit wait, and us for a
/// grace period of RCU (milliseconds). It has no other threads.
MOCKER_DECL void join_cgroups(plan_builder& to, machine const& on, std::string const& path) {
    if (on.cgroups.is_v2()) {
        to.head.cgroup_v2 = to.text(on.cgroups.unified()->mount_point + path);
        return;
    }
    for (auto const* const h : on.cgroups.container_hierarchies())
        to.init.push_back(to.write(h->mount_point + path + "/tasks", "0"));
}

} // namespace mocker::runtime::detail

#endif
