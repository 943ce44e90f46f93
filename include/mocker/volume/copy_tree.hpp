#ifndef MOCKER_VOLUME_COPY_TREE_HPP
#define MOCKER_VOLUME_COPY_TREE_HPP

#include <mocker/config.hpp>
#include <mocker/core/error.hpp>

#include <string>

namespace mocker::volume {

/** Copies the content of the directory open as @p source into the directory open as @p target.

    Kept are owners, modes, times, extended attributes, symbolic links as links, hard links among the files copied,
    FIFOs, sockets' places and device nodes; the target itself takes the owner, mode and times of the source. Links are
    never followed, mounts below the source are not entered. Files share their blocks with the source where the file
    system can (`FICLONE`); holes stay holes. Extended attributes that the target's file system cannot hold are left out, as
    are those of overlayfs itself. Blocks; nothing that exists in the target is overwritten.

    @par Errors `EEXIST` the target has an entry of that name; `ELOOP` the tree is deeper than 256 directories; whatever the file
    system reports, with the entry's path. What was copied until then stays. */
MOCKER_DECL result<> copy_tree(int source, int target);

/// True if the directory open as @p fd has no entries (a `lost+found` does not count).
MOCKER_DECL result<bool> is_empty_directory(int fd);

/** Fills a new volume from the directory @p path of an image or container, as Docker does at the first use: only if the
    volume is empty and there is a directory at that path.

    @param root a descriptor of the container's root directory; @p path is resolved inside it, whatever links it meets
    @param path an absolute path in the container
    @param volume the volume's directory
    @return true if the volume was filled */
MOCKER_DECL result<bool> copy_up(int root, std::string const& path, std::string const& volume);

} // namespace mocker::volume

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/volume/impl/copy_tree.ipp>
#endif
#endif
