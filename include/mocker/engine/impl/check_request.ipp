#ifndef MOCKER_ENGINE_IMPL_CHECK_REQUEST_IPP
#define MOCKER_ENGINE_IMPL_CHECK_REQUEST_IPP

#include <mocker/engine/config.hpp>
#include <mocker/engine/network_files.hpp>
#include <mocker/engine/seccomp_profile.hpp>
#include <mocker/engine/signals.hpp>
#include <mocker/engine/spec.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace mocker::engine {
namespace detail {

inline constexpr std::array<std::string_view, 41> capability_names{
    "CAP_CHOWN",           "CAP_DAC_OVERRIDE",    "CAP_DAC_READ_SEARCH", "CAP_FOWNER",       "CAP_FSETID",
    "CAP_KILL",            "CAP_SETGID",          "CAP_SETUID",          "CAP_SETPCAP",      "CAP_LINUX_IMMUTABLE",
    "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST",  "CAP_NET_ADMIN",       "CAP_NET_RAW",      "CAP_IPC_LOCK",
    "CAP_IPC_OWNER",       "CAP_SYS_MODULE",      "CAP_SYS_RAWIO",       "CAP_SYS_CHROOT",   "CAP_SYS_PTRACE",
    "CAP_SYS_PACCT",       "CAP_SYS_ADMIN",       "CAP_SYS_BOOT",        "CAP_SYS_NICE",     "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME",        "CAP_SYS_TTY_CONFIG",  "CAP_MKNOD",           "CAP_LEASE",        "CAP_AUDIT_WRITE",
    "CAP_AUDIT_CONTROL",   "CAP_SETFCAP",         "CAP_MAC_OVERRIDE",    "CAP_MAC_ADMIN",    "CAP_SYSLOG",
    "CAP_WAKE_ALARM",      "CAP_BLOCK_SUSPEND",   "CAP_AUDIT_READ",      "CAP_PERFMON",      "CAP_BPF",
    "CAP_CHECKPOINT_RESTORE"};

/// A field with a value that asks for what this engine does not do.
MOCKER_DECL error refused(std::string_view field, std::string_view value = {}) {
    std::string text = "HostConfig." + std::string(field);
    if (!value.empty()) text += " '" + std::string(value) + "'";
    return {errc::unsupported, text + " is not supported by this engine"};
}

MOCKER_DECL error malformed(std::string text) { return {errc::malformed, std::move(text)}; }

template <class List>
bool filled(std::optional<List> const& list) {
    return list && !list->empty();
}

MOCKER_DECL result<> check_capabilities(std::optional<types::word_list> const& list, std::string_view field) {
    if (!list) return {};
    for (auto const& name : *list)
        if (auto const known = capability_name(name); !known)
            return malformed("invalid " + std::string(field) + ": " + known.error().message());
    return {};
}

MOCKER_DECL result<> check_memory(types::resources& r) {
    static constexpr std::int64_t least = 6 * 1024 * 1024;
    if (r.memory != 0 && r.memory < least) return malformed("Minimum memory limit allowed is 6MB");
    if (r.memory > 0 && r.memory_swap > 0 && r.memory_swap < r.memory)
        return malformed("Minimum memoryswap limit should be larger than memory limit, see usage");
    if (r.memory == 0 && r.memory_swap > 0)
        return malformed("You should always set the Memory limit when using Memoryswap limit, see usage");
    if (r.memory_reservation > 0 && r.memory_reservation < least)
        return malformed("Minimum memory reservation allowed is 6MB");
    if (r.memory > 0 && r.memory_reservation > r.memory)
        return malformed("Minimum memory limit can not be less than memory reservation limit, see usage");
    if (r.memory > 0 && r.memory_swap == 0) r.memory_swap = 2 * r.memory;
    if (r.memory_swappiness && *r.memory_swappiness != -1 && (*r.memory_swappiness < 0 || *r.memory_swappiness > 100))
        return malformed("invalid value: " + std::to_string(*r.memory_swappiness) + ", valid memory swappiness range is 0-100");
    if (r.kernel_memory != 0) return refused("KernelMemory");
    if (r.kernel_memory_tcp != 0) return refused("KernelMemoryTCP");
    return {};
}

MOCKER_DECL result<> check_cpu(types::resources const& r) {
    long const count = std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN));
    if (r.nano_cpus < 0 || r.nano_cpus > count * 1'000'000'000L || (r.nano_cpus > 0 && r.nano_cpus < 10'000'000)) {
        auto const n = std::to_string(count);
        return malformed("range of CPUs is from 0.01 to " + n + ".00, as there are only " + n + " CPUs available");
    }
    if (r.nano_cpus > 0 && r.cpu_period > 0)
        return malformed("Conflicting options: Nano CPUs and CPU Period cannot both be set");
    if (r.nano_cpus > 0 && r.cpu_quota > 0)
        return malformed("Conflicting options: Nano CPUs and CPU Quota cannot both be set");
    if (r.cpu_period != 0 && (r.cpu_period < 1000 || r.cpu_period > 1'000'000))
        return malformed("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
    if (r.cpu_quota > 0 && r.cpu_quota < 1000) return malformed("CPU cfs quota can not be less than 1ms (i.e. 1000)");
    if (r.cpu_shares < 0)
        return malformed("invalid CPU shares (" + std::to_string(r.cpu_shares) + "): value must be a positive integer");
    if (r.cpu_realtime_period != 0) return refused("CpuRealtimePeriod");
    if (r.cpu_realtime_runtime != 0) return refused("CpuRealtimeRuntime");
    if (r.cpu_count != 0) return refused("CpuCount");
    if (r.cpu_percent != 0) return refused("CpuPercent");
    return {};
}

/// A list of processors as the kernel takes it, `0-2,5`, each below @p count.
MOCKER_DECL result<> check_cpu_set(std::string const& list, std::string_view what, long count) {
    if (list.empty()) return {};
    auto const bad = malformed("Invalid value " + list + " for " + std::string(what));
    long largest = -1;
    char const* at = list.data();
    char const* const end = at + list.size();
    for (;;) {
        long first = 0;
        auto const begin = std::from_chars(at, end, first);
        if (begin.ec != std::errc() || first < 0) return bad;
        long last = first;
        at = begin.ptr;
        if (at != end && *at == '-') {
            auto const stop = std::from_chars(at + 1, end, last);
            if (stop.ec != std::errc() || last < first) return bad;
            at = stop.ptr;
        }
        largest = std::max(largest, last);
        if (at == end) break;
        if (*at++ != ',') return bad;
    }
    if (count > 0 && largest >= count)
        return malformed("Requested CPUs are not available - requested " + list + ", available: 0" +
                         (count > 1 ? "-" + std::to_string(count - 1) : ""));
    return {};
}

MOCKER_DECL result<> check_devices(types::resources const& r) {
    if (filled(r.blkio_weight_device)) return refused("BlkioWeightDevice");
    if (filled(r.blkio_device_read_bps)) return refused("BlkioDeviceReadBps");
    if (filled(r.blkio_device_write_bps)) return refused("BlkioDeviceWriteBps");
    if (filled(r.blkio_device_read_iops)) return refused("BlkioDeviceReadIOps");
    if (filled(r.blkio_device_write_iops)) return refused("BlkioDeviceWriteIOps");
    if (filled(r.device_requests)) return refused("DeviceRequests");
    if (r.io_maximum_iops != 0) return refused("IOMaximumIOps");
    if (r.io_maximum_bandwidth != 0) return refused("IOMaximumBandwidth");
    if (r.blkio_weight != 0 && (r.blkio_weight < 10 || r.blkio_weight > 1000))
        return malformed("Range of blkio weight is from 10 to 1000");
    if (r.devices)
        for (auto const& d : *r.devices) {
            bool const valid = d.cgroup_permissions.find_first_not_of("rwm") == std::string::npos;
            if (!valid) return malformed("invalid device mode: " + d.cgroup_permissions);
            if (d.path_on_host.empty() || d.path_on_host[0] != '/')
                return malformed("error gathering device information while adding custom device \"" + d.path_on_host +
                                 "\": no such file or directory");
        }
    if (r.device_cgroup_rules)
        for (auto const& rule : *r.device_cgroup_rules) MOCKER_CHECK_RETURN(parse_device_rule(rule));
    return {};
}

MOCKER_DECL result<> check_resources(types::resources& r) {
    MOCKER_CHECK_RETURN(check_memory(r));
    MOCKER_CHECK_RETURN(check_cpu(r));
    MOCKER_CHECK_RETURN(check_cpu_set(r.cpuset_cpus, "cpuset cpus", ::sysconf(_SC_NPROCESSORS_ONLN)));
    MOCKER_CHECK_RETURN(check_cpu_set(r.cpuset_mems, "cpuset mems", 0));
    MOCKER_CHECK_RETURN(check_devices(r));
    if (!r.cgroup_parent.empty()) return refused("CgroupParent", r.cgroup_parent);
    if (r.pids_limit && *r.pids_limit <= 0) r.pids_limit.reset();
    if (r.ulimits)
        for (auto const& u : *r.ulimits) {
            if (u.name.empty() || !limit_name(u.name)) return malformed("invalid ulimit type: " + u.name);
            if (u.hard >= 0 && (u.soft > u.hard || u.soft < 0))
                return malformed("ulimit soft limit must be less than or equal to hard limit: " + std::to_string(u.soft) +
                                 " > " + std::to_string(u.hard));
        }
    return {};
}

MOCKER_DECL result<> check_log(types::log_config& log) {
    if (log.type.empty()) log.type = "json-file";
    if (log.type != "json-file" && log.type != "none") return refused("LogConfig.Type", log.type);
    if (!log.config) log.config.emplace();
    static constexpr std::array<std::string_view, 10> known{"max-size", "max-file", "compress", "labels", "labels-regex",
                                                            "env", "env-regex", "tag", "mode", "max-buffer-size"};
    for (auto const& [option, value] : *log.config) {
        if (std::find(known.begin(), known.end(), option) == known.end())
            return malformed("unknown log opt '" + option + "' for " + log.type + " log driver");
        bool const as_it_is = (option == "mode" && value == "blocking") || (option == "max-file" && value == "1") ||
                              (option == "max-size" && value == "-1") || (option == "compress" && value == "false");
        if (!as_it_is) return refused("LogConfig.Config." + option, value);
    }
    return {};
}

MOCKER_DECL result<> check_restart(types::host_config const& host) {
    auto const& policy = host.restart_policy;
    bool const none = policy.name.empty() || policy.name == "no";
    static constexpr std::array<std::string_view, 3> known{"always", "on-failure", "unless-stopped"};
    if (!none && std::find(known.begin(), known.end(), policy.name) == known.end())
        return malformed("invalid restart policy: unknown policy '" + policy.name +
                         "'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
    if (policy.maximum_retry_count != 0 && policy.name != "on-failure")
        return malformed("invalid restart policy: maximum retry count can only be used with 'on-failure'");
    if (policy.maximum_retry_count < 0) return malformed("invalid restart policy: maximum retry count cannot be negative");
    if (host.auto_remove && !none) return malformed("can't create 'AutoRemove' container with restart policy");
    return {};
}

MOCKER_DECL result<> check_modes(types::host_config& host) {
    auto const shares = [](std::string const& mode) { return mode.starts_with("container:"); };
    if (host.ipc_mode.empty()) host.ipc_mode = "private";
    if (shares(host.ipc_mode)) return refused("IpcMode", host.ipc_mode);
    if (host.ipc_mode != "private" && host.ipc_mode != "shareable" && host.ipc_mode != "host" && host.ipc_mode != "none")
        return malformed("invalid IPC mode: " + host.ipc_mode);
    if (shares(host.pid_mode)) return refused("PidMode", host.pid_mode);
    if (!host.pid_mode.empty() && host.pid_mode != "host") return malformed("invalid PID mode: " + host.pid_mode);
    if (!host.uts_mode.empty() && host.uts_mode != "host") return malformed("invalid UTS mode: " + host.uts_mode);
    if (!host.userns_mode.empty() && host.userns_mode != "host") return malformed("invalid USER mode: " + host.userns_mode);
    if (!host.cgroupns_mode.empty() && host.cgroupns_mode != "host" && host.cgroupns_mode != "private")
        return malformed("invalid cgroup namespace mode: " + host.cgroupns_mode);
    if (!host.isolation.empty() && host.isolation != "default")
        return malformed("invalid isolation (" + host.isolation + "): linux only supports 'default'");
    if (host.runtime.empty()) host.runtime = "runc";
    if (host.runtime != "runc" && host.runtime != "native" && host.runtime != "io.containerd.runc.v2")
        return malformed("unknown or invalid runtime name: " + host.runtime);
    return {};
}

MOCKER_DECL result<> check_security(types::host_config const& host) {
    if (!host.security_opt) return {};
    for (auto const& option : *host.security_opt) {
        if (option == "no-new-privileges") continue;
        auto const equals = option.find('=');
        auto const split = equals != std::string::npos ? equals : option.find(':');
        if (split == std::string::npos) return malformed("invalid --security-opt 1: \"" + option + "\"");
        auto const name = option.substr(0, split), value = option.substr(split + 1);
        if (name == "no-new-privileges" && (value == "true" || value == "false")) continue;
        if (name == "no-new-privileges") return malformed("invalid --security-opt 2: \"" + option + "\"");
        if (name == "seccomp" && (value == "unconfined" || value == "builtin")) continue;
        if (name == "seccomp") {
            if (auto const profile = parse_seccomp_profile(value, {}); !profile) return profile.error();
            continue;
        }
        if (name == "apparmor" && value == "unconfined") continue;
        if (name == "label" && value == "disable") continue;
        if (name == "apparmor" || name == "label" || name == "writable-cgroups") return refused("SecurityOpt", option);
        return malformed("invalid --security-opt 2: \"" + option + "\"");
    }
    return {};
}

MOCKER_DECL result<> check_name_resolution(types::host_config const& host) {
    for (auto const* list : {&host.dns})
        if (*list)
            for (auto const& address : **list)
                if (!is_address(address)) return malformed("invalid DNS server address: " + address);
    if (host.extra_hosts)
        for (auto const& entry : *host.extra_hosts)
            if (!split_extra_host(entry)) return malformed("bad format for add-host: \"" + entry + "\"");
    if (host.group_add)
        for (auto const& group : *host.group_add)
            if (group.empty() || group.size() > 9 || group.find_first_not_of("0123456789") != std::string::npos)
                return refused("GroupAdd", group);
    return {};
}

MOCKER_DECL result<> check_sysctls(types::host_config const& host) {
    for (auto const& [name, value] : host.sysctls) {
        bool const net = name.starts_with("net."), ipc = name.starts_with("kernel.msg") || name.starts_with("kernel.sem") ||
                                                         name.starts_with("kernel.shm") || name.starts_with("fs.mqueue.");
        if (net && host.network_mode == "host") return malformed("sysctl '" + name + "' is not allowed because host network mode");
        if (ipc && host.ipc_mode == "host") return malformed("sysctl '" + name + "' is not allowed because host ipc namespace");
        bool const uts = name == "kernel.domainname";
        if (!net && !ipc && !uts) return malformed("sysctl '" + name + "' is not in a separate kernel namespace");
        if (name.find('/') != std::string::npos || name.find("..") != std::string::npos)
            return malformed("invalid sysctl name: " + name);
    }
    return {};
}

/// What belongs to the network, and whether the network mode goes with it.
MOCKER_DECL result<> check_network(types::container_create_request& request, std::vector<std::string>& warnings) {
    auto& host = request.host_config;
    if (host.network_mode.empty() || host.network_mode == "default") host.network_mode = "bridge";
    auto const& mode = host.network_mode;
    if (mode.starts_with("container:")) return refused("NetworkMode", mode);
    // Whether another network exists is asked at the start, as Docker does: 404 here would have clients pull the image.
    if (filled(host.links))
        return mode == "host" ? malformed("conflicting options: host type networking can't be used with links. This would "
                                          "result in undefined behavior")
                              : refused("Links");
    bool bindings = false;
    if (host.port_bindings)
        for (auto const& [port, places] : *host.port_bindings) {
            if (!is_port(port)) return malformed("invalid port specification: \"" + port + "\"");
            bindings = bindings || filled(places);
        }
    if ((bindings || host.publish_all_ports) && mode == "host")
        warnings.push_back("Published ports are discarded when using host network mode");
    else if (bindings && mode != "none") return refused("PortBindings");
    else if (host.publish_all_ports && mode != "none") return refused("PublishAllPorts");
    if (!request.config.mac_address.empty())
        return error(errc::unsupported, "MacAddress is not supported by this engine");
    return {};
}

MOCKER_DECL result<> check_endpoints(types::container_create_request& request) {
    auto& wanted = request.networking_config.endpoints_config;
    if (!wanted) return {};
    if (auto const found = wanted->find("default"); found != wanted->end()) {
        auto node = wanted->extract(found);
        node.key() = "bridge";
        wanted->insert(std::move(node));
    }
    for (auto const& [network, settings] : *wanted) {
        if (network != request.host_config.network_mode)
            return malformed("Container cannot be connected to network endpoints: " + request.host_config.network_mode + ", " + network);
        if (settings.ipam_config && (!settings.ipam_config->ipv4_address.empty() || !settings.ipam_config->ipv6_address.empty()))
            return malformed("user specified IP address is supported on user defined networks only");
        if (filled(settings.aliases))
            return malformed("network-scoped alias is supported only for containers in user defined networks");
        auto const unsupported = [](std::string_view field) {
            return error(errc::unsupported, "EndpointsConfig." + std::string(field) + " is not supported by this engine");
        };
        if (filled(settings.links)) return unsupported("Links");
        if (!settings.mac_address.empty()) return unsupported("MacAddress");
        if (filled(settings.driver_opts)) return unsupported("DriverOpts");
    }
    return {};
}

MOCKER_DECL result<> check_config(types::container_config const& config) {
    for (auto const& port : config.exposed_ports)
        if (!is_port(port)) return malformed("invalid port specification: \"" + port + "\"");
    if (!config.working_dir.empty() && config.working_dir[0] != '/')
        return malformed("the working directory '" + config.working_dir + "' is invalid, it needs to be an absolute path");
    if (config.env)
        for (auto const& entry : *config.env)
            if (entry.empty() || entry[0] == '=') return malformed("invalid environment variable: " + entry);
    if (!config.stop_signal.empty()) MOCKER_CHECK_RETURN(parse_signal(config.stop_signal));
    if (config.healthcheck) {
        auto const& h = *config.healthcheck;
        for (auto const& [name, value] : {std::pair{"Interval", h.interval}, std::pair{"Timeout", h.timeout},
                                          std::pair{"StartPeriod", h.start_period}, std::pair{"StartInterval", h.start_interval}})
            if (value != 0 && value < 1'000'000)
                return malformed(std::string(name) + " in Healthcheck cannot be less than 1ms");
        if (h.retries < 0) return malformed("Retries in Healthcheck cannot be negative");
        bool const none = h.test && h.test->size() == 1 && h.test->front() == "NONE";
        if (filled(h.test) && !none) return error(errc::unsupported, "Healthcheck is not supported by this engine");
    }
    return {};
}

MOCKER_DECL result<> check_rest(types::host_config& host) {
    if (!host.volume_driver.empty() && host.volume_driver != "local")
        return error(errc::not_found, "error looking up volume plugin " + host.volume_driver + ": plugin \"" +
                                          host.volume_driver + "\" not found");
    if (filled(host.volumes_from)) return refused("VolumesFrom");
    if (!host.cgroup.empty()) return refused("Cgroup", host.cgroup);
    if (!host.storage_opt.empty()) return refused("StorageOpt", host.storage_opt.begin()->first);
    if (host.init.value_or(false)) return refused("Init");
    if (host.oom_score_adj < -1000 || host.oom_score_adj > 1000)
        return malformed("Invalid value " + std::to_string(host.oom_score_adj) + ", range for oom score adj is [-1000, 1000]");
    if (host.shm_size < 0) return malformed("SHM size can not be less than 0");
    if (host.shm_size == 0) host.shm_size = 64 * 1024 * 1024;
    return {};
}

} // namespace detail

MOCKER_DECL std::vector<std::string> const& all_capabilities() {
    static std::vector<std::string> const names(detail::capability_names.begin(), detail::capability_names.end());
    return names;
}

MOCKER_DECL result<std::string> capability_name(std::string_view name) {
    std::string upper;
    for (char c : name) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (upper == "ALL") return upper;
    if (!upper.starts_with("CAP_")) upper.insert(0, "CAP_");
    auto const& known = detail::capability_names;
    if (std::find(known.begin(), known.end(), upper) != known.end()) return upper;
    return error(errc::malformed, "unknown capability: \"" + upper + "\"");
}

MOCKER_DECL result<std::vector<std::string>> check_request(types::container_create_request& request) {
    std::vector<std::string> warnings;
    auto& host = request.host_config;
    MOCKER_CHECK_RETURN(detail::check_config(request.config));
    MOCKER_CHECK_RETURN(detail::check_network(request, warnings));
    MOCKER_CHECK_RETURN(detail::check_endpoints(request));
    MOCKER_CHECK_RETURN(detail::check_resources(host));
    MOCKER_CHECK_RETURN(detail::check_log(host.log_config));
    MOCKER_CHECK_RETURN(detail::check_restart(host));
    MOCKER_CHECK_RETURN(detail::check_modes(host));
    MOCKER_CHECK_RETURN(detail::check_capabilities(host.cap_add, "CapAdd"));
    MOCKER_CHECK_RETURN(detail::check_capabilities(host.cap_drop, "CapDrop"));
    MOCKER_CHECK_RETURN(detail::check_security(host));
    MOCKER_CHECK_RETURN(detail::check_name_resolution(host));
    MOCKER_CHECK_RETURN(detail::check_sysctls(host));
    MOCKER_CHECK_RETURN(detail::check_rest(host));
    return warnings;
}

} // namespace mocker::engine

#endif
