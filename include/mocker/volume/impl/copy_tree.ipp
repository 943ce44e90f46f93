#ifndef MOCKER_VOLUME_IMPL_COPY_TREE_IPP
#define MOCKER_VOLUME_IMPL_COPY_TREE_IPP

#include <mocker/core/unique_fd.hpp>
#include <mocker/volume/copy_tree.hpp>

#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace mocker::volume {
namespace detail {

MOCKER_DECL error failed(std::string const& path) { return error::from_errno(errno, "copy " + path); }

/// The names in a directory, without `.` and `..`.
MOCKER_DECL result<std::vector<std::string>> list_names(int fd, std::string const& path) {
    int const again = ::openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (again < 0) return failed(path);
    std::unique_ptr<DIR, int (*)(DIR*)> const stream(::fdopendir(again), &::closedir);
    if (!stream) return failed(path);
    std::vector<std::string> names;
    for (errno = 0; dirent const* entry = ::readdir(stream.get());) {
        std::string_view const name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
    if (errno != 0) return failed(path);
    return names;
}

/// Copies the extended attributes from one path to another; neither is followed if it is a link.
MOCKER_DECL result<> copy_attributes(std::string const& from, std::string const& to, std::string const& path) {
    auto const size = ::llistxattr(from.c_str(), nullptr, 0);
    if (size <= 0) return {}; // none, or a file system that has none
    std::string names(static_cast<std::size_t>(size), '\0');
    auto const listed = ::llistxattr(from.c_str(), names.data(), names.size());
    if (listed < 0) return failed(path);
    names.resize(static_cast<std::size_t>(listed));
    for (std::size_t at = 0; at < names.size();) {
        std::string const name = names.c_str() + at;
        at += name.size() + 1;
        if (name.starts_with("trusted.overlay.") || name.starts_with("user.overlay.")) continue;
        std::string value(64 * 1024, '\0'); // XATTR_SIZE_MAX
        auto const got = ::lgetxattr(from.c_str(), name.c_str(), value.data(), value.size());
        if (got < 0 && errno == ENODATA) continue;
        if (got < 0) return failed(path);
        bool const kept = ::lsetxattr(to.c_str(), name.c_str(), value.data(), static_cast<std::size_t>(got), 0) == 0;
        if (!kept && errno != EOPNOTSUPP) return failed(path);
    }
    return {};
}

/// A directory and a name in it as one path, which no link on the way can change.
MOCKER_DECL std::string entry_path(int directory, std::string const& name) {
    return "/proc/self/fd/" + std::to_string(directory) + "/" + name;
}

/// Copies the bytes from @p at to @p end.
MOCKER_DECL bool copy_range(int from, int to, off_t at, off_t end) {
    bool in_kernel = true;
    std::vector<char> buffer;
    while (at < end) {
        auto const wanted = static_cast<std::size_t>(std::min<off_t>(end - at, off_t{1} << 30));
        if (in_kernel) {
            off_t source = at, target = at;
            auto const copied = ::copy_file_range(from, &source, to, &target, wanted, 0);
            if (copied == 0) return true; // the file was cut meanwhile
            if (copied > 0) at += copied;
            else if (errno != EINTR) in_kernel = false;
            continue;
        }
        buffer.resize(128 * 1024);
        auto const got = ::pread(from, buffer.data(), std::min(wanted, buffer.size()), at);
        if (got == 0) return true;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return false;
        for (ssize_t done = 0; done < got;) {
            auto const put = ::pwrite(to, buffer.data() + done, static_cast<std::size_t>(got - done), at + done);
            if (put < 0 && errno != EINTR) return false;
            if (put > 0) done += put;
        }
        at += got;
    }
    return true;
}

MOCKER_DECL bool copy_bytes(int from, int to, off_t size) {
    if (::ioctl(to, FICLONE, from) == 0) return true;
    if (::ftruncate(to, size) != 0) return false;
    for (off_t data = 0; data < size;) {
        off_t const start = ::lseek(from, data, SEEK_DATA);
        if (start < 0) return errno == ENXIO || (errno == EINVAL && copy_range(from, to, data, size)); // no more data; no holes
        off_t const end = ::lseek(from, start, SEEK_HOLE);
        if (end < 0) return false;
        if (!copy_range(from, to, start, std::min(end, size))) return false;
        data = end;
    }
    return true;
}

/// Owner, mode, extended attributes and times of an open file or directory; in this order, as each would undo a later one.
MOCKER_DECL result<> copy_metadata(int to, struct stat const& status, std::string const& attributes_from,
                                   std::string const& attributes_to, std::string const& path) {
    if (::fchown(to, status.st_uid, status.st_gid) != 0 || ::fchmod(to, status.st_mode & 07777) != 0) return failed(path);
    MOCKER_CHECK_RETURN(copy_attributes(attributes_from, attributes_to, path));
    timespec const times[2] = {status.st_atim, status.st_mtim};
    if (::futimens(to, times) != 0) return failed(path);
    return {};
}

/// The work of `copy_tree`: remembers which files have been copied, for further links to them.
class tree_copier {
public:
    explicit tree_copier(int target) : target_(target) {}

    MOCKER_DECL result<> copy_directory(int from, int to, std::string const& path, unsigned depth);

private:
    MOCKER_DECL result<> copy_entry(int from, int to, std::string const& name, std::string const& path, unsigned depth);
    MOCKER_DECL result<> copy_subdirectory(int from, int to, std::string const& name, std::string const& path, unsigned depth);
    MOCKER_DECL result<> copy_file(int from, int to, std::string const& name, std::string const& path);
    MOCKER_DECL result<> copy_special(int from, int to, std::string const& name, struct stat const& status, std::string const& path);

    int target_;
    dev_t device_ = 0;
    std::map<std::pair<dev_t, ino_t>, std::string> linked_{}; ///< files with several links: where the first one is
};

MOCKER_DECL result<> tree_copier::copy_directory(int from, int to, std::string const& path, unsigned depth) {
    struct stat status;
    if (depth > 256) return error::from_errno(ELOOP, "copy " + path);
    if (::fstat(from, &status) != 0) return failed(path);
    if (depth == 0) device_ = status.st_dev;
    if (status.st_dev == device_) { // else something is mounted here: its directory is all that belongs to the tree
        MOCKER_TRY_RETURN(names, list_names(from, path));
        for (auto const& name : names) {
            auto const below = path == "." ? name : path + "/" + name;
            MOCKER_CHECK_RETURN(copy_entry(from, to, name, below, depth));
        }
    }
    return copy_metadata(to, status, entry_path(from, "."), entry_path(to, "."), path);
}

MOCKER_DECL result<> tree_copier::copy_entry(int from, int to, std::string const& name, std::string const& path, unsigned depth) {
    struct stat status;
    if (::fstatat(from, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return failed(path);
    if (S_ISDIR(status.st_mode)) return copy_subdirectory(from, to, name, path, depth + 1);
    if (status.st_nlink > 1) {
        auto const [first, is_new] = linked_.emplace(std::pair(status.st_dev, status.st_ino), path);
        if (!is_new) {
            if (::linkat(target_, first->second.c_str(), to, name.c_str(), 0) != 0) return failed(path);
            return {};
        }
    }
    return S_ISREG(status.st_mode) ? copy_file(from, to, name, path) : copy_special(from, to, name, status, path);
}

MOCKER_DECL result<> tree_copier::copy_subdirectory(int from, int to, std::string const& name, std::string const& path,
                                                    unsigned depth) {
    constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    unique_fd const source(::openat(from, name.c_str(), flags));
    if (!source || ::mkdirat(to, name.c_str(), 0700) != 0) return failed(path);
    unique_fd const target(::openat(to, name.c_str(), flags));
    if (!target) return failed(path);
    return copy_directory(source.get(), target.get(), path, depth);
}

MOCKER_DECL result<> tree_copier::copy_file(int from, int to, std::string const& name, std::string const& path) {
    unique_fd const source(::openat(from, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status;
    if (!source || ::fstat(source.get(), &status) != 0) return failed(path);
    unique_fd const target(::openat(to, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!target || !copy_bytes(source.get(), target.get(), status.st_size)) return failed(path);
    return copy_metadata(target.get(), status, entry_path(from, name), entry_path(to, name), path);
}

MOCKER_DECL result<> tree_copier::copy_special(int from, int to, std::string const& name, struct stat const& status,
                                               std::string const& path) {
    if (S_ISLNK(status.st_mode)) {
        std::string content(static_cast<std::size_t>(status.st_size) + 1, '\0');
        auto const size = ::readlinkat(from, name.c_str(), content.data(), content.size());
        if (size < 0) return failed(path);
        content.resize(static_cast<std::size_t>(size));
        if (::symlinkat(content.c_str(), to, name.c_str()) != 0) return failed(path);
    } else {
        if (::mknodat(to, name.c_str(), (status.st_mode & S_IFMT) | 0600, status.st_rdev) != 0) return failed(path);
    }
    if (::fchownat(to, name.c_str(), status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW) != 0) return failed(path);
    if (!S_ISLNK(status.st_mode) && ::fchmodat(to, name.c_str(), status.st_mode & 07777, 0) != 0) return failed(path);
    MOCKER_CHECK_RETURN(copy_attributes(entry_path(from, name), entry_path(to, name), path));
    timespec const times[2] = {status.st_atim, status.st_mtim};
    if (::utimensat(to, name.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0) return failed(path);
    return {};
}

/// Opens a directory of the tree below @p root, whatever links the path goes through; none if there is no directory.
MOCKER_DECL result<unique_fd> open_in_root(int root, std::string const& path) {
    open_how how{};
    how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    long opened;
    do opened = ::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how);
    while (opened < 0 && errno == EAGAIN); // a rename somewhere in the way
    if (opened < 0 && errno != ENOENT && errno != ENOTDIR) return failed(path);
    return unique_fd(static_cast<int>(opened));
}

} // namespace detail

MOCKER_DECL result<> copy_tree(int source, int target) {
    detail::tree_copier copier(target);
    return copier.copy_directory(source, target, ".", 0);
}

MOCKER_DECL result<bool> is_empty_directory(int fd) {
    MOCKER_TRY_RETURN(names, detail::list_names(fd, "."));
    return std::all_of(names.begin(), names.end(), [](std::string const& name) { return name == "lost+found"; });
}

MOCKER_DECL result<bool> copy_up(int root, std::string const& path, std::string const& volume) {
    unique_fd const target(::open(volume.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!target) return error::from_errno(errno, "open " + volume);
    MOCKER_TRY_RETURN(empty, is_empty_directory(target.get()));
    if (!empty) return false;
    MOCKER_TRY_RETURN(source, detail::open_in_root(root, path));
    if (!source) return false;
    if (auto const copied = copy_tree(source.get(), target.get()); !copied) return copied.error().within("fill volume from " + path);
    return true;
}

} // namespace mocker::volume

#endif
