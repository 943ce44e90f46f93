#ifndef MOCKER_LINUX_IMPL_OVERLAY_IPP
#define MOCKER_LINUX_IMPL_OVERLAY_IPP

#include <mocker/core/file.hpp>
#include <mocker/core/unique_fd.hpp>
#include <mocker/linux/overlay.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <deque>
#include <memory>
#include <string_view>

namespace mocker::linux_ {
namespace detail {

/// One directory of an overlay: those of the layers that it merges, topmost first.
using merged_directory = std::vector<std::shared_ptr<unique_fd>>;

struct overlay_entry {
    struct stat what {};
    unique_fd file{};             ///< O_PATH, of the topmost
    merged_directory directory{}; ///< if it is one
};

MOCKER_DECL bool is_opaque(int directory) {
    char value = 0;
    std::string const path = "/proc/self/fd/" + std::to_string(directory);
    for (char const* const name : {"trusted.overlay.opaque", "user.overlay.opaque"})
        if (::getxattr(path.c_str(), name, &value, 1) == 1 && value == 'y') return true;
    return false;
}

MOCKER_DECL result<overlay_entry> look_up(merged_directory const& in, std::string const& name) {
    overlay_entry found;
    for (auto const& layer : in) {
        unique_fd file(::openat(layer->get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
        if (!file) {
            if (errno == ENOENT) continue;
            return error::from_errno(errno, name);
        }
        struct stat what {};
        if (::fstat(file.get(), &what) != 0) return error::from_errno(errno, name);
        bool const whiteout = S_ISCHR(what.st_mode) && what.st_rdev == makedev(0, 0);
        bool const first = !found.file && found.directory.empty();
        if (whiteout || (!first && !S_ISDIR(what.st_mode))) break; // hides what lies below
        if (first) found.what = what;
        if (!S_ISDIR(what.st_mode)) {
            found.file = std::move(file);
            break;
        }
        bool const opaque = is_opaque(file.get());
        found.directory.push_back(std::make_shared<unique_fd>(std::move(file)));
        if (opaque) break;
    }
    if (!found.file && found.directory.empty()) return error::from_errno(ENOENT, name);
    return found;
}

MOCKER_DECL result<std::string> read_link(unique_fd const& link) {
    char target[4096];
    auto const size = ::readlinkat(link.get(), "", target, sizeof target);
    if (size < 0) return error::from_errno(errno, "readlink");
    return std::string(target, static_cast<std::size_t>(size));
}

/// Puts the components of @p path before those that are left.
MOCKER_DECL void push_components(std::deque<std::string>& left, std::string_view path) {
    std::deque<std::string> parts;
    for (std::size_t begin = 0; begin < path.size();) {
        auto const end = std::min(path.find('/', begin), path.size());
        if (end > begin) parts.emplace_back(path.substr(begin, end - begin));
        begin = end + 1;
    }
    left.insert(left.begin(), parts.begin(), parts.end());
}

} // namespace detail

MOCKER_DECL result<std::string> read_overlay_file(std::vector<std::string> const& layers, std::string const& path,
                                                  std::size_t limit) {
    std::vector<detail::merged_directory> trail(1); // from the root to where we are
    for (auto const& layer : layers) {
        MOCKER_TRY_RETURN(fd, open_file(layer, O_PATH | O_DIRECTORY));
        trail[0].push_back(std::make_shared<unique_fd>(std::move(fd)));
    }
    std::deque<std::string> left;
    detail::push_components(left, path);
    for (int links = 0; !left.empty();) {
        auto const name = std::move(left.front());
        left.pop_front();
        if (name == ".") continue;
        if (name == "..") {
            if (trail.size() > 1) trail.pop_back();
            continue;
        }
        auto found = detail::look_up(trail.back(), name);
        if (!found) return found.error().within(path);
        if (S_ISLNK(found->what.st_mode)) {
            if (++links > 40) return error::from_errno(ELOOP, path);
            MOCKER_TRY_RETURN(target, detail::read_link(found->file));
            if (target.starts_with('/')) trail.resize(1);
            detail::push_components(left, target);
        } else if (S_ISDIR(found->what.st_mode)) {
            trail.push_back(std::move(found->directory));
        } else if (!left.empty()) {
            return error::from_errno(ENOTDIR, path);
        } else if (!S_ISREG(found->what.st_mode)) {
            break;
        } else {
            return read_file("/proc/self/fd/" + std::to_string(found->file.get()), limit);
        }
    }
    return error::from_errno(EINVAL, path + " is not a regular file");
}

} // namespace mocker::linux_

#endif
