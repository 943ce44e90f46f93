#ifndef MOCKER_LINUX_MOUNT_HPP
#define MOCKER_LINUX_MOUNT_HPP

#include <mocker/core/error.hpp>
#include <mocker/core/unique_fd.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace mocker::linux_ {

/// What the words of a mount's options mean to the kernel.
struct mount_options {
    std::uint64_t flags = 0;       ///< mount(2): MS_NOSUID and so on
    std::uint64_t attributes = 0;  ///< mount_setattr(2): MOUNT_ATTR_NOSUID and so on, the same said for a bind mount
    std::uint64_t propagation = 0; ///< MS_PRIVATE, MS_SLAVE, MS_SHARED, MS_UNBINDABLE, with MS_REC
    bool bind = false;
    bool recursive = false;        ///< rbind
    std::string data{};            ///< the rest, for the filesystem: `mode=755,size=65536k`
};

/** Reads the options of a mount as runtime-spec and mount(8) name them: `ro`, `nosuid`, `rbind`, `rprivate`, `size=1m`.
    @par Errors errc::malformed an option that holds a comma or is empty. */
MOCKER_DECL result<mount_options> parse_mount_options(std::vector<std::string> const& options);

/** Opens @p path as if the directory @p root were `/`: no `..` and no symbolic link leads out of it.
    @param flags as of open(2). @par Errors its `errno`. @see openat2(2), RESOLVE_IN_ROOT */
MOCKER_DECL result<unique_fd> open_in_root(int root, std::string const& path, int flags);

} // namespace mocker::linux_

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/linux/impl/mount.ipp>
#endif
#endif
