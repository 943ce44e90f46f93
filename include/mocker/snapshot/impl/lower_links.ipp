#ifndef MOCKER_SNAPSHOT_IMPL_LOWER_LINKS_IPP
#define MOCKER_SNAPSHOT_IMPL_LOWER_LINKS_IPP

#include <mocker/core/file.hpp>
#include <mocker/snapshot/layer_unpacker.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mocker::snapshot {
namespace detail {

/// Whether the layer @p tree hides what the layers below it have at @p path: by a whiteout or an opaque directory above it.
MOCKER_DECL bool hides(confined_tree const& tree, std::string_view path) {
    for (std::size_t end = path.find('/');; end = path.find('/', end + 1)) {
        auto const prefix = path.substr(0, std::min(end, path.size()));
        auto const opened = tree.open(prefix, O_PATH | O_NOFOLLOW);
        if (!opened) return false;
        struct stat status {};
        if (::fstat(opened->get(), &status) != 0 || !S_ISDIR(status.st_mode)) return true;
        char value = 0;
        auto const at = descriptor_path(opened->get());
        if (::getxattr(at.c_str(), "trusted.overlay.opaque", &value, 1) == 1 && value == 'y') return true;
        if (end == std::string_view::npos) return false;
    }
}

/// Opens what the merged lower layers have at @p path; nothing if they have nothing.
MOCKER_DECL std::optional<unique_fd> find_in_layers(std::vector<std::string> const& layers, std::string const& path) {
    for (auto const& layer : layers) {
        auto root = open_file(layer, O_RDONLY | O_DIRECTORY);
        if (!root) return std::nullopt;
        confined_tree const tree(std::move(*root));
        auto found = tree.open(path, O_PATH | O_NOFOLLOW);
        struct stat status {};
        if (found && ::fstat(found->get(), &status) == 0) {
            if (S_ISCHR(status.st_mode) && status.st_rdev == 0) return std::nullopt;
            return std::move(*found);
        }
        if (hides(tree, path)) return std::nullopt;
    }
    return std::nullopt;
}

MOCKER_DECL std::vector<std::pair<std::string, std::string>> xattrs_of(std::string const& path) {
    std::vector<std::pair<std::string, std::string>> out;
    std::string names(XATTR_LIST_MAX, '\0');
    auto const length = ::listxattr(path.c_str(), names.data(), names.size());
    std::string_view rest(names.data(), length < 0 ? 0 : static_cast<std::size_t>(length));
    while (!rest.empty()) {
        std::string name(rest.substr(0, rest.find('\0')));
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
        std::string value(XATTR_SIZE_MAX, '\0');
        auto const size = ::getxattr(path.c_str(), name.c_str(), value.data(), value.size());
        if (size < 0) continue;
        value.resize(static_cast<std::size_t>(size));
        out.emplace_back(std::move(name), std::move(value));
    }
    return out;
}

/// The tar entry that would make the file behind @p fd again; nothing for directories and sockets.
MOCKER_DECL std::optional<archive::tar_entry> entry_of(int fd) {
    struct stat status {};
    if (::fstat(fd, &status) != 0) return std::nullopt;
    archive::tar_entry entry;
    if (S_ISREG(status.st_mode)) entry.type = archive::entry_type::regular;
    else if (S_ISLNK(status.st_mode)) entry.type = archive::entry_type::symbolic_link;
    else if (S_ISCHR(status.st_mode)) entry.type = archive::entry_type::character_device;
    else if (S_ISBLK(status.st_mode)) entry.type = archive::entry_type::block_device;
    else if (S_ISFIFO(status.st_mode)) entry.type = archive::entry_type::fifo;
    else return std::nullopt;
    if (S_ISLNK(status.st_mode)) {
        char target[PATH_MAX];
        auto const length = ::readlinkat(fd, "", target, sizeof target);
        if (length < 0) return std::nullopt;
        entry.link_target.assign(target, static_cast<std::size_t>(length));
    } else {
        entry.xattrs = xattrs_of(descriptor_path(fd));
    }
    entry.mode = status.st_mode & 07777;
    entry.uid = status.st_uid;
    entry.gid = status.st_gid;
    entry.size = S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
    entry.modified = status.st_mtim;
    entry.accessed = status.st_atim;
    entry.device_major = major(status.st_rdev);
    entry.device_minor = minor(status.st_rdev);
    return entry;
}

/// Feeds @p to with the file behind @p fd as if it came from an archive under the name @p path.
MOCKER_DECL result<> copy_entry(archive::tar_visitor& to, int fd, std::string const& path) {
    auto entry = entry_of(fd);
    if (!entry) return error(errc::malformed, "cannot link to \"" + path + "\" of a lower layer");
    entry->path = path;
    MOCKER_CHECK_RETURN(to.begin(*entry));
    if (entry->type == archive::entry_type::regular) {
        MOCKER_TRY_RETURN(file, open_file(descriptor_path(fd), O_RDONLY));
        std::string buffer(std::size_t(128) << 10, '\0');
        for (std::uint64_t offset = 0;;) {
            auto const n = ::read(file.get(), buffer.data(), buffer.size());
            if (n < 0) return error::from_errno(errno, "read " + path);
            if (n == 0) break;
            MOCKER_CHECK_RETURN(to.content(offset, {buffer.data(), static_cast<std::size_t>(n)}));
            offset += static_cast<std::uint64_t>(n);
        }
    }
    return to.end();
}

} // namespace detail

MOCKER_DECL result<> layer_unpacker::link_from_lower_layers(std::vector<std::string> const& lower) {
    std::map<std::string, std::string> copied; // the name in this layer that a target was copied to
    for (auto const& [path, target] : std::exchange(lower_links_, {})) {
        if (auto const first = copied.find(target); first != copied.end()) {
            archive::tar_entry again;
            again.type = archive::entry_type::hard_link;
            again.path = path;
            again.link_target = first->second;
            MOCKER_CHECK_RETURN(begin(again));
            continue;
        }
        auto const found = detail::find_in_layers(lower, target);
        if (!found) return error(errc::malformed, "invalid hardlink \"" + target + "\" -> \"" + path + "\": no such file");
        MOCKER_CHECK_RETURN(detail::copy_entry(*this, found->get(), path));
        copied.emplace(target, path);
    }
    return {};
}

} // namespace mocker::snapshot

#endif
