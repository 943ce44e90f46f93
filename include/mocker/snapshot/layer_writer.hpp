#ifndef MOCKER_SNAPSHOT_LAYER_WRITER_HPP
#define MOCKER_SNAPSHOT_LAYER_WRITER_HPP

#include <mocker/archive/compression.hpp>
#include <mocker/archive/tar_reader.hpp>
#include <mocker/content/blob_store.hpp>
#include <mocker/core/error.hpp>
#include <mocker/core/sha256.hpp>
#include <mocker/snapshot/layer_unpacker.hpp>
#include <mocker/snapshot/snapshot_store.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::snapshot {

/// What has become of a layer's bytes.
struct written_layer {
    oci::descriptor blob{}; ///< name, size and type of the layer as it came
    digest diff_id{};       ///< of the archive within
};

/** Takes a layer as it arrives, and in one pass hashes it, stores it as a blob, inflates it, hashes the archive and makes
    its files.

    Two steps end it: @ref finish verifies and stores the blob; @ref publish makes the files the snapshot of a chain, once
    the caller has found the diff ID right. Destroyed before that, it leaves nothing.
    Blocks: for a thread of a pool. */
class layer_writer {
public:
    /** @param expected what the blob must be; without it, whatever comes.
        @param keep_blob false if the blob is stored already and only its files are wanted. */
    MOCKER_DECL static result<std::unique_ptr<layer_writer>> begin(content::blob_store const& blobs, snapshot_store const& snapshots,
                                                                   std::optional<oci::descriptor> expected, bool keep_blob = true);
    ~layer_writer() = default;
    layer_writer(layer_writer const&) = delete;
    layer_writer& operator=(layer_writer const&) = delete;

    /// Takes the next bytes. @par Errors errc::malformed, errc::digest_mismatch, what the file system reports.
    MOCKER_DECL result<> write(std::string_view bytes);

    /// Ends the layer. @par Errors errc::digest_mismatch: not the blob that was expected; errc::malformed: it is cut short.
    MOCKER_DECL result<written_layer> finish();

    /** Makes the files visible as @p chain_id.
        @param lower the directories of the layers below, topmost first, for hard links into them. */
    MOCKER_DECL result<> publish(digest const& chain_id, std::vector<std::string> const& lower);

    /// Whether the layer holds hard links into those below it, which then have to be complete before @ref publish.
    bool needs_lower_layers() const noexcept { return !unpacker_.lower_links().empty(); }

    /// Bytes of the layer's files.
    std::int64_t size() const noexcept { return unpacker_.size(); }

private:
    layer_writer(content::blob_store blobs, snapshot_store snapshots, std::optional<content::blob_writer> blob,
                 pending_snapshot files, unique_fd root);
    result<> take_plain(std::string_view bytes);

    content::blob_store blobs_;
    snapshot_store snapshots_;
    std::optional<content::blob_writer> blob_;
    pending_snapshot files_;
    layer_unpacker unpacker_;
    archive::tar_reader tar_;
    archive::decompressor inflate_;
    sha256 plain_hash_;
    sha256 blob_hash_; ///< only where there is no blob_ to hash it
    std::int64_t blob_size_ = 0;
    std::optional<oci::descriptor> expected_;
    std::optional<error> damage_; ///< why the archive cannot be read, unless the blob turns out to be the wrong one
};

/// The media type of a layer compressed so. @see OCI image-spec, media-types.md
MOCKER_DECL std::string layer_media_type(archive::compression kind);

} // namespace mocker::snapshot

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/snapshot/impl/layer_writer.ipp>
#endif
#endif
