#ifndef MOCKER_LINUX_DEVICE_FILTER_HPP
#define MOCKER_LINUX_DEVICE_FILTER_HPP

#include <mocker/config.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mocker::linux_ {

/// One rule about devices; of several that match, the last decides.
struct device_access {
    bool allow = false;
    char type = 'a';                     ///< c, b, or a for both
    std::optional<std::uint32_t> major{}; ///< nothing: any
    std::optional<std::uint32_t> minor{};
    bool read = true, write = true, make = true;
};

/** The eBPF program that applies @p rules to a control group of version 2 (BPF_PROG_TYPE_CGROUP_DEVICE), as bytes: an
    array of `bpf_insn`. What no rule matches is refused. */
MOCKER_DECL std::string device_filter(std::vector<device_access> const& rules);

} // namespace mocker::linux_

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/linux/impl/device_filter.ipp>
#endif
#endif
