#ifndef MOCKER_OCI_IMPL_MEDIA_TYPES_IPP
#define MOCKER_OCI_IMPL_MEDIA_TYPES_IPP

#include <mocker/oci/media_types.hpp>

namespace mocker::oci {

MOCKER_DECL std::string_view bare_media_type(std::string_view content_type) noexcept {
    content_type = content_type.substr(0, content_type.find(';'));
    while (content_type.ends_with(' ') || content_type.ends_with('\t')) content_type.remove_suffix(1);
    while (content_type.starts_with(' ') || content_type.starts_with('\t')) content_type.remove_prefix(1);
    return content_type;
}

MOCKER_DECL bool is_manifest_type(std::string_view media_type) noexcept {
    return media_type == media_types::manifest || media_type == media_types::docker_manifest;
}

MOCKER_DECL bool is_index_type(std::string_view media_type) noexcept {
    return media_type == media_types::index || media_type == media_types::docker_manifest_list;
}

MOCKER_DECL bool is_image_config_type(std::string_view media_type) noexcept {
    return media_type == media_types::config || media_type == media_types::docker_config || media_type.empty() ||
           media_type == "application/octet-stream" || media_type == "application/json" || media_type == "text/html";
}

MOCKER_DECL bool is_layer_type(std::string_view media_type) noexcept {
    return media_type == media_types::layer || media_type == media_types::layer_gzip ||
           media_type == media_types::layer_zstd || media_type == media_types::docker_layer ||
           media_type == media_types::docker_layer_gzip || media_type == media_types::docker_layer_zstd ||
           is_foreign_layer_type(media_type);
}

MOCKER_DECL bool is_foreign_layer_type(std::string_view media_type) noexcept {
    constexpr std::string_view nondistributable = "application/vnd.oci.image.layer.nondistributable.v1.tar";
    return media_type == media_types::docker_foreign_layer_gzip || media_type == nondistributable ||
           (media_type.starts_with(nondistributable) &&
            (media_type.ends_with("tar+gzip") || media_type.ends_with("tar+zstd")));
}

} // namespace mocker::oci

#endif
