#ifndef MOCKER_OCI_MANIFEST_HPP
#define MOCKER_OCI_MANIFEST_HPP

#include <mocker/oci/descriptor.hpp>
#include <mocker/oci/image_config.hpp>
#include <mocker/oci/media_types.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::oci {

/** The list of an image's parts: its configuration and its layers, lowest first. OCI's and Docker's schema 2 alike.

    What is stored and hashed is always the text it was parsed from, never a text made from this.
    @see OCI image-spec, manifest.md; distribution, manifest-v2-2.md
    @par Example
    @code
    MOCKER_TRY(m, oci::manifest::parse(body));
    for (auto const& layer : m.layers) fetch(layer);
    @endcode */
struct manifest {
    std::string media_type{media_types::manifest};
    descriptor config{};
    std::vector<descriptor> layers{};
    std::map<std::string, std::string> annotations{};
    std::optional<descriptor> subject{};
    std::string artifact_type{};

    /** @param media_type what the transport said; used where the document does not say it itself.
        @par Errors errc::malformed, naming the field: `manifest: field layers[2].size: is missing`; errc::too_large;
        errc::unsupported for schema 1 and for an index. */
    MOCKER_DECL static result<manifest> parse(std::string_view text, std::string_view media_type = {});

    MOCKER_DECL json::value to_json() const;
    /// The bytes of all layers, as they are transferred.
    MOCKER_DECL std::int64_t layers_size() const noexcept;
};

/** Whether @p m is an image that can be unpacked, rather than a plugin, a chart or another artifact.
    @par Errors errc::malformed: `Encountered remote "TYPE"(plugin) when fetching`, as Docker says; a layer of unknown
   type. */
MOCKER_DECL result<> check_image_manifest(manifest const& m);

/** Whether @p config belongs to @p m: one diff_id a layer.
    @par Errors errc::malformed, in Docker's words. */
MOCKER_DECL result<> check_layers(manifest const& m, image_config const& config);

} // namespace mocker::oci

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/oci/impl/manifest.ipp>
#endif
#endif
