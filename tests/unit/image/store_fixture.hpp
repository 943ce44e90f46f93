#ifndef MOCKER_TESTS_UNIT_IMAGE_STORE_FIXTURE_HPP
#define MOCKER_TESTS_UNIT_IMAGE_STORE_FIXTURE_HPP

#include <mocker/content/blob_store.hpp>
#include <mocker/core/file.hpp>
#include <mocker/core/id.hpp>
#include <mocker/core/sha256.hpp>
#include <mocker/image.hpp>
#include <mocker/oci/media_types.hpp>

#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>
#include <support/archive_maker.hpp>
#include <support/co_test.hpp>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::test {

/// A source that gives @p bytes in pieces.
inline image::byte_source source_of(std::string bytes) {
    auto left = std::make_shared<std::string>(std::move(bytes));
    return [left](asio::mutable_buffer to) -> awaitable<result<std::size_t>> {
        auto const n = std::min({left->size(), to.size(), std::size_t(10'000)});
        std::memcpy(to.data(), left->data(), n);
        left->erase(0, n);
        co_return n;
    };
}

/// An image in memory: what a registry or an archive holds of it.
struct made_image {
    std::vector<std::string> layers{}; ///< as they are transferred
    std::string config{}, manifest{};

    digest id() const { return sha256_of(config); }
};

inline oci::descriptor descriptor_of(std::string const& content, std::string_view media_type) {
    oci::descriptor out;
    out.media_type = media_type;
    out.digest = sha256_of(content);
    out.size = static_cast<std::int64_t>(content.size());
    return out;
}

/// Makes an image of these archives, each as @p pack compresses it. The creation time makes images differ and sorts them.
inline made_image make_image(std::vector<std::string> const& tars, std::string (*pack)(std::string_view) = gzip, int second = 0) {
    made_image out;
    oci::image_config config;
    config.os = oci::host_platform().os;
    config.architecture = oci::host_platform().architecture;
    config.created = time_point(std::chrono::seconds(1'700'000'000 + second));
    config.config.cmd = {"sh"};
    oci::manifest manifest;
    for (auto const& tar : tars) {
        config.diff_ids.push_back(sha256_of(tar));
        out.layers.push_back(pack(tar));
        manifest.layers.push_back(descriptor_of(out.layers.back(), oci::media_types::layer_gzip));
    }
    out.config = json::serialize(config.to_json());
    manifest.config = descriptor_of(out.config, oci::media_types::config);
    out.manifest = json::serialize(manifest.to_json());
    return out;
}

inline std::string unpacked(std::string_view plain) { return std::string(plain); }

inline std::size_t names_in(std::string const& path) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path), std::filesystem::directory_iterator()));
}

/// Expects that the store at @p root holds nothing at all.
inline void expect_empty(std::string const& root) {
    EXPECT_EQ(names_in(root + "/images/blobs/sha256"), 0u);
    EXPECT_EQ(names_in(root + "/images/.ingest"), 0u);
    EXPECT_EQ(names_in(root + "/snapshots"), 1u); // .records
    EXPECT_EQ(names_in(root + "/snapshots/.records"), 0u);
}

inline image::import_options import_as(std::string const& name) {
    image::import_options options;
    options.reference = *oci::parse_reference(name);
    return options;
}

} // namespace mocker::test

#endif
