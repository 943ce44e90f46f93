/** @file
    The media types of images, OCI's and Docker's, and what they mean.
    @see OCI image-spec, media-types.md */
#ifndef MOCKER_OCI_MEDIA_TYPES_HPP
#define MOCKER_OCI_MEDIA_TYPES_HPP

#include <mocker/config.hpp>

#include <string_view>

namespace mocker::oci {

namespace media_types {

inline constexpr std::string_view manifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view index = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view config = "application/vnd.oci.image.config.v1+json";
inline constexpr std::string_view layer = "application/vnd.oci.image.layer.v1.tar";
inline constexpr std::string_view layer_gzip = "application/vnd.oci.image.layer.v1.tar+gzip";
inline constexpr std::string_view layer_zstd = "application/vnd.oci.image.layer.v1.tar+zstd";
inline constexpr std::string_view empty = "application/vnd.oci.empty.v1+json";

inline constexpr std::string_view docker_manifest = "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr std::string_view docker_manifest_list = "application/vnd.docker.distribution.manifest.list.v2+json";
inline constexpr std::string_view docker_config = "application/vnd.docker.container.image.v1+json";
inline constexpr std::string_view docker_layer = "application/vnd.docker.image.rootfs.diff.tar";
inline constexpr std::string_view docker_layer_gzip = "application/vnd.docker.image.rootfs.diff.tar.gzip";
inline constexpr std::string_view docker_layer_zstd = "application/vnd.docker.image.rootfs.diff.tar.zstd";
inline constexpr std::string_view docker_foreign_layer_gzip =
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
inline constexpr std::string_view docker_manifest_v1 = "application/vnd.docker.distribution.manifest.v1+json";
inline constexpr std::string_view docker_manifest_v1_signed =
    "application/vnd.docker.distribution.manifest.v1+prettyjws";

} // namespace media_types

/// What an HTTP request for a manifest accepts.
inline constexpr std::string_view manifest_accept =
    "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, "
    "application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json, "
    "*/*";

/// The type without parameters: `a/b` of `a/b; charset=utf-8`.
MOCKER_DECL std::string_view bare_media_type(std::string_view content_type) noexcept;

MOCKER_DECL bool is_manifest_type(std::string_view media_type) noexcept;
MOCKER_DECL bool is_index_type(std::string_view media_type) noexcept;

/// Whether a configuration of this type may describe an image. Old registries lost the type, so generic ones count.
MOCKER_DECL bool is_image_config_type(std::string_view media_type) noexcept;

/// A layer of an image, of any compression: the bytes, not the type, say which.
MOCKER_DECL bool is_layer_type(std::string_view media_type) noexcept;

/// A layer that registries do not hold: it comes from the `urls` of its descriptor.
MOCKER_DECL bool is_foreign_layer_type(std::string_view media_type) noexcept;

} // namespace mocker::oci

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/oci/impl/media_types.ipp>
#endif
#endif
