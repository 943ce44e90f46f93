#ifndef MOCKER_CORE_IMPL_FILE_IPP
#define MOCKER_CORE_IMPL_FILE_IPP

#include <mocker/core/file.hpp>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <memory>
#include <utility>
#include <vector>

namespace mocker {
namespace detail {

struct close_directory {
    void operator()(DIR* directory) const noexcept { ::closedir(directory); }
};
using unique_directory = std::unique_ptr<DIR, close_directory>;

MOCKER_DECL result<> remove_at(int parent, char const* name, std::string const& path);

/// Empties the directory behind @p fd, which it takes.
MOCKER_DECL result<> remove_children(unique_fd fd, std::string const& path) {
    unique_directory const directory(::fdopendir(fd.get()));
    if (!directory) return error::from_errno(errno, "remove " + path);
    int const at = fd.release();
    // Collected first: what readdir gives while entries vanish is not specified.
    std::vector<std::string> names;
    while (auto const* entry = ::readdir(directory.get())) {
        std::string_view const name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
    for (auto const& name : names) MOCKER_CHECK_RETURN(remove_at(at, name.c_str(), path + '/' + name));
    return {};
}

MOCKER_DECL result<> remove_at(int parent, char const* name, std::string const& path) {
    if (::unlinkat(parent, name, 0) == 0 || errno == ENOENT) return {};
    if (errno != EISDIR && errno != EPERM) return error::from_errno(errno, "remove " + path);
    if (::unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT) return {};
    if (errno != ENOTEMPTY && errno != EEXIST) return error::from_errno(errno, "remove " + path);
    unique_fd fd(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) return error::from_errno(errno, "remove " + path);
    MOCKER_CHECK_RETURN(remove_children(std::move(fd), path));
    if (::unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT) return {};
    return error::from_errno(errno, "remove " + path);
}

} // namespace detail

MOCKER_DECL result<unique_fd> open_file(std::string const& path, int flags, mode_t mode) {
    for (;;) {
        unique_fd fd(::open(path.c_str(), flags | O_CLOEXEC, mode));
        if (fd) return fd;
        if (errno != EINTR) return error::from_errno(errno, "open " + path);
    }
}

MOCKER_DECL result<std::string> read_file(std::string const& path, std::size_t limit) {
    MOCKER_TRY_RETURN(fd, open_file(path, O_RDONLY));
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0) return error::from_errno(errno, "stat " + path);
    std::string content;
    // Files of /proc and /sys say that they are empty, and those below /proc/sys give all in the first read or never.
    auto const expected = std::max<std::size_t>(4096, static_cast<std::size_t>(status.st_size) + 1);
    content.resize(std::min<std::size_t>(limit + 1, expected));
    std::size_t used = 0;
    for (;;) {
        if (used == content.size()) {
            if (used > limit) return error(errc::too_large, "read " + path + ": larger than " + std::to_string(limit) + " bytes");
            content.resize(std::min(limit + 1, std::max<std::size_t>(4096, used * 2)));
        }
        auto const n = ::read(fd.get(), content.data() + used, content.size() - used);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return error::from_errno(errno, "read " + path);
        if (n == 0) break;
        used += static_cast<std::size_t>(n);
    }
    content.resize(used);
    if (used > limit) return error(errc::too_large, "read " + path + ": larger than " + std::to_string(limit) + " bytes");
    return content;
}

MOCKER_DECL result<> write_all(int fd, std::string_view data) {
    while (!data.empty()) {
        auto const n = ::write(fd, data.data(), data.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return error::from_errno(errno, "write");
        data.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
}

MOCKER_DECL result<> sync_directory(std::string const& path) {
    MOCKER_TRY_RETURN(fd, open_file(path, O_RDONLY | O_DIRECTORY));
    if (::fsync(fd.get()) != 0) return error::from_errno(errno, "fsync " + path);
    return {};
}

MOCKER_DECL result<> write_file_atomic(std::string const& path, std::string_view data, mode_t mode, durability survives) {
    static std::atomic<unsigned> counter = 0;
    auto const temporary = path + ".tmp-" + std::to_string(::getpid()) + '-' + std::to_string(counter++);
    auto const put = [&]() -> result<> {
        MOCKER_TRY_RETURN(fd, open_file(temporary, O_WRONLY | O_CREAT | O_EXCL, mode));
        MOCKER_CHECK_RETURN(write_all(fd.get(), data));
        if (::fchmod(fd.get(), mode) != 0) return error::from_errno(errno, "chmod " + temporary);
        if (survives == durability::power && ::fsync(fd.get()) != 0) return error::from_errno(errno, "fsync " + temporary);
        if (::rename(temporary.c_str(), path.c_str()) != 0) return error::from_errno(errno, "rename " + temporary);
        return {};
    };
    if (auto done = put(); !done) {
        ::unlink(temporary.c_str());
        return done.error().within("write " + path);
    }
    if (survives != durability::power) return {};
    auto const slash = path.rfind('/');
    return sync_directory(slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash));
}

MOCKER_DECL result<> make_directories(std::string const& path, mode_t mode) {
    if (::mkdir(path.c_str(), mode) == 0) return {};
    if (errno == EEXIST) {
        struct stat status {};
        if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return {};
        return error::from_errno(ENOTDIR, "mkdir " + path);
    }
    if (errno != ENOENT) return error::from_errno(errno, "mkdir " + path);
    auto const slash = path.find_last_of('/');
    if (slash == std::string::npos || slash == 0) return error::from_errno(ENOENT, "mkdir " + path);
    MOCKER_CHECK_RETURN(make_directories(path.substr(0, slash), mode));
    if (::mkdir(path.c_str(), mode) == 0 || errno == EEXIST) return {};
    return error::from_errno(errno, "mkdir " + path);
}

MOCKER_DECL result<> remove_tree(std::string const& path) { return detail::remove_at(AT_FDCWD, path.c_str(), path); }

} // namespace mocker

#endif
