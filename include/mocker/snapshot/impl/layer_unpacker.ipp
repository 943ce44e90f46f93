#ifndef MOCKER_SNAPSHOT_IMPL_LAYER_UNPACKER_IPP
#define MOCKER_SNAPSHOT_IMPL_LAYER_UNPACKER_IPP

#include <mocker/snapshot/layer_unpacker.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

namespace mocker::snapshot {
namespace detail {

inline constexpr std::string_view whiteout_prefix = ".wh.";
inline constexpr std::string_view opaque_marker = ".wh..wh..opq";
inline constexpr std::string_view aufs_prefix = ".wh..wh."; ///< other files with it are AUFS' own, of no use here

} // namespace detail

MOCKER_DECL layer_unpacker::layer_unpacker(unique_fd root)
    : tree_(std::move(root)), uid_(::geteuid()), gid_(::getegid()), umask_(detail::current_umask()) {}

MOCKER_DECL error layer_unpacker::failed(char const* step, int number) const {
    return error::from_errno(number, std::string(step) + ' ' + path_);
}

MOCKER_DECL result<> layer_unpacker::begin(archive::tar_entry const& entry) {
    entry_ = entry;
    MOCKER_TRY_RETURN(path, clean_entry_path(entry.path));
    path_ = std::move(path);
    if (path_.empty()) {
        if (entry_.type != archive::entry_type::directory) return error(errc::malformed, "\"" + entry.path + "\" is not a name");
        directories_[path_].entry = entry_;
        return {};
    }
    auto const slash = path_.rfind('/');
    auto const parent = slash == std::string::npos ? std::string() : path_.substr(0, slash);
    auto const name = slash == std::string::npos ? path_ : path_.substr(slash + 1);
    if (name.starts_with(detail::whiteout_prefix)) return make_whiteout(parent, name);
    if (entry_.type == archive::entry_type::hard_link) return make_hard_link(parent, name);
    MOCKER_TRY_RETURN(at, tree_.directory(parent));
    switch (entry_.type) {
    case archive::entry_type::directory: return make_directory(at, name);
    case archive::entry_type::regular: return make_regular(at, name);
    case archive::entry_type::symbolic_link: return make_symbolic_link(at, name);
    default: return make_node(at, name);
    }
}

/// Removes what an earlier entry of the same name made.
MOCKER_DECL result<> layer_unpacker::replace(int parent, std::string const& name) {
    // What was remembered of directories that vanish with it must not fall on what comes in their place.
    directories_.erase(path_);
    auto const below = path_ + '/';
    auto const first = directories_.lower_bound(below);
    auto last = first;
    while (last != directories_.end() && last->first.starts_with(below)) ++last;
    directories_.erase(first, last);
    return tree_.remove(parent, name);
}

MOCKER_DECL result<> layer_unpacker::make_whiteout(std::string const& parent, std::string const& name) {
    if (name == detail::opaque_marker) {
        MOCKER_TRY_RETURN(opaque, tree_.directory(parent));
        directories_[parent].opaque = true;
        return {};
    }
    if (name.starts_with(detail::aufs_prefix)) return {};
    auto const hidden = name.substr(detail::whiteout_prefix.size());
    if (hidden.empty() || hidden == "." || hidden == "..") {
        return error(errc::malformed, "invalid whiteout \"" + entry_.path + '"');
    }
    MOCKER_TRY_RETURN(at, tree_.directory(parent));
    if (::mknodat(at, hidden.c_str(), S_IFCHR, ::makedev(0, 0)) == 0) return {};
    if (errno != EEXIST) return failed("make whiteout", errno);
    // The same layer has the name itself, which stays. A directory hides the one below it, a file does so anyhow.
    struct stat status {};
    if (::fstatat(at, hidden.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return failed("stat", errno);
    if (S_ISDIR(status.st_mode)) directories_[parent.empty() ? hidden : parent + '/' + hidden].opaque = true;
    return {};
}

MOCKER_DECL result<> layer_unpacker::make_directory(int parent, std::string const& name) {
    bool opaque = false;
    if (::mkdirat(parent, name.c_str(), 0755) != 0) {
        if (errno != EEXIST) return failed("mkdir", errno);
        struct stat status {};
        if (::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return failed("stat", errno);
        if (!S_ISDIR(status.st_mode)) {
            opaque = is_whiteout(parent, name);
            if (::unlinkat(parent, name.c_str(), 0) != 0) return failed("remove", errno);
            if (::mkdirat(parent, name.c_str(), 0755) != 0) return failed("mkdir", errno);
            tree_.forget(); // a symbolic link may have led to directories that are open
        }
    }
    auto& record = directories_[path_];
    record.entry = entry_;
    record.opaque = record.opaque || opaque;
    return {};
}

MOCKER_DECL result<> layer_unpacker::make_regular(int parent, std::string const& name) {
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    file_.reset(::openat(parent, name.c_str(), flags, entry_.mode & 0777));
    if (!file_ && errno == EEXIST) {
        unique_fd const same(::fcntl(parent, F_DUPFD_CLOEXEC, 0)); // replace() may close the tree's
        MOCKER_CHECK_RETURN(replace(same.get(), name));
        file_.reset(::openat(same.get(), name.c_str(), flags, entry_.mode & 0777));
    }
    if (!file_) return failed("create", errno);
    size_ += static_cast<std::int64_t>(entry_.size);
    return {};
}

MOCKER_DECL result<> layer_unpacker::content(std::uint64_t offset, std::string_view bytes) {
    if (!file_) return {};
    while (!bytes.empty()) {
        auto const n = ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return failed("write", errno);
        offset += static_cast<std::uint64_t>(n);
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
}

MOCKER_DECL result<> layer_unpacker::end() {
    if (!file_) return {};
    auto const file = std::exchange(file_, unique_fd());
    if (entry_.sparse && ::ftruncate(file.get(), static_cast<off_t>(entry_.size)) != 0) return failed("truncate", errno);
    bool const owner = entry_.uid != uid_ || entry_.gid != gid_;
    bool const mode = (entry_.mode & 07000) != 0 || (entry_.mode & umask_) != 0;
    return detail::set_attributes(file.get(), entry_, owner, mode);
}

MOCKER_DECL result<> layer_unpacker::make_symbolic_link(int parent, std::string const& name) {
    if (entry_.link_target.empty()) return error(errc::malformed, "symlink \"" + path_ + "\" has no target");
    // The kernel would keep such a link within the container anyhow; docker refuses the layer, in these words.
    auto const slash = path_.rfind('/');
    auto const from_root = (slash == std::string::npos ? std::string() : path_.substr(0, slash + 1)) + entry_.link_target;
    if (!entry_.link_target.starts_with('/') && !clean_entry_path(from_root)) {
        return error(errc::malformed, "invalid symlink \"" + path_ + "\" -> \"" + entry_.link_target + '"');
    }
    unique_fd const at(::fcntl(parent, F_DUPFD_CLOEXEC, 0));
    int made = ::symlinkat(entry_.link_target.c_str(), at.get(), name.c_str());
    if (made != 0 && errno == EEXIST) {
        MOCKER_CHECK_RETURN(replace(at.get(), name));
        made = ::symlinkat(entry_.link_target.c_str(), at.get(), name.c_str());
    }
    if (made != 0) return failed("symlink", errno);
    return set_attributes_at(at.get(), name);
}

MOCKER_DECL result<> layer_unpacker::make_node(int parent, std::string const& name) {
    bool const block = entry_.type == archive::entry_type::block_device, fifo = entry_.type == archive::entry_type::fifo;
    mode_t const mode = (entry_.mode & 0777) | (fifo ? S_IFIFO : block ? S_IFBLK : S_IFCHR);
    auto const device = fifo ? dev_t(0) : ::makedev(entry_.device_major, entry_.device_minor);
    unique_fd const at(::fcntl(parent, F_DUPFD_CLOEXEC, 0));
    int made = ::mknodat(at.get(), name.c_str(), mode, device);
    if (made != 0 && errno == EEXIST) {
        MOCKER_CHECK_RETURN(replace(at.get(), name));
        made = ::mknodat(at.get(), name.c_str(), mode, device);
    }
    // The kernel makes no devices for a user namespace; docker leaves them out there, as the runtime mounts its own.
    if (made != 0 && errno == EPERM && !fifo && detail::in_user_namespace()) return {};
    if (made != 0) return failed("mknod", errno);
    return set_attributes_at(at.get(), name);
}

/// Sets what symbolic links and special files have, which cannot be opened for it.
MOCKER_DECL result<> layer_unpacker::set_attributes_at(int parent, std::string const& name) {
    if ((entry_.uid != uid_ || entry_.gid != gid_) &&
        ::fchownat(parent, name.c_str(), entry_.uid, entry_.gid, AT_SYMLINK_NOFOLLOW) != 0) {
        return failed("chown", errno);
    }
    bool const link = entry_.type == archive::entry_type::symbolic_link;
    if (!link && ::fchmodat(parent, name.c_str(), entry_.mode, 0) != 0) return failed("chmod", errno);
    if (!entry_.xattrs.empty()) MOCKER_CHECK_RETURN(detail::set_xattrs(descriptor_path(parent, name), entry_));
    timespec const times[2] = {detail::access_time(entry_), entry_.modified};
    if (::utimensat(parent, name.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0) return failed("set times of", errno);
    return {};
}

MOCKER_DECL result<> layer_unpacker::make_hard_link(std::string const& parent, std::string const& name) {
    auto const wrong = [this] {
        return error(errc::malformed, "invalid hardlink \"" + entry_.link_target + "\" -> \"" + path_ + '"');
    };
    auto const target = clean_entry_path(entry_.link_target);
    if (!target || target->empty()) return wrong();
    if (*target == path_) return {};
    auto const slash = target->rfind('/');
    auto const from = tree_.open(slash == std::string::npos ? std::string() : target->substr(0, slash), O_PATH | O_DIRECTORY);
    auto const base = slash == std::string::npos ? *target : target->substr(slash + 1);
    struct stat status {};
    if (!from || ::fstatat(from->get(), base.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        lower_links_.push_back({path_, *target});
        return {};
    }
    if (S_ISDIR(status.st_mode)) return wrong();
    MOCKER_TRY_RETURN(at, tree_.directory(parent));
    if (::linkat(from->get(), base.c_str(), at, name.c_str(), 0) == 0) return {};
    if (errno != EEXIST) return failed("link", errno);
    unique_fd const same(::fcntl(at, F_DUPFD_CLOEXEC, 0));
    struct stat there {};
    if (::fstatat(same.get(), name.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0 && there.st_ino == status.st_ino) return {};
    MOCKER_CHECK_RETURN(replace(same.get(), name));
    if (::linkat(from->get(), base.c_str(), same.get(), name.c_str(), 0) != 0) return failed("link", errno);
    return {};
}

MOCKER_DECL result<> layer_unpacker::set_directory(std::string const& path, directory_record const& record) {
    auto opened = tree_.open(path, O_RDONLY | O_DIRECTORY);
    if (!opened) return opened.error().code().value() == ENOENT ? result<>{} : result<>(opened.error());
    if (record.opaque && ::fsetxattr(opened->get(), "trusted.overlay.opaque", "y", 1, 0) != 0) {
        if (errno != EPERM || ::fsetxattr(opened->get(), "user.overlay.opaque", "y", 1, 0) != 0) {
            return error::from_errno(errno, "mark opaque " + path);
        }
    }
    if (!record.entry) return {};
    auto const& entry = *record.entry;
    bool const owner = entry.uid != uid_ || entry.gid != gid_;
    return detail::set_attributes(opened->get(), entry, owner, entry.mode != (mode_t(0755) & ~umask_) || path.empty());
}

MOCKER_DECL result<> layer_unpacker::finish() {
    for (auto const& path : tree_.opaque()) directories_[path].opaque = true;
    // The root of a layer that says nothing about it, as docker makes it.
    if (!directories_.contains("") && ::fchmod(tree_.root(), 0755) != 0) return error::from_errno(errno, "chmod");
    for (auto const& [path, record] : directories_) MOCKER_CHECK_RETURN(set_directory(path, record));
    return {};
}

} // namespace mocker::snapshot

#endif
