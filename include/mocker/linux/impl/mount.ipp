#ifndef MOCKER_LINUX_IMPL_MOUNT_IPP
#define MOCKER_LINUX_IMPL_MOUNT_IPP

#include <mocker/linux/mount.hpp>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace mocker::linux_ {
namespace detail {

struct mount_word {
    std::string_view name;
    std::uint64_t flags, attributes;
    bool clear;
};

inline constexpr mount_word mount_words[] = {
    {"ro", MS_RDONLY, MOUNT_ATTR_RDONLY, false},
    {"rro", MS_RDONLY, MOUNT_ATTR_RDONLY, false},
    {"rw", MS_RDONLY, MOUNT_ATTR_RDONLY, true},
    {"nosuid", MS_NOSUID, MOUNT_ATTR_NOSUID, false},
    {"suid", MS_NOSUID, MOUNT_ATTR_NOSUID, true},
    {"nodev", MS_NODEV, MOUNT_ATTR_NODEV, false},
    {"dev", MS_NODEV, MOUNT_ATTR_NODEV, true},
    {"noexec", MS_NOEXEC, MOUNT_ATTR_NOEXEC, false},
    {"exec", MS_NOEXEC, MOUNT_ATTR_NOEXEC, true},
    {"noatime", MS_NOATIME, MOUNT_ATTR_NOATIME, false},
    {"atime", MS_NOATIME, MOUNT_ATTR_NOATIME, true},
    {"nodiratime", MS_NODIRATIME, MOUNT_ATTR_NODIRATIME, false},
    {"relatime", MS_RELATIME, 0, false},
    {"strictatime", MS_STRICTATIME, MOUNT_ATTR_STRICTATIME, false},
    {"sync", MS_SYNCHRONOUS, 0, false},
    {"async", MS_SYNCHRONOUS, 0, true},
    {"dirsync", MS_DIRSYNC, 0, false},
    {"defaults", 0, 0, false},
    {"nosymfollow", 256, 0x00200000, false},
};

inline constexpr mount_word propagation_words[] = {
    {"private", MS_PRIVATE, 0, false},       {"rprivate", MS_PRIVATE | MS_REC, 0, false},
    {"slave", MS_SLAVE, 0, false},           {"rslave", MS_SLAVE | MS_REC, 0, false},
    {"shared", MS_SHARED, 0, false},         {"rshared", MS_SHARED | MS_REC, 0, false},
    {"unbindable", MS_UNBINDABLE, 0, false}, {"runbindable", MS_UNBINDABLE | MS_REC, 0, false},
};

MOCKER_DECL bool take_mount_word(mount_options& to, std::string_view option) {
    for (auto const& word : mount_words) {
        if (option != word.name) continue;
        to.flags = word.clear ? to.flags & ~word.flags : to.flags | word.flags;
        to.attributes = word.clear ? to.attributes & ~word.attributes : to.attributes | word.attributes;
        return true;
    }
    for (auto const& word : propagation_words) {
        if (option != word.name) continue;
        to.propagation = word.flags;
        return true;
    }
    if (option != "bind" && option != "rbind") return false;
    to.bind = true;
    to.recursive = option == "rbind";
    return true;
}

} // namespace detail

MOCKER_DECL result<mount_options> parse_mount_options(std::vector<std::string> const& options) {
    mount_options read;
    for (auto const& option : options) {
        if (detail::take_mount_word(read, option)) continue;
        if (option.empty() || option.find(',') != std::string::npos)
            return error(errc::malformed, "invalid mount option \"" + option + '"');
        if (!read.data.empty()) read.data += ',';
        read.data += option;
    }
    return read;
}

MOCKER_DECL result<unique_fd> open_in_root(int root, std::string const& path, int flags) {
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags) | O_CLOEXEC;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    for (int attempt = 0;; ++attempt) {
        unique_fd fd(static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how)));
        if (fd) return fd;
        if (errno != EAGAIN || attempt == 64) return error::from_errno(errno, "open " + path);
    }
}

} // namespace mocker::linux_

#endif
