#ifndef MOCKER_SNAPSHOT_IMPL_LAYER_ATTRIBUTES_IPP
#define MOCKER_SNAPSHOT_IMPL_LAYER_ATTRIBUTES_IPP

#include <mocker/core/file.hpp>
#include <mocker/snapshot/layer_unpacker.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <string>
#include <string_view>

namespace mocker::snapshot::detail {

MOCKER_DECL mode_t current_umask() {
    auto const status = read_file("/proc/self/status");
    unsigned value = 022;
    if (!status) return value;
    if (auto const at = status->find("\nUmask:\t"); at != std::string::npos) {
        auto const* begin = status->data() + at + 8;
        std::from_chars(begin, status->data() + status->size(), value, 8);
    }
    return value;
}

MOCKER_DECL bool in_user_namespace() {
    auto const map = read_file("/proc/self/uid_map");
    return map && map->find("4294967295") == std::string::npos;
}

/// Attributes that belong to the overlayfs which will be mounted on the layer, not to the image: from an image,
/// `trusted.overlay.redirect` would choose what the mount shows.
MOCKER_DECL bool is_overlay_attribute(std::string_view name) {
    return name.starts_with("trusted.overlay.") || name.starts_with("user.overlay.");
}

MOCKER_DECL result<> set_xattrs(std::string const& path, archive::tar_entry const& entry) {
    for (auto const& [name, value] : entry.xattrs) {
        if (is_overlay_attribute(name)) continue;
        if (::lsetxattr(path.c_str(), name.c_str(), value.data(), value.size(), 0) == 0) continue;
        if (errno == EOPNOTSUPP || (errno == EPERM && in_user_namespace())) continue;
        return error::from_errno(errno, "set attribute " + name + " of " + entry.path);
    }
    return {};
}

MOCKER_DECL result<> set_attributes(int fd, archive::tar_entry const& entry, bool owner, bool mode) {
    // chown clears set-user-ID and security.capability, so it comes first; the times come last.
    if (owner && ::fchown(fd, entry.uid, entry.gid) != 0) return error::from_errno(errno, "chown " + entry.path);
    if (mode && ::fchmod(fd, entry.mode) != 0) return error::from_errno(errno, "chmod " + entry.path);
    for (auto const& [name, value] : entry.xattrs) {
        if (is_overlay_attribute(name)) continue;
        if (::fsetxattr(fd, name.c_str(), value.data(), value.size(), 0) == 0) continue;
        if (errno == EOPNOTSUPP || (errno == EPERM && in_user_namespace())) continue;
        return error::from_errno(errno, "set attribute " + name + " of " + entry.path);
    }
    timespec const times[2] = {access_time(entry), entry.modified};
    if (::futimens(fd, times) != 0) return error::from_errno(errno, "set times of " + entry.path);
    return {};
}

} // namespace mocker::snapshot::detail

#endif
