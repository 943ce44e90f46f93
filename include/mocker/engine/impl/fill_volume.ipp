#ifndef MOCKER_ENGINE_IMPL_FILL_VOLUME_IPP
#define MOCKER_ENGINE_IMPL_FILL_VOLUME_IPP

#include <mocker/core/file.hpp>
#include <mocker/core/unique_fd.hpp>
#include <mocker/engine/detail/fill_volume.hpp>
#include <mocker/volume/copy_tree.hpp>

#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>
#include <vector>

namespace mocker::engine::detail {

/// Gives an overlay its layers, topmost first, one by one: Linux 6.8.
MOCKER_DECL bool name_layers(int context, std::vector<unique_fd> const& layers) {
    return std::all_of(layers.begin(), layers.end(), [&](unique_fd const& layer) {
        auto const path = "/proc/self/fd/" + std::to_string(layer.get());
        return ::syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "lowerdir+", path.c_str(), 0) == 0;
    });
}

/// The same in one string, of which an older kernel takes at most 255 characters: so this thread, which works for its pool
/// only, goes to the directory where a descriptor's number is its name.
MOCKER_DECL bool name_layers_together(int context, std::vector<unique_fd> const& layers) {
    std::string names;
    for (auto const& layer : layers) names += (names.empty() ? "" : ":") + std::to_string(layer.get());
    return ::unshare(CLONE_FS) == 0 && ::chdir("/proc/self/fd") == 0 &&
           ::syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "lowerdir", names.c_str(), 0) == 0;
}

MOCKER_DECL unique_fd mount_overlay(std::vector<unique_fd> const& layers, bool (*name)(int, std::vector<unique_fd> const&)) {
    unique_fd const context(static_cast<int>(::syscall(SYS_fsopen, "overlay", FSOPEN_CLOEXEC)));
    bool const made = context && name(context.get(), layers) &&
                      ::syscall(SYS_fsconfig, context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) == 0;
    return unique_fd(!made ? -1 : static_cast<int>(::syscall(SYS_fsmount, context.get(), FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY)));
}

/** All layers as one read-only overlay that is mounted nowhere: nobody else sees it, and it goes with its descriptor.
    @see fsopen(2), "Overlay Filesystem" of the kernel's documentation */
MOCKER_DECL result<unique_fd> detached_overlay(std::vector<std::string> const& layers) {
    std::vector<unique_fd> opened;
    for (auto const& layer : layers) {
        MOCKER_TRY_RETURN(fd, open_file(layer, O_PATH | O_DIRECTORY));
        opened.push_back(std::move(fd));
    }
    auto mounted = mount_overlay(opened, &name_layers);
    if (!mounted) mounted = mount_overlay(opened, &name_layers_together);
    if (!mounted) return error::from_errno(errno, "overlay of the image's layers");
    return mounted;
}

MOCKER_DECL result<> fill_volume_job::operator()() const {
    if (layers.empty()) return {};
    auto root = layers.size() > 1 ? detached_overlay(layers) : open_file(layers.front(), O_PATH | O_DIRECTORY);
    if (!root) return std::move(root).error();
    auto const copied = volume::copy_up(root->get(), path, volume);
    if (!copied) return copied.error().within("volume at " + path);
    return {};
}

} // namespace mocker::engine::detail

#endif
