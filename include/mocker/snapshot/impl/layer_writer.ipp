#ifndef MOCKER_SNAPSHOT_IMPL_LAYER_WRITER_IPP
#define MOCKER_SNAPSHOT_IMPL_LAYER_WRITER_IPP

#include <mocker/oci/media_types.hpp>
#include <mocker/snapshot/layer_writer.hpp>

#include <string>
#include <utility>

namespace mocker::snapshot {

MOCKER_DECL std::string layer_media_type(archive::compression kind) {
    switch (kind) {
    case archive::compression::gzip: return std::string(oci::media_types::layer_gzip);
    case archive::compression::zstd: return std::string(oci::media_types::layer_zstd);
    default: return std::string(oci::media_types::layer);
    }
}

MOCKER_DECL layer_writer::layer_writer(content::blob_store blobs, snapshot_store snapshots,
                                       std::optional<content::blob_writer> blob, pending_snapshot files, unique_fd root)
    : blobs_(std::move(blobs)), snapshots_(std::move(snapshots)), blob_(std::move(blob)), files_(std::move(files)), unpacker_(std::move(root)),
      tar_(unpacker_), inflate_([this](std::string_view plain) { return take_plain(plain); }) {}

MOCKER_DECL result<std::unique_ptr<layer_writer>> layer_writer::begin(content::blob_store const& blobs,
                                                                      snapshot_store const& snapshots,
                                                                      std::optional<oci::descriptor> expected, bool keep_blob) {
    MOCKER_TRY_RETURN(files, snapshots.begin());
    MOCKER_TRY_RETURN(root, files.open());
    std::optional<content::blob_writer> blob;
    if (keep_blob) {
        MOCKER_TRY_RETURN(writer, blobs.begin(expected));
        blob.emplace(std::move(writer));
    }
    std::unique_ptr<layer_writer> made(new layer_writer(blobs, snapshots, std::move(blob), std::move(files), std::move(root)));
    made->expected_ = std::move(expected);
    return made;
}

MOCKER_DECL result<> layer_writer::take_plain(std::string_view bytes) {
    // An archive that is not compressed is its own blob, and needs no second hash.
    if (inflate_.kind() != archive::compression::none) plain_hash_.update(bytes);
    return tar_.write(bytes);
}

MOCKER_DECL result<> layer_writer::write(std::string_view bytes) {
    blob_size_ += static_cast<std::int64_t>(bytes.size());
    if (blob_) {
        MOCKER_CHECK_RETURN(blob_->write(bytes));
    } else {
        blob_hash_.update(bytes);
    }
    if (damage_) return {};
    auto taken = inflate_.write(bytes);
    // What was damaged on the way cannot be read either; that the digest is wrong is the better answer, once it is known.
    if (taken || !expected_ || taken.error().code() != errc::malformed) return taken;
    damage_ = std::move(taken).error();
    return {};
}

MOCKER_DECL result<written_layer> layer_writer::finish() {
    // The blob first: a layer that was cut short or changed on the way is a wrong blob before it is a bad archive.
    written_layer out;
    if (blob_) {
        MOCKER_TRY_RETURN(name, blob_->commit());
        out.blob.digest = std::move(name);
    } else {
        out.blob.digest = blob_hash_.finish();
        if (expected_ && out.blob.digest != expected_->digest) {
            return error(errc::digest_mismatch, "blob " + expected_->digest.text() + " is damaged");
        }
    }
    auto ended = damage_ ? result<>(*damage_) : inflate_.finish();
    if (ended) ended = tar_.finish();
    if (!ended) {
        if (blob_) (void)blobs_.remove(out.blob.digest);
        return ended.error();
    }
    out.blob.size = blob_size_;
    out.blob.media_type = layer_media_type(inflate_.kind());
    out.diff_id = inflate_.kind() == archive::compression::none ? out.blob.digest : plain_hash_.finish();
    return out;
}

MOCKER_DECL result<> layer_writer::publish(digest const& chain_id, std::vector<std::string> const& lower) {
    MOCKER_CHECK_RETURN(unpacker_.link_from_lower_layers(lower));
    MOCKER_CHECK_RETURN(unpacker_.finish());
    return snapshots_.publish(std::move(files_), chain_id, unpacker_.size());
}

} // namespace mocker::snapshot

#endif
