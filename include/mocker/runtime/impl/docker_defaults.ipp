#ifndef MOCKER_RUNTIME_IMPL_DOCKER_DEFAULTS_IPP
#define MOCKER_RUNTIME_IMPL_DOCKER_DEFAULTS_IPP

#include <mocker/linux/capabilities.hpp>
#include <mocker/runtime/detail/docker_seccomp_table.hpp>
#include <mocker/runtime/docker_defaults.hpp>

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace mocker::runtime {
namespace detail {

MOCKER_DECL std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    for (std::size_t begin = 0; begin < text.size();) {
        auto const end = std::min(text.find(' ', begin), text.size());
        if (end > begin) words.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return words;
}

/// This machine in Go's words, and what libseccomp calls it and its lesser relatives.
struct machine_kind {
    std::string_view go_name;
    std::vector<std::string> seccomp_names;
};

MOCKER_DECL machine_kind this_machine() {
#if defined(__x86_64__)
    return {"amd64", {"SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"}};
#elif defined(__aarch64__)
    return {"arm64", {"SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"}};
#elif defined(__riscv)
    return {"riscv64", {"SCMP_ARCH_RISCV64"}};
#elif defined(__s390x__)
    return {"s390x", {"SCMP_ARCH_S390X", "SCMP_ARCH_S390"}};
#elif defined(__powerpc64__)
    return {"ppc64le", {}};
#else
    return {"", {}};
#endif
}

/// True if the running kernel is at least @p version, `4.8`.
MOCKER_DECL bool kernel_at_least(char const* version) {
    utsname now{};
    if (::uname(&now) != 0) return false;
    char* rest = nullptr;
    long const wanted_major = std::strtol(version, &rest, 10);
    long const wanted_minor = *rest == '.' ? std::strtol(rest + 1, nullptr, 10) : 0;
    long const major = std::strtol(now.release, &rest, 10);
    long const minor = *rest == '.' ? std::strtol(rest + 1, nullptr, 10) : 0;
    return major != wanted_major ? major > wanted_major : minor >= wanted_minor;
}

MOCKER_DECL bool applies(seccomp_condition const& rule, std::vector<std::string> const& capabilities,
                         std::string_view machine) {
    auto const has = [&](std::string const& name) {
        return std::ranges::find(capabilities, name) != capabilities.end();
    };
    auto const here = [&](std::string const& name) { return name == machine; };
    auto const with = words_of(rule.capabilities), without = words_of(rule.without_capabilities);
    auto const on = words_of(rule.architectures), not_on = words_of(rule.not_architectures);
    if (!on.empty() && !std::ranges::any_of(on, here)) return false;
    if (std::ranges::any_of(not_on, here)) return false;
    if (!std::ranges::all_of(with, has) || std::ranges::any_of(without, has)) return false;
    return *rule.kernel == '\0' || kernel_at_least(rule.kernel);
}

/// Docker also hides how hot each processor is.
MOCKER_DECL void mask_thermal_throttle(std::vector<std::string>& paths) {
    for (unsigned cpu = 0; cpu < 4096; ++cpu) {
        auto const path = "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/thermal_throttle";
        if (::access(path.c_str(), F_OK) != 0) return;
        paths.push_back(path);
    }
}

MOCKER_DECL oci::device_rule device_rule_of(bool allow, char const* type, std::int64_t major, std::int64_t minor) {
    oci::device_rule rule;
    rule.allow = allow;
    rule.type = type;
    if (major >= 0) rule.major = major;
    if (minor >= 0) rule.minor = minor;
    rule.access = "rwm";
    return rule;
}

/// The devices of the host, below /dev, as `--privileged` gives them.
MOCKER_DECL std::vector<oci::linux_device> host_devices() {
    std::vector<oci::linux_device> devices;
    std::error_code failed;
    namespace fs = std::filesystem;
    for (fs::recursive_directory_iterator at("/dev", fs::directory_options::skip_permission_denied, failed), end;
         !failed && at != end; at.increment(failed)) {
        auto const path = at->path().string();
        auto const name = at->path().filename().string();
        if (at.depth() == 0 &&
            (name == "pts" || name == "shm" || name == "fd" || name == "mqueue" || name == "console")) {
            at.disable_recursion_pending();
            continue;
        }
        struct stat what {};
        if (::lstat(path.c_str(), &what) != 0 || (!S_ISCHR(what.st_mode) && !S_ISBLK(what.st_mode)) || name == "ptmx")
            continue;
        oci::linux_device device;
        device.path = path;
        device.type = S_ISCHR(what.st_mode) ? "c" : "b";
        device.major = major(what.st_rdev);
        device.minor = minor(what.st_rdev);
        device.file_mode = what.st_mode & 07777;
        device.uid = what.st_uid;
        device.gid = what.st_gid;
        devices.push_back(std::move(device));
    }
    return devices;
}

} // namespace detail

MOCKER_DECL std::vector<std::string> docker_default_capabilities() {
    return {"CAP_CHOWN",   "CAP_DAC_OVERRIDE", "CAP_FSETID",           "CAP_FOWNER",
            "CAP_MKNOD",   "CAP_NET_RAW",      "CAP_SETGID",           "CAP_SETUID",
            "CAP_SETFCAP", "CAP_SETPCAP",      "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT",
            "CAP_KILL",    "CAP_AUDIT_WRITE"};
}

MOCKER_DECL oci::seccomp docker_default_seccomp(std::vector<std::string> const& capabilities) {
    auto const here = detail::this_machine();
    oci::seccomp profile;
    profile.default_action = "SCMP_ACT_ERRNO";
    profile.default_errno_ret = 1;
    profile.architectures = here.seccomp_names;
    for (auto const& row : detail::docker_seccomp_rules) {
        if (!detail::applies(row, capabilities, here.go_name)) continue;
        oci::seccomp_rule rule;
        rule.names = detail::words_of(row.names);
        rule.action = row.errno_ret < 0 ? "SCMP_ACT_ALLOW" : "SCMP_ACT_ERRNO";
        if (row.errno_ret >= 0) rule.errno_ret = static_cast<std::uint32_t>(row.errno_ret);
        if (row.index >= 0) {
            oci::seccomp_argument argument;
            argument.index = static_cast<std::uint32_t>(row.index);
            argument.value = row.value;
            argument.value_two = row.value_two;
            argument.op = row.op;
            rule.args.push_back(std::move(argument));
        }
        profile.syscalls.push_back(std::move(rule));
    }
    return profile;
}

MOCKER_DECL oci::runtime_spec docker_default_spec() {
    oci::runtime_spec spec;
    auto const mount = [&](char const* at, char const* type, char const* source, std::vector<std::string> options) {
        oci::mount one;
        one.destination = at, one.type = type, one.source = source, one.options = std::move(options);
        spec.mounts.push_back(std::move(one));
    };
    mount("/proc", "proc", "proc", {"nosuid", "noexec", "nodev"});
    mount("/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"});
    mount("/dev/pts", "devpts", "devpts", {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"});
    mount("/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"});
    mount("/sys/fs/cgroup", "cgroup", "cgroup", {"ro", "nosuid", "noexec", "nodev"});
    mount("/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"});
    mount("/dev/shm", "tmpfs", "shm", {"nosuid", "noexec", "nodev", "mode=1777", "size=67108864"});
    oci::capability_sets sets;
    sets.bounding = sets.effective = sets.permitted = docker_default_capabilities();
    spec.process.capabilities = sets;
    spec.process.oom_score_adj = 0;
    auto& section = spec.linux_;
    for (char const* const type : {"mount", "network", "uts", "pid", "ipc", "cgroup"})
        section.namespaces.emplace_back().type = type;
    section.masked_paths = {"/proc/asound",     "/proc/acpi",        "/proc/interrupts",
                            "/proc/kcore",      "/proc/keys",        "/proc/latency_stats",
                            "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug",
                            "/proc/scsi",       "/sys/firmware",     "/sys/devices/virtual/powercap"};
    detail::mask_thermal_throttle(section.masked_paths);
    section.readonly_paths = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"};
    section.sysctl = {{"net.ipv4.ip_unprivileged_port_start", "0"}, {"net.ipv4.ping_group_range", "0 2147483647"}};
    section.rootfs_propagation = "rprivate";
    section.seccomp = docker_default_seccomp(sets.bounding);
    auto& rules = section.resources.emplace().devices;
    rules.push_back(detail::device_rule_of(false, "", -1, -1));
    std::pair<int, int> const allowed[] = {{1, 5}, {1, 3}, {1, 9}, {1, 8}, {5, 0}, {5, 1}, {1, 7}, {5, 2}};
    for (auto const& [major, minor] : allowed) rules.push_back(detail::device_rule_of(true, "c", major, minor));
    rules.push_back(detail::device_rule_of(true, "c", 136, -1)); // terminals
    rules.push_back(detail::device_rule_of(false, "c", 10, 229));
    // Nodes may be made of anything, and opened only if they are listed above.
    for (char const* const type : {"c", "b"}) {
        rules.insert(rules.begin() + 1, detail::device_rule_of(true, type, -1, -1));
        rules[1].access = "m";
    }
    return spec;
}

MOCKER_DECL void make_privileged(oci::runtime_spec& spec) {
    std::vector<std::string> all;
    for (unsigned i = 0; i < linux_::capability_count(); ++i) all.push_back(linux_::capability_name(i));
    oci::capability_sets sets;
    sets.bounding = sets.effective = sets.permitted = all;
    spec.process.capabilities = sets;
    auto& section = spec.linux_;
    section.masked_paths.clear();
    section.readonly_paths.clear();
    section.seccomp.reset();
    section.devices = detail::host_devices();
    auto& rules = (section.resources ? *section.resources : section.resources.emplace()).devices;
    rules = {detail::device_rule_of(true, "", -1, -1)};
    for (auto& mount : spec.mounts)
        if (mount.type == "sysfs" || mount.type == "cgroup" || mount.type == "proc") std::erase(mount.options, "ro");
}

} // namespace mocker::runtime

#endif
