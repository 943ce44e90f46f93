#ifndef MOCKER_SNAPSHOT_IMPL_CONFINED_TREE_IPP
#define MOCKER_SNAPSHOT_IMPL_CONFINED_TREE_IPP

#include <mocker/core/file.hpp>
#include <mocker/snapshot/confined_tree.hpp>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string>
#include <utility>

namespace mocker::snapshot {
namespace detail {

/// Directories that are kept open at most; those deeper are looked up again.
inline constexpr std::size_t open_levels = 48;

inline constexpr int directory_flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

} // namespace detail

MOCKER_DECL result<std::string> clean_entry_path(std::string_view path) {
    std::string clean;
    auto rest = path;
    while (!rest.empty()) {
        auto const slash = std::min(rest.find('/'), rest.size());
        auto const part = rest.substr(0, slash);
        rest.remove_prefix(std::min(slash + 1, rest.size()));
        if (part.empty() || part == ".") continue;
        if (part == "..") {
            // As Go's path/filepath: an absolute path has nothing above its root, a relative one would leave it.
            if (clean.empty() && path.front() == '/') continue;
            if (clean.empty()) return error(errc::malformed, '"' + std::string(path) + "\" is outside of the layer's root");
            auto const parent = clean.rfind('/');
            clean.resize(parent == std::string::npos ? 0 : parent);
            continue;
        }
        if (!clean.empty()) clean += '/';
        clean += part;
    }
    if (clean.size() >= PATH_MAX) return error::from_errno(ENAMETOOLONG, "entry " + clean.substr(0, 64) + "...");
    return clean;
}

MOCKER_DECL bool is_whiteout(int directory, std::string const& name) {
    struct stat status {};
    if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return false;
    return S_ISCHR(status.st_mode) && status.st_rdev == 0;
}

MOCKER_DECL std::string descriptor_path(int fd, std::string_view name) {
    auto path = "/proc/self/fd/" + std::to_string(fd);
    if (!name.empty()) (path += '/') += name;
    return path;
}

MOCKER_DECL result<unique_fd> confined_tree::open(std::string_view path, int flags) const {
    auto const name = path.empty() ? std::string(".") : std::string(path);
    ::open_how how{};
    how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    for (;;) {
        unique_fd fd(static_cast<int>(::syscall(SYS_openat2, root_.get(), name.c_str(), &how, sizeof how)));
        if (fd) return fd;
        if (errno != EINTR && errno != EAGAIN) return error::from_errno(errno, "open " + name);
    }
}

/// Drops the open directories that @p path does not lie below; gives the deepest that is left.
MOCKER_DECL int confined_tree::reuse(std::string_view path) {
    auto const above = [&](level const& l) {
        return path.size() >= l.end && path.substr(0, l.end) == std::string_view(path_).substr(0, l.end) &&
               (path.size() == l.end || path[l.end] == '/');
    };
    while (!levels_.empty() && !above(levels_.back())) levels_.pop_back();
    path_.resize(levels_.empty() ? 0 : levels_.back().end);
    return levels_.empty() ? root_.get() : levels_.back().fd.get();
}

MOCKER_DECL result<int> confined_tree::directory(std::string_view path) {
    int at = reuse(path);
    while (path_.size() < path.size()) {
        auto const begin = path_.empty() ? 0 : path_.size() + 1;
        auto const end = std::min(path.find('/', begin), path.size());
        MOCKER_TRY_RETURN(fd, enter(at, path.substr(0, end), std::string(path.substr(begin, end - begin))));
        at = fd.get();
        if (levels_.size() == detail::open_levels) levels_.pop_back();
        levels_.push_back({end, std::move(fd)});
        path_ = path.substr(0, end);
    }
    return at;
}

MOCKER_DECL result<unique_fd> confined_tree::enter(int parent, std::string_view path, std::string const& name) {
    unique_fd fd(::openat(parent, name.c_str(), detail::directory_flags));
    if (fd) return fd;
    if (errno == ENOTDIR || errno == ELOOP) return enter_other(parent, path, name);
    if (errno != ENOENT) return error::from_errno(errno, "open " + std::string(path));
    if (::mkdirat(parent, name.c_str(), 0755) != 0 || ::fchmodat(parent, name.c_str(), 0755, 0) != 0) {
        return error::from_errno(errno, "mkdir " + std::string(path));
    }
    fd.reset(::openat(parent, name.c_str(), detail::directory_flags));
    if (!fd) return error::from_errno(errno, "open " + std::string(path));
    return fd;
}

/// Something that is no directory lies on the way: a symbolic link to one, or a whiteout that becomes one.
MOCKER_DECL result<unique_fd> confined_tree::enter_other(int parent, std::string_view path, std::string const& name) {
    if (is_whiteout(parent, name)) {
        if (::unlinkat(parent, name.c_str(), 0) != 0) return error::from_errno(errno, "remove " + std::string(path));
        opaque_.emplace_back(path);
        return enter(parent, path, name);
    }
    auto followed = open(path, O_PATH | O_DIRECTORY);
    if (!followed) return error(errc::malformed, '"' + std::string(path) + "\" is not a directory of the layer");
    return followed;
}

MOCKER_DECL result<> confined_tree::remove(int directory, std::string const& name) {
    auto removed = remove_tree(descriptor_path(directory, name));
    forget(); // a symbolic link that vanished may have led to directories that are open
    return removed;
}

} // namespace mocker::snapshot

#endif
