#ifndef MOCKER_IMAGE_DETAIL_SAVED_ARCHIVE_HPP
#define MOCKER_IMAGE_DETAIL_SAVED_ARCHIVE_HPP

#include <mocker/archive/compression.hpp>
#include <mocker/archive/tar_reader.hpp>
#include <mocker/content/blob_store.hpp>
#include <mocker/image/detail/pool_pipe.hpp>
#include <mocker/oci/manifest.hpp>
#include <mocker/oci/platform.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mocker::image::detail {

/** Takes the archive that `docker save` or skopeo made: each file becomes a blob of the layout, found by its path.

    No path of the archive ever reaches the file system. */
class saved_archive final : public blocking_sink, private archive::tar_visitor {
public:
    explicit saved_archive(content::blob_store blobs)
        : blobs_(std::move(blobs)), tar_(*this), inflate_([this](std::string_view plain) { return tar_.write(plain); }) {}

    result<> write(std::string_view bytes) override { return inflate_.write(bytes); }
    MOCKER_DECL result<> finish();

    /// The blob that the file at @p path became; links are followed. Nothing if there is no such file.
    MOCKER_DECL std::optional<digest> find(std::string const& path) const;

    content::blob_store const& blobs() const noexcept { return blobs_; }

private:
    MOCKER_DECL result<> begin(archive::tar_entry const& entry) override;
    MOCKER_DECL result<> content(std::uint64_t offset, std::string_view bytes) override;
    MOCKER_DECL result<> end() override;

    content::blob_store blobs_;
    archive::tar_reader tar_;
    archive::decompressor inflate_;
    std::string path_;
    std::optional<content::blob_writer> writer_;
    std::map<std::string, digest> files_;
    std::map<std::string, std::string> links_;
};

/// An image of an archive: its documents are stored, or about to be.
struct saved_image {
    oci::manifest manifest{};
    std::string config{};               ///< the text of its configuration
    std::optional<digest> original{};   ///< the manifest as the archive has it, where it can be used as it is
    std::vector<std::string> names{};   ///< catalog keys
};

/** The images of an archive: of its `manifest.json` (Docker) or else its `index.json` (OCI).
    @par Errors errc::malformed: neither is there, or what they name is missing. */
MOCKER_DECL result<std::vector<saved_image>> read_saved_images(saved_archive const& from, oci::platform const& wanted);

} // namespace mocker::image::detail

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/image/impl/saved_archive.ipp>
#endif
#endif
