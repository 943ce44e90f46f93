#ifndef MOCKER_SNAPSHOT_LAYER_UNPACKER_HPP
#define MOCKER_SNAPSHOT_LAYER_UNPACKER_HPP

#include <mocker/archive/tar_reader.hpp>
#include <mocker/core/error.hpp>
#include <mocker/core/unique_fd.hpp>
#include <mocker/snapshot/confined_tree.hpp>

#include <sys/stat.h>

#include <cstdint>
#include <ctime>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::snapshot {

/// A hard link of a layer to a file that only lower layers have.
struct lower_link {
    std::string path{}, target{};
};

/** Makes the files of a layer below a directory, as overlayfs wants to find them: `.wh.NAME` becomes a character device
    0:0, `.wh..wh..opq` the attribute `trusted.overlay.opaque`.

    Modes, owners, times, xattrs, hard links, devices and set-user-ID bits are kept. No entry reaches out of the directory:
    neither by `..`, nor by an absolute name, nor through a symbolic or hard link. The last of several entries with one
    name wins, as when tar unpacks them.
    @see OCI image-spec, layer.md; Linux, overlayfs.rst, "whiteouts and opaque directories" */
class layer_unpacker final : public archive::tar_visitor {
public:
    /// @param root an empty directory, opened for reading.
    MOCKER_DECL explicit layer_unpacker(unique_fd root);

    MOCKER_DECL result<> begin(archive::tar_entry const& entry) override;
    MOCKER_DECL result<> content(std::uint64_t offset, std::string_view bytes) override;
    MOCKER_DECL result<> end() override;

    /// Sets the owners, modes, times and attributes of directories, which their content would change: once, at the end.
    MOCKER_DECL result<> finish();

    /// Hard links that @ref link_from_lower_layers has to make before @ref finish.
    std::vector<lower_link> const& lower_links() const noexcept { return lower_links_; }

    /** Makes those links: copies each target from the topmost of the @p lower directories (topmost first) that has it.
        @par Errors errc::malformed: none has it. */
    MOCKER_DECL result<> link_from_lower_layers(std::vector<std::string> const& lower);

    /// Bytes of all files.
    std::int64_t size() const noexcept { return size_; }

private:
    struct directory_record {
        std::optional<archive::tar_entry> entry{};
        bool opaque = false;
    };

    result<> make_whiteout(std::string const& parent, std::string const& name);
    result<> make_directory(int parent, std::string const& name);
    result<> make_regular(int parent, std::string const& name);
    result<> make_hard_link(std::string const& parent, std::string const& name);
    result<> make_symbolic_link(int parent, std::string const& name);
    result<> make_node(int parent, std::string const& name);
    result<> replace(int parent, std::string const& name);
    result<> set_attributes_at(int parent, std::string const& name);
    result<> set_directory(std::string const& path, directory_record const& record);
    error failed(char const* step, int number) const;

    confined_tree tree_;
    archive::tar_entry entry_;
    std::string path_; ///< of the entry, clean
    unique_fd file_;   ///< of the regular file whose content comes
    std::map<std::string, directory_record> directories_;
    std::vector<lower_link> lower_links_;
    std::int64_t size_ = 0;
    uid_t uid_;
    gid_t gid_;
    mode_t umask_;
};

namespace detail {

/// What this process takes from the mode of files it makes, without changing it as umask(2) would.
MOCKER_DECL mode_t current_umask();

/// Whether the kernel keeps devices and other namespaces' owners from us because we are not in its first user namespace.
MOCKER_DECL bool in_user_namespace();

/// The access time of @p entry: its modification time where the archive does not say.
inline timespec access_time(archive::tar_entry const& entry) { return entry.accessed.value_or(entry.modified); }

/// Gives the open file @p fd the owner, mode, xattrs and times of @p entry, in the order that lets none undo another.
MOCKER_DECL result<> set_attributes(int fd, archive::tar_entry const& entry, bool owner, bool mode);

/// As setxattr(2) on a path; attributes that the file system cannot hold are left out, as docker does.
MOCKER_DECL result<> set_xattrs(std::string const& path, archive::tar_entry const& entry);

} // namespace detail

} // namespace mocker::snapshot

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/snapshot/impl/layer_attributes.ipp>
#include <mocker/snapshot/impl/layer_unpacker.ipp>
#include <mocker/snapshot/impl/lower_links.ipp>
#endif
#endif
