#ifndef MOCKER_SNAPSHOT_SNAPSHOT_STORE_HPP
#define MOCKER_SNAPSHOT_SNAPSHOT_STORE_HPP

#include <mocker/core/digest.hpp>
#include <mocker/core/error.hpp>
#include <mocker/core/unique_fd.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mocker::snapshot {

/// The name of a stack of layers: of the lowest it is the diff ID. @see OCI image-spec, config.md, "Layer ChainID"
MOCKER_DECL std::vector<digest> chain_ids(std::vector<digest> const& diff_ids);

/// What the store knows of an unpacked layer.
struct snapshot_info {
    std::int64_t size = 0;   ///< bytes of its files
    bool durable = false;    ///< written out to the disk, rather than waiting in memory
};

/// A directory that a layer is unpacked into. Destroyed before it is published, it leaves nothing.
class pending_snapshot {
public:
    pending_snapshot() = default;
    pending_snapshot(pending_snapshot&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    pending_snapshot& operator=(pending_snapshot&& other) noexcept {
        std::swap(path_, other.path_);
        return *this;
    }
    MOCKER_DECL ~pending_snapshot();

    std::string const& path() const noexcept { return path_; }
    /// The directory, opened for reading.
    MOCKER_DECL result<unique_fd> open() const;

private:
    friend class snapshot_store;
    explicit pending_snapshot(std::string path) : path_(std::move(path)) {}
    std::string path_;
};

/** Unpacked layers, each in a directory named by its chain ID: overlayfs' lower directories. Written once; they appear by
    rename.

    Syncing thousands of files would make a pull wait for the disk, and a layer can always be unpacked again from its blob.
    So a snapshot says in which boot of the machine it was written until a later @ref sync; @ref recover drops those that a
    loss of power may have hurt.
    It holds no state but its path: any thread may use it. */
class snapshot_store {
public:
    /// Opens the directory @p root, made if it is missing.
    MOCKER_DECL static result<snapshot_store> open(std::string root);

    /// The snapshots that are whole. Removes whatever else a kill or a loss of power left.
    MOCKER_DECL result<std::map<digest, snapshot_info>> recover() const;

    /// The chain IDs of the snapshots that are published.
    MOCKER_DECL result<std::vector<digest>> list() const;

    /// Where the layer lies, if it is there.
    std::string path(digest const& chain_id) const { return root_ + '/' + std::string(chain_id.hex()); }

    /// Makes an empty directory to unpack into.
    MOCKER_DECL result<pending_snapshot> begin() const;

    /// Makes @p unpacked the snapshot @p chain_id, unless there is one by now, which then stays.
    MOCKER_DECL result<> publish(pending_snapshot unpacked, digest const& chain_id, std::int64_t size) const;

    /// Removes a snapshot: it vanishes at once, its files after that.
    MOCKER_DECL result<> remove(digest const& chain_id) const;

    /// Writes out everything, and remembers that these snapshots survive a loss of power.
    MOCKER_DECL result<> sync(std::map<digest, snapshot_info> const& snapshots) const;

private:
    explicit snapshot_store(std::string root) : root_(std::move(root)) {}
    std::string record_path(digest const& chain_id) const { return root_ + "/.records/" + std::string(chain_id.hex()); }
    std::string root_;
};

} // namespace mocker::snapshot

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/snapshot/impl/snapshot_store.ipp>
#endif
#endif
