#include <mocker/oci/limits.hpp>
#include <mocker/oci/manifest.hpp>

#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include "documents.hpp"

using namespace mocker;
using namespace mocker::test;
using oci::manifest;

namespace {

std::string why(std::string const& text) { return message_of(manifest::parse(text)); }

std::string with_layers(std::size_t count) {
    std::string layers;
    for (std::size_t i = 0; i < count; ++i)
        layers +=
            (i ? "," : "") +
            replaced(R"({"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"D","size":1})", "D", digest_a);
    return R"({"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":1,"digest":")" +
           digest_a + R"("},"layers":[)" + layers + "]}";
}

} // namespace

TEST(manifest, lists_the_configuration_and_the_layers) {
    auto const m = manifest::parse(oci_manifest);
    ASSERT_TRUE(m.has_value()) << m.error().message();
    EXPECT_EQ(m->config.digest.text(), digest_a);
    EXPECT_EQ(m->config.size, 7);
    ASSERT_EQ(m->layers.size(), 2u);
    EXPECT_EQ(m->layers[0].media_type, oci::media_types::layer_gzip);
    EXPECT_EQ(m->layers[1].annotations.at("a"), "b");
    EXPECT_EQ(m->layers_size(), 32654);
    EXPECT_EQ(m->annotations.at("org.opencontainers.image.version"), "1");
    EXPECT_TRUE(oci::check_image_manifest(*m).has_value());
}

TEST(manifest, survives_a_round_trip) {
    auto const m = manifest::parse(oci_manifest);
    ASSERT_TRUE(m.has_value());
    auto const text = json::serialize(m->to_json());
    auto const again = manifest::parse(text);
    ASSERT_TRUE(again.has_value()) << again.error().message();
    EXPECT_EQ(json::serialize(again->to_json()), text);
    EXPECT_EQ(again->layers, m->layers);
}

TEST(manifest, without_a_media_type_has_that_of_the_transport) {
    auto const bare = replaced(oci_manifest, R"("mediaType": "application/vnd.oci.image.manifest.v1+json",)", "");
    EXPECT_EQ(manifest::parse(bare)->media_type, oci::media_types::manifest);
    EXPECT_EQ(manifest::parse(bare, "application/vnd.docker.distribution.manifest.v2+json; charset=utf-8")->media_type,
              oci::media_types::docker_manifest);
}

TEST(manifest, says_which_field_is_wrong) {
    EXPECT_EQ(why("{}"), "manifest: field schemaVersion: is missing");
    EXPECT_EQ(why("[]"), "manifest: field (document): expected object, found array");
    EXPECT_EQ(why(replaced(oci_manifest, "\"size\": 32654", "\"size\": -1")),
              "manifest: field layers[0].size: expected an integer from 0 to 2^63-1, found -1");
    EXPECT_EQ(why(replaced(oci_manifest, "\"size\": 32654", "\"size\": 1.5")),
              "manifest: field layers[0].size: expected an integer from 0 to 2^63-1, found another number");
    EXPECT_EQ(why(replaced(oci_manifest, "\"size\": 32654", "\"size\": 9223372036854775808")),
              "manifest: field layers[0].size: expected an integer from 0 to 2^63-1, found another number");
    EXPECT_EQ(why(replaced(oci_manifest, "\"size\": 0", "\"size\": \"0\"")),
              "manifest: field layers[1].size: expected integer, found string");
    EXPECT_EQ(why(replaced(oci_manifest, "\"size\": 7", "\"sise\": 7")), "manifest: field config.size: is missing");
    EXPECT_EQ(why(replaced(oci_manifest, digest_b, "sha256:123")),
              "manifest: field layers[0].digest: invalid checksum digest length");
    EXPECT_EQ(why(replaced(oci_manifest, digest_b, "../../etc/passwd")),
              "manifest: field layers[0].digest: invalid checksum digest format");
    EXPECT_EQ(why(replaced(oci_manifest, R"({"a": "b"})", R"({"a": 1})")),
              "manifest: field layers[1].annotations.a: expected string, found number");
    EXPECT_EQ(why(replaced(oci_manifest, "\"layers\": [", "\"layers\": [null, ")),
              "manifest: field layers[0]: expected object, found null");
    EXPECT_EQ(why(replaced(oci_manifest, "\"schemaVersion\": 2", "\"schemaVersion\": 3")),
              "manifest: field schemaVersion: expected an integer from 2 to 2, found 3");
    EXPECT_EQ(why(replaced(oci_manifest, "\"layers\"", "\"manifests\": [], \"layers\"")),
              "manifest: field manifests: belongs to an index, not to a manifest");
    EXPECT_EQ(why(replaced(oci_manifest, "image.manifest.v1", "image.index.v1")),
              "manifest: field mediaType: unexpected \"application/vnd.oci.image.index.v1+json\"");
}

TEST(manifest, of_schema_1_is_refused_with_the_reason) {
    EXPECT_NE(why(R"({"schemaVersion":1,"fsLayers":[]})").find("schema 1 have been removed"), std::string::npos);
}

TEST(manifest, cut_at_any_byte_is_refused) {
    for (std::size_t n = 0; n < oci_manifest.size(); ++n) {
        auto const m = manifest::parse(std::string_view(oci_manifest).substr(0, n));
        ASSERT_FALSE(m.has_value()) << n;
        EXPECT_EQ(m.error().code(), errc::malformed);
        EXPECT_TRUE(m.error().message().starts_with("manifest: invalid JSON at line ")) << m.error().message();
    }
}

TEST(manifest, has_limits) {
    auto const large = manifest::parse(std::string(oci::document_size_limit + 1, ' '));
    EXPECT_EQ(large.error().code(), errc::too_large);
    EXPECT_NE(why(std::string(100'000, '[')).find("invalid JSON"), std::string::npos);
    EXPECT_NE(why(R"({"schemaVersion":)" + std::string(100'000, '[')).find("invalid JSON"), std::string::npos);
    EXPECT_TRUE(manifest::parse(with_layers(oci::layer_limit)).has_value());
    EXPECT_EQ(why(with_layers(oci::layer_limit + 1)),
              "manifest: field layers: 126 elements, at most 125 are supported");
    auto const huge = replaced(replaced(oci_manifest, "32654", "9223372036854775807"), "\"size\": 0", "\"size\": 1");
    EXPECT_EQ(why(huge), "manifest: field layers[1].size: the sizes of the layers exceed 2^63-1 bytes");
}

TEST(manifest, of_something_else_than_an_image_is_no_image) {
    auto const plugin =
        manifest::parse(replaced(oci_manifest, "vnd.oci.image.config.v1+json", "vnd.docker.plugin.v1+json"));
    EXPECT_EQ(message_of(oci::check_image_manifest(*plugin)),
              "Encountered remote \"application/vnd.docker.plugin.v1+json\"(plugin) when fetching");
    auto const chart =
        manifest::parse(replaced(oci_manifest, "vnd.oci.image.config.v1+json", "vnd.cncf.helm.config.v1+json"));
    EXPECT_EQ(message_of(oci::check_image_manifest(*chart)),
              "Encountered remote \"application/vnd.cncf.helm.config.v1+json\"(unknown) when fetching");
    auto const odd = manifest::parse(replaced(oci_manifest, "vnd.oci.image.layer.v1.tar+zstd", "vnd.in-toto+json"));
    EXPECT_EQ(message_of(oci::check_image_manifest(*odd)),
              "manifest: field layers[1].mediaType: unsupported layer media type \"application/vnd.in-toto+json\"");
}

TEST(manifest, must_have_as_many_layers_as_its_configuration) {
    auto const m = manifest::parse(oci_manifest);
    oci::image_config config;
    config.diff_ids = {m->config.digest};
    EXPECT_EQ(message_of(oci::check_layers(*m, config)),
              "layers from manifest don't match image configuration: 2 layers, 1 diff_ids");
    config.diff_ids.push_back(m->config.digest);
    EXPECT_TRUE(oci::check_layers(*m, config).has_value());
}

TEST(media_types, know_the_types_of_docker_and_of_oci) {
    EXPECT_TRUE(oci::is_layer_type("application/vnd.docker.image.rootfs.diff.tar.gzip"));
    EXPECT_TRUE(oci::is_layer_type("application/vnd.oci.image.layer.v1.tar+zstd"));
    EXPECT_TRUE(oci::is_foreign_layer_type("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"));
    EXPECT_TRUE(oci::is_foreign_layer_type("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"));
    EXPECT_FALSE(oci::is_layer_type("application/json"));
    EXPECT_TRUE(oci::is_image_config_type("application/vnd.docker.container.image.v1+json"));
    EXPECT_EQ(oci::bare_media_type(" text/html ; charset=utf-8"), "text/html");
}
