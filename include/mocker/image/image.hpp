#ifndef MOCKER_IMAGE_IMAGE_HPP
#define MOCKER_IMAGE_IMAGE_HPP

#include <mocker/core/digest.hpp>
#include <mocker/core/time.hpp>
#include <mocker/oci/descriptor.hpp>
#include <mocker/oci/image_config.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mocker::image {

/// An image of the store, as it is now. A value: it does not change when the store does.
struct image {
    digest id;                                ///< the digest of its config document, docker's image ID
    oci::descriptor manifest;                 ///< its manifest in the store's layout
    oci::image_config config;                 ///< what a container of it runs by default, and its history
    std::vector<std::string> repo_tags{};     ///< familiar names with tag: `busybox:latest`
    std::vector<std::string> repo_digests{};  ///< familiar names with digest: `busybox@sha256:…`
    std::int64_t size = 0;                    ///< bytes of all files of all layers, unpacked
    std::optional<time_point> created{};      ///< as its config says
    std::vector<digest> chain_ids{};          ///< of its layers, lowest first
    std::vector<std::string> layer_directories{}; ///< the unpacked layers, topmost first: overlayfs' `lowerdir`
    std::vector<std::int64_t> layer_sizes{};  ///< bytes of each layer's files, lowest first
};

} // namespace mocker::image

#endif
