#ifndef MOCKER_ENGINE_IMPL_SPEC_IPP
#define MOCKER_ENGINE_IMPL_SPEC_IPP

#include <mocker/engine/config.hpp>
#include <mocker/engine/mounts.hpp>
#include <mocker/engine/seccomp_profile.hpp>
#include <mocker/engine/spec.hpp>
#include <mocker/runtime/docker_defaults.hpp>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <system_error>
#include <utility>

namespace mocker::engine {
namespace detail {

/// Puts @p entry in the place of the variable of the same name; without `=` it takes the variable away.
MOCKER_DECL void apply_variable(std::vector<std::string>& env, std::string const& entry) {
    auto const equals = entry.find('=');
    auto const name = std::string_view(entry).substr(0, equals);
    auto const same = [&](std::string const& e) { return std::string_view(e).substr(0, e.find('=')) == name; };
    auto const at = std::find_if(env.begin(), env.end(), same);
    if (equals == std::string::npos) {
        if (at != env.end()) env.erase(at);
    } else if (at != env.end()) {
        *at = entry;
    } else {
        env.push_back(entry);
    }
}

MOCKER_DECL std::vector<std::string> build_env(container const& c, std::string const& hostname, bool terminal) {
    std::vector<std::string> env{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME=" + hostname};
    if (terminal) env.emplace_back("TERM=xterm");
    if (c.config.env)
        for (auto const& entry : *c.config.env) apply_variable(env, entry);
    return env;
}

/// True if @p list names the capability @p name, in whatever spelling.
MOCKER_DECL bool lists_capability(std::optional<types::word_list> const& list, std::string_view name) {
    if (!list) return false;
    return std::any_of(list->begin(), list->end(), [&](std::string const& entry) {
        auto const known = capability_name(entry);
        return known && *known == name;
    });
}

/// The capabilities that the host configuration leaves of Docker's default ones. The names were checked at creation.
MOCKER_DECL std::vector<std::string> build_capabilities(types::host_config const& host) {
    if (host.privileged) return all_capabilities();
    auto const base = lists_capability(host.cap_add, "ALL") ? all_capabilities() : runtime::docker_default_capabilities();
    bool const drop_all = lists_capability(host.cap_drop, "ALL");
    std::vector<std::string> kept;
    for (auto const& name : all_capabilities()) {
        bool const by_default = std::find(base.begin(), base.end(), name) != base.end() && !drop_all;
        bool const added = lists_capability(host.cap_add, name);
        if (added || (by_default && !lists_capability(host.cap_drop, name))) kept.push_back(name);
    }
    return kept;
}

MOCKER_DECL void remove_namespace(oci::runtime_spec& spec, std::string_view type) {
    std::erase_if(spec.linux_.namespaces, [&](auto const& n) { return n.type == type; });
}

MOCKER_DECL void remove_mount(oci::runtime_spec& spec, std::string_view destination) {
    std::erase_if(spec.mounts, [&](auto const& m) { return m.destination == destination; });
}

MOCKER_DECL void apply_namespaces(container const& c, spec_environment const& environment, oci::runtime_spec& spec) {
    auto const& host = c.host_config;
    spec.hostname = effective_hostname(c, environment);
    spec.domainname = c.config.domainname;
    remove_namespace(spec, "cgroup");
    bool const own_cgroup = host.cgroupns_mode.empty() ? environment.cgroup_v2 && !host.privileged : host.cgroupns_mode == "private";
    if (own_cgroup) spec.linux_.namespaces.push_back({"cgroup", {}});
    if (c.network_mode() == "host") remove_namespace(spec, "network");
    if (host.pid_mode == "host") remove_namespace(spec, "pid");
    if (host.uts_mode == "host") {
        remove_namespace(spec, "uts");
        spec.hostname.clear();
        spec.domainname.clear();
    }
    if (host.ipc_mode == "host") {
        remove_namespace(spec, "ipc");
        remove_mount(spec, "/dev/shm");
        spec.mounts.push_back({"/dev/shm", "bind", "/dev/shm", {"rbind", "rprivate"}});
    }
    if (host.ipc_mode == "none") remove_mount(spec, "/dev/shm");
    for (auto& m : spec.mounts)
        if (m.destination == "/dev/shm" && m.type == "tmpfs" && host.shm_size > 0) {
            std::erase_if(m.options, [](auto const& o) { return o.starts_with("size="); });
            m.options.push_back("size=" + std::to_string(host.shm_size));
        }
}

MOCKER_DECL oci::mount to_mount(mount_point const& m) {
    oci::mount out{m.destination, "bind", m.source, {}};
    if (m.type == mount_point::kind::tmpfs) {
        out.type = out.source = "tmpfs";
        out.options = m.options;
    } else {
        out.options = {m.recursive ? "rbind" : "bind", m.propagation.empty() ? "rprivate" : m.propagation};
    }
    if (!m.writable) out.options.emplace_back("ro");
    return out;
}

/// The container's own mounts after Docker's, of which those go that a mount of the container replaces.
MOCKER_DECL void apply_mounts(container const& c, oci::runtime_spec& spec) {
    auto const taken = [&](std::string_view destination) {
        return std::any_of(c.mounts.begin(), c.mounts.end(), [&](auto const& m) { return m.destination == destination; });
    };
    std::erase_if(spec.mounts, [&](auto const& m) {
        return taken(m.destination) || (m.destination.starts_with("/dev/") && taken("/dev"));
    });
    for (auto const& m : c.mounts) spec.mounts.push_back(to_mount(m));
    std::array<std::pair<std::string, std::string>, 3> const files{{{"/etc/resolv.conf", c.resolv_conf_path()},
                                                                    {"/etc/hostname", c.hostname_path()},
                                                                    {"/etc/hosts", c.hosts_path()}}};
    for (auto const& [destination, source] : files) {
        if (taken(destination)) continue;
        oci::mount file{destination, "bind", source, {"rbind", "rprivate"}};
        if (c.host_config.readonly_rootfs) file.options.emplace_back("ro");
        spec.mounts.push_back(std::move(file));
    }
}

MOCKER_DECL void apply_resources(types::host_config const& host, oci::linux_resources& out) {
    oci::memory_resources memory;
    if (host.memory > 0) memory.limit = host.memory;
    if (host.memory_swap != 0) memory.swap = host.memory_swap;
    if (host.memory_reservation > 0) memory.reservation = host.memory_reservation;
    if (host.memory_swappiness && *host.memory_swappiness >= 0)
        memory.swappiness = static_cast<std::uint64_t>(*host.memory_swappiness);
    if (host.oom_kill_disable.value_or(false)) memory.disable_oom_killer = true;
    if (!(memory == oci::memory_resources())) out.memory = memory;
    oci::cpu_resources cpu;
    if (host.cpu_shares > 0) cpu.shares = static_cast<std::uint64_t>(host.cpu_shares);
    if (host.nano_cpus > 0) {
        static constexpr std::int64_t period_us = 100'000;
        cpu.period = period_us;
        cpu.quota = host.nano_cpus * period_us / 1'000'000'000;
    }
    if (host.cpu_period > 0) cpu.period = static_cast<std::uint64_t>(host.cpu_period);
    if (host.cpu_quota != 0) cpu.quota = host.cpu_quota;
    cpu.cpus = host.cpuset_cpus;
    cpu.mems = host.cpuset_mems;
    if (!(cpu == oci::cpu_resources())) out.cpu = cpu;
    if (host.pids_limit) out.pids = oci::pids_resources{*host.pids_limit};
    if (host.blkio_weight != 0) out.block_io = oci::block_io_resources{host.blkio_weight};
}

MOCKER_DECL error device_error(std::string const& path, std::string const& why) {
    return {errc::malformed, "error gathering device information while adding custom device \"" + path + "\": " + why};
}

/// The device node @p path of the host, to be made at @p target, and the rule that allows it.
MOCKER_DECL result<> add_device(std::string const& path, std::string const& target, std::string const& access,
                                oci::linux_section& out) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return device_error(path, "no such file or directory");
    bool const character = S_ISCHR(info.st_mode);
    if (!character && !S_ISBLK(info.st_mode)) return device_error(path, "not a device node");
    auto const type = std::string(character ? "c" : "b");
    auto const number_major = static_cast<std::int64_t>(major(info.st_rdev)), number_minor = static_cast<std::int64_t>(minor(info.st_rdev));
    std::erase_if(out.devices, [&](auto const& d) { return d.path == target; });
    out.devices.push_back({target, type, number_major, number_minor, info.st_mode & 07777U, info.st_uid, info.st_gid});
    if (!out.resources) out.resources.emplace();
    out.resources->devices.push_back({true, type, number_major, number_minor, access});
    return {};
}

MOCKER_DECL result<> apply_devices(types::host_config const& host, oci::linux_section& out) {
    if (host.devices && !host.privileged)
        for (auto const& wanted : *host.devices) {
            auto const target = wanted.path_in_container.empty() ? wanted.path_on_host : wanted.path_in_container;
            auto const access = wanted.cgroup_permissions.empty() ? "rwm" : wanted.cgroup_permissions;
            struct stat info {};
            if (::stat(wanted.path_on_host.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) {
                MOCKER_CHECK_RETURN(add_device(wanted.path_on_host, target, access, out));
                continue;
            }
            std::error_code failed;
            for (std::filesystem::recursive_directory_iterator at(wanted.path_on_host, failed), end; !failed && at != end; at.increment(failed)) {
                if (!at->is_character_file(failed) && !at->is_block_file(failed)) continue;
                auto const inside = at->path().string().substr(wanted.path_on_host.size());
                MOCKER_CHECK_RETURN(add_device(at->path().string(), target + inside, access, out));
            }
        }
    if (host.device_cgroup_rules)
        for (auto const& text : *host.device_cgroup_rules) {
            MOCKER_TRY_RETURN(rule, parse_device_rule(text));
            if (!out.resources) out.resources.emplace();
            out.resources->devices.push_back(rule);
        }
    return {};
}

MOCKER_DECL result<> apply_security(types::host_config const& host, std::vector<std::string> const& capabilities,
                                    oci::runtime_spec& spec) {
    auto const standard = runtime::docker_default_capabilities();
    bool const usual = std::is_permutation(capabilities.begin(), capabilities.end(), standard.begin(), standard.end());
    if (!host.privileged && !usual) spec.linux_.seccomp = runtime::docker_default_seccomp(capabilities);
    if (!host.security_opt) return {};
    for (auto const& option : *host.security_opt) {
        if (option == "no-new-privileges" || option == "no-new-privileges=true" || option == "no-new-privileges:true")
            spec.process.no_new_privileges = true;
        if (!option.starts_with("seccomp=") && !option.starts_with("seccomp:")) continue;
        auto const value = option.substr(8);
        if (value == "unconfined") {
            spec.linux_.seccomp.reset();
        } else if (value != "builtin") {
            MOCKER_TRY_RETURN(profile, parse_seccomp_profile(value, capabilities));
            spec.linux_.seccomp = std::move(profile);
        }
    }
    return {};
}

MOCKER_DECL std::vector<oci::rlimit> build_limits(types::host_config const& host) {
    std::vector<oci::rlimit> out;
    if (!host.ulimits) return out;
    auto const number = [](std::int64_t n) { return n < 0 ? static_cast<std::uint64_t>(RLIM_INFINITY) : static_cast<std::uint64_t>(n); };
    for (auto const& u : *host.ulimits)
        if (auto const name = limit_name(u.name)) out.push_back({*name, number(u.soft), number(u.hard)});
    return out;
}

MOCKER_DECL void apply_process(container const& c, std::string const& hostname, std::vector<std::string> const& capabilities,
                               oci::process& out) {
    out.terminal = c.config.tty;
    out.args = c.command_line();
    out.env = build_env(c, hostname, c.config.tty);
    out.cwd = c.config.working_dir.empty() ? "/" : clean_path(c.config.working_dir);
    out.user.username = c.config.user;
    if (c.host_config.group_add)
        for (auto const& group : *c.host_config.group_add) {
            std::uint32_t gid = 0;
            std::from_chars(group.data(), group.data() + group.size(), gid);
            out.user.additional_gids.push_back(gid);
        }
    oci::capability_sets sets;
    sets.bounding = sets.effective = sets.permitted = capabilities;
    out.capabilities = std::move(sets);
    out.rlimits = build_limits(c.host_config);
    if (c.host_config.oom_score_adj != 0) out.oom_score_adj = c.host_config.oom_score_adj;
    auto const [rows, columns] = c.host_config.console_size;
    if (c.config.tty && rows != 0 && columns != 0) out.console_size = oci::console_size{rows, columns};
}

MOCKER_DECL void apply_sysctls(container const& c, oci::runtime_spec& spec) {
    spec.linux_.sysctl.clear();
    if (c.network_mode() != "host") { // those of the host's network are the host's
        spec.linux_.sysctl["net.ipv4.ip_unprivileged_port_start"] = "0";
        spec.linux_.sysctl["net.ipv4.ping_group_range"] = "0 2147483647";
    }
    for (auto const& [name, value] : c.host_config.sysctls) spec.linux_.sysctl[name] = value;
}

} // namespace detail

MOCKER_DECL std::optional<std::string> limit_name(std::string_view ulimit) {
    static constexpr std::array<std::string_view, 16> known{"as",     "core", "cpu",   "data",    "fsize",  "locks",      "memlock", "msgqueue",
                                                            "nice", "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending", "stack"};
    if (std::find(known.begin(), known.end(), ulimit) == known.end()) return std::nullopt;
    std::string name = "RLIMIT_";
    for (char c : ulimit) name += static_cast<char>(c - 'a' + 'A');
    return name;
}

MOCKER_DECL result<oci::device_rule> parse_device_rule(std::string_view text) {
    auto const bad = error(errc::malformed, "invalid device cgroup rule format: '" + std::string(text) + "'");
    auto const words = detail::split_text(text, ' ');
    if (words.size() != 3 || words[0].size() != 1 || words[0].find_first_not_of("abc") != std::string::npos) return bad;
    if (words[2].empty() || words[2].size() > 3 || words[2].find_first_not_of("rwm") != std::string::npos) return bad;
    auto const numbers = detail::split_text(words[1], ':');
    if (numbers.size() != 2) return bad;
    oci::device_rule rule{true, words[0], {}, {}, words[2]};
    for (auto const& [number, field] : {std::pair(&numbers[0], &rule.major), std::pair(&numbers[1], &rule.minor)}) {
        if (*number == "*") continue;
        std::uint32_t value = 0;
        auto const* const end = number->data() + number->size();
        auto const parsed = std::from_chars(number->data(), end, value);
        if (parsed.ec != std::errc() || parsed.ptr != end) return bad;
        *field = value;
    }
    return rule;
}

MOCKER_DECL std::string effective_hostname(container const& c, spec_environment const& environment) {
    if (c.host_config.uts_mode == "host") return environment.hostname;
    if (!c.config.hostname.empty()) return c.config.hostname;
    return c.network_mode() == "host" ? environment.hostname : c.id.substr(0, 12);
}

MOCKER_DECL result<oci::runtime_spec> build_spec(container const& c, spec_environment const& environment) {
    auto const& host = c.host_config;
    static oci::runtime_spec const defaults = runtime::docker_default_spec();
    auto spec = defaults;
    auto const capabilities = detail::build_capabilities(host);
    if (host.privileged) runtime::make_privileged(spec);
    detail::apply_namespaces(c, environment, spec);
    detail::apply_process(c, effective_hostname(c, environment), capabilities, spec.process);
    detail::apply_mounts(c, spec);
    if (!spec.linux_.resources) spec.linux_.resources.emplace();
    detail::apply_resources(host, *spec.linux_.resources);
    MOCKER_CHECK_RETURN(detail::apply_devices(host, spec.linux_));
    MOCKER_CHECK_RETURN(detail::apply_security(host, capabilities, spec));
    detail::apply_sysctls(c, spec);
    spec.root.readonly = host.readonly_rootfs;
    spec.annotations = host.annotations;
    if (host.masked_paths) spec.linux_.masked_paths = *host.masked_paths;
    if (host.readonly_paths) spec.linux_.readonly_paths = *host.readonly_paths;
    return spec;
}

MOCKER_DECL result<oci::process> build_exec_process(container const& c, oci::runtime_spec const& spec,
                                                    types::exec_config const& exec) {
    if (!exec.cmd || exec.cmd->empty()) return error(errc::malformed, "No exec command specified");
    oci::process out = spec.process;
    out.args.assign(exec.cmd->begin(), exec.cmd->end());
    out.terminal = exec.tty;
    out.console_size.reset();
    if (exec.tty && !c.config.tty) detail::apply_variable(out.env, "TERM=xterm");
    if (exec.env)
        for (auto const& entry : *exec.env) detail::apply_variable(out.env, entry);
    if (!exec.user.empty()) {
        auto const groups = std::move(out.user.additional_gids);
        out.user = {};
        out.user.username = exec.user;
        out.user.additional_gids = groups;
    }
    if (!exec.working_dir.empty()) {
        if (exec.working_dir[0] != '/')
            return error(errc::malformed, "the working directory '" + exec.working_dir + "' is invalid, it needs to be an absolute path");
        out.cwd = clean_path(exec.working_dir);
    }
    if (exec.privileged) {
        oci::capability_sets sets;
        sets.bounding = sets.effective = sets.permitted = all_capabilities();
        out.capabilities = std::move(sets);
    }
    return out;
}

} // namespace mocker::engine

#endif
