#ifndef MOCKER_SNAPSHOT_CONFINED_TREE_HPP
#define MOCKER_SNAPSHOT_CONFINED_TREE_HPP

#include <mocker/core/error.hpp>
#include <mocker/core/unique_fd.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mocker::snapshot {

/** A path of an archive relative to its root, without `.`, `..` and repeated slashes; empty is the root itself. An
    absolute path counts from the root.
    @par Errors errc::malformed: it leads out of the root, in docker's words. */
MOCKER_DECL result<std::string> clean_entry_path(std::string_view path);

/** A directory tree that no path leads out of: symbolic links are followed as if the tree were the whole file system.

    The directories on the way to the last one are kept open, so that the next file beside it costs no look-up.
    @see openat2(2), `RESOLVE_IN_ROOT` */
class confined_tree {
public:
    /// @param root the directory, opened for reading.
    explicit confined_tree(unique_fd root) : root_(std::move(root)) {}

    int root() const noexcept { return root_.get(); }

    /** Opens the directory at @p path, as @ref clean_entry_path gives it, and makes it and those above it if they are
        missing. The descriptor (`O_PATH`) is the tree's, and good until its next call.
        @par Errors errc::malformed: something else lies there; what the file system reports. */
    MOCKER_DECL result<int> directory(std::string_view path);

    /// Opens what lies at @p path with the flags of open(2); a symbolic link is followed within the tree.
    MOCKER_DECL result<unique_fd> open(std::string_view path, int flags) const;

    /// Removes what @p name in @p directory is, with all below it.
    MOCKER_DECL result<> remove(int directory, std::string const& name);

    /// Closes the directories that were kept open: what their paths mean has changed.
    void forget() noexcept {
        levels_.clear();
        path_.clear();
    }

    /// Directories that replaced a whiteout because an entry below them came: they hide what lower layers have there.
    std::vector<std::string> const& opaque() const noexcept { return opaque_; }

private:
    struct level {
        std::size_t end; ///< where its path ends in `path_`
        unique_fd fd;
    };

    result<unique_fd> enter(int parent, std::string_view path, std::string const& name);
    result<unique_fd> enter_other(int parent, std::string_view path, std::string const& name);
    int reuse(std::string_view path);

    unique_fd root_;
    std::string path_;
    std::vector<level> levels_;
    std::vector<std::string> opaque_;
};

/// Whether @p name in @p directory is the whiteout of overlayfs: a character device 0:0.
MOCKER_DECL bool is_whiteout(int directory, std::string const& name);

/// A path of @p fd itself, for calls that take no descriptor.
MOCKER_DECL std::string descriptor_path(int fd, std::string_view name = {});

} // namespace mocker::snapshot

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/snapshot/impl/confined_tree.ipp>
#endif
#endif
