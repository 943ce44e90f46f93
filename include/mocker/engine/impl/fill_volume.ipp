#ifndef MOCKER_ENGINE_IMPL_FILL_VOLUME_IPP
#define MOCKER_ENGINE_IMPL_FILL_VOLUME_IPP

#include <mocker/core/file.hpp>
#include <mocker/core/unique_fd.hpp>
#include <mocker/engine/detail/fill_volume.hpp>
#include <mocker/volume/copy_tree.hpp>

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace mocker::engine::detail {

/** All layers as one read-only overlay that is mounted nowhere: nobody else sees it, and it goes with its descriptor.

    The layers are given by descriptor, since the kernel takes at most 255 characters of them.
    @see fsopen(2), "Overlay Filesystem" of the kernel's documentation */
MOCKER_DECL result<unique_fd> detached_overlay(std::vector<std::string> const& layers) {
    std::vector<unique_fd> opened;
    std::string lower;
    for (auto const& layer : layers) {
        MOCKER_TRY_RETURN(fd, open_file(layer, O_PATH | O_DIRECTORY));
        lower += (lower.empty() ? "/proc/self/fd/" : ":/proc/self/fd/") + std::to_string(fd.get());
        opened.push_back(std::move(fd));
    }
    unique_fd const context(static_cast<int>(::syscall(SYS_fsopen, "overlay", FSOPEN_CLOEXEC)));
    if (!context) return error::from_errno(errno, "fsopen overlay");
    bool const made = ::syscall(SYS_fsconfig, context.get(), FSCONFIG_SET_STRING, "lowerdir", lower.c_str(), 0) == 0 &&
                      ::syscall(SYS_fsconfig, context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) == 0;
    if (!made) return error::from_errno(errno, "overlay of the image's layers");
    unique_fd mounted(static_cast<int>(::syscall(SYS_fsmount, context.get(), FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY)));
    if (!mounted) return error::from_errno(errno, "fsmount overlay");
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
