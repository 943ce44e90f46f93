#ifndef MOCKER_LINUX_IMPL_CAPABILITIES_IPP
#define MOCKER_LINUX_IMPL_CAPABILITIES_IPP

#include <mocker/linux/capabilities.hpp>

#include <array>
#include <cctype>

namespace mocker::linux_ {
namespace detail {

inline constexpr std::array<std::string_view, 41> capability_names{"CHOWN",
                                                                   "DAC_OVERRIDE",
                                                                   "DAC_READ_SEARCH",
                                                                   "FOWNER",
                                                                   "FSETID",
                                                                   "KILL",
                                                                   "SETGID",
                                                                   "SETUID",
                                                                   "SETPCAP",
                                                                   "LINUX_IMMUTABLE",
                                                                   "NET_BIND_SERVICE",
                                                                   "NET_BROADCAST",
                                                                   "NET_ADMIN",
                                                                   "NET_RAW",
                                                                   "IPC_LOCK",
                                                                   "IPC_OWNER",
                                                                   "SYS_MODULE",
                                                                   "SYS_RAWIO",
                                                                   "SYS_CHROOT",
                                                                   "SYS_PTRACE",
                                                                   "SYS_PACCT",
                                                                   "SYS_ADMIN",
                                                                   "SYS_BOOT",
                                                                   "SYS_NICE",
                                                                   "SYS_RESOURCE",
                                                                   "SYS_TIME",
                                                                   "SYS_TTY_CONFIG",
                                                                   "MKNOD",
                                                                   "LEASE",
                                                                   "AUDIT_WRITE",
                                                                   "AUDIT_CONTROL",
                                                                   "SETFCAP",
                                                                   "MAC_OVERRIDE",
                                                                   "MAC_ADMIN",
                                                                   "SYSLOG",
                                                                   "WAKE_ALARM",
                                                                   "BLOCK_SUSPEND",
                                                                   "AUDIT_READ",
                                                                   "PERFMON",
                                                                   "BPF",
                                                                   "CHECKPOINT_RESTORE"};

} // namespace detail

MOCKER_DECL unsigned capability_count() noexcept { return static_cast<unsigned>(detail::capability_names.size()); }

MOCKER_DECL std::optional<unsigned> capability_number(std::string_view name) {
    std::string upper;
    for (char const c : name) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    std::string_view wanted = upper;
    if (wanted.starts_with("CAP_")) wanted.remove_prefix(4);
    for (unsigned i = 0; i < detail::capability_names.size(); ++i)
        if (detail::capability_names[i] == wanted) return i;
    return std::nullopt;
}

MOCKER_DECL std::string capability_name(unsigned number) {
    if (number >= detail::capability_names.size()) return "CAP_" + std::to_string(number);
    return "CAP_" + std::string(detail::capability_names[number]);
}

MOCKER_DECL result<std::uint64_t> capability_mask(std::vector<std::string> const& names) {
    std::uint64_t mask = 0;
    for (auto const& name : names) {
        auto const number = capability_number(name);
        if (!number) return error(errc::malformed, "invalid capability: \"" + name + '"');
        mask |= std::uint64_t(1) << *number;
    }
    return mask;
}

} // namespace mocker::linux_

#endif
