#include <mocker/oci/index.hpp>

#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include "documents.hpp"

using namespace mocker;
using namespace mocker::test;

namespace {

/// The size, which tells the entries of the document apart, of the manifest that a platform gets.
std::string chosen(std::string const& document, std::string_view platform) {
    auto const list = oci::index::parse(document);
    if (!list) return list.error().message();
    auto const entry = oci::select_platform(*list, *oci::parse_platform(platform));
    return entry ? std::to_string(entry->size) : entry.error().message();
}

std::string why(std::string const& text) { return message_of(oci::index::parse(text)); }

} // namespace

TEST(index, gives_each_platform_its_manifest) {
    EXPECT_EQ(chosen(docker_list, "linux/amd64"), "2");
    EXPECT_EQ(chosen(docker_list, "linux/386"), "1");
    EXPECT_EQ(chosen(docker_list, "linux/arm/v7"), "3");
}

TEST(index, prefers_the_nearest_variant) {
    EXPECT_EQ(chosen(docker_list, "linux/amd64/v3"), "2");
    EXPECT_EQ(chosen(docker_list, "linux/arm64"), "3") << "arm64 runs what arm/v7 runs";
    EXPECT_EQ(chosen(replaced(docker_list, "\"amd64\"", "\"riscv64\""), "linux/amd64"), "1");
}

TEST(index, without_a_fitting_manifest_says_so_in_dockers_words) {
    EXPECT_EQ(chosen(docker_list, "linux/s390x"), "no matching manifest for linux/s390x in the manifest list entries");
    EXPECT_EQ(chosen(docker_list, "linux/arm/v6"),
              "no matching manifest for linux/arm/v6 in the manifest list entries");
    EXPECT_EQ(chosen(replaced(docker_list, "\"arm\"", "\"mips\""), "linux/arm64"),
              "no matching manifest for linux/arm64 in the manifest list entries");
    auto const list = oci::index::parse(docker_list);
    EXPECT_EQ(oci::select_platform(*list, *oci::parse_platform("linux/s390x")).error().code(), errc::not_found);
}

TEST(index, never_chooses_an_attestation) {
    oci::platform nowhere;
    nowhere.os = "unknown";
    nowhere.architecture = "unknown";
    EXPECT_FALSE(oci::select_platform(*oci::index::parse(docker_list), nowhere).has_value());
}

TEST(index, falls_back_to_an_entry_that_names_no_platform) {
    auto const document = replaced(docker_list, R"(,
     "platform": {"architecture": "arm", "os": "linux", "variant": "v7"})",
                                   "");
    EXPECT_EQ(chosen(document, "linux/s390x"), "3");
    EXPECT_EQ(chosen(document, "linux/amd64"), "2");
}

TEST(index, survives_a_round_trip) {
    auto const list = oci::index::parse(docker_list);
    ASSERT_TRUE(list.has_value()) << list.error().message();
    EXPECT_EQ(list->media_type, oci::media_types::docker_manifest_list);
    auto const again = oci::index::parse(json::serialize(list->to_json()));
    ASSERT_TRUE(again.has_value()) << again.error().message();
    EXPECT_EQ(again->manifests, list->manifests);
}

TEST(index, says_which_field_is_wrong) {
    EXPECT_EQ(why(R"({"schemaVersion":2})"), "index: field manifests: is missing");
    EXPECT_EQ(why(R"({"schemaVersion":2,"manifests":{}})"), "index: field manifests: expected array, found object");
    EXPECT_EQ(why(R"({"schemaVersion":2,"manifests":[],"layers":[]})"),
              "index: field layers: belongs to a manifest, not to an index");
    EXPECT_EQ(why(replaced(docker_list, "\"os\": \"linux\"", "\"os\": 1")),
              "index: field manifests[0].platform.os: expected string, found number");
    EXPECT_EQ(why(replaced(docker_list, "\"size\": 2", "\"size\": null")),
              "index: field manifests[1].size: is missing");
}

TEST(index, cut_at_any_byte_is_refused) {
    for (std::size_t n = 0; n < docker_list.size(); ++n)
        ASSERT_EQ(oci::index::parse(std::string_view(docker_list).substr(0, n)).error().code(), errc::malformed) << n;
}

TEST(index, may_be_empty) { EXPECT_TRUE(oci::index::parse(R"({"schemaVersion":2,"manifests":[]})").has_value()); }
