#ifndef MOCKER_OCI_INDEX_HPP
#define MOCKER_OCI_INDEX_HPP

#include <mocker/oci/descriptor.hpp>
#include <mocker/oci/media_types.hpp>
#include <mocker/oci/platform.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::oci {

/** The list of an image's manifests, one a platform; Docker calls it a manifest list. Also the `index.json` of a
   layout.
    @see OCI image-spec, image-index.md */
struct index {
    std::string media_type{media_types::index};
    std::vector<descriptor> manifests{};
    std::map<std::string, std::string> annotations{};
    std::optional<descriptor> subject{};
    std::string artifact_type{};

    /** @param media_type what the transport said; used where the document does not say it itself.
        @par Errors errc::malformed, naming the field; errc::too_large; errc::unsupported for a manifest of schema 1. */
    MOCKER_DECL static result<index> parse(std::string_view text, std::string_view media_type = {});

    MOCKER_DECL json::value to_json() const;
};

/** The manifests of @p list that run on @p wanted, the best first. Attestations are none; an entry without a platform
    comes last. */
MOCKER_DECL std::vector<descriptor> matching_manifests(index const& list, platform const& wanted);

/** The manifest of @p list that runs best on @p wanted.
    @par Errors errc::not_found: `no matching manifest for linux/arm64 in the manifest list entries`. */
MOCKER_DECL result<descriptor> select_platform(index const& list, platform const& wanted);

} // namespace mocker::oci

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/oci/impl/index.ipp>
#endif
#endif
