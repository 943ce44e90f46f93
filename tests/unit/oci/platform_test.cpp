#include <mocker/oci/platform.hpp>

#include <gtest/gtest.h>

#include <string>

using namespace mocker;

namespace {

std::string parsed(std::string_view text) {
    auto const p = oci::parse_platform(text);
    return p ? p->text() : p.error().message();
}

std::optional<unsigned> rank(std::string_view wanted, std::string_view offered) {
    return oci::compatibility(*oci::parse_platform(wanted), *oci::parse_platform(offered));
}

} // namespace

TEST(platform, is_written_as_docker_pull_takes_it) {
    EXPECT_EQ(parsed("linux/amd64"), "linux/amd64");
    EXPECT_EQ(parsed("linux/arm/v7"), "linux/arm/v7");
    EXPECT_EQ(parsed("windows/amd64"), "windows/amd64");
}

TEST(platform, aliases_become_the_names_of_go) {
    EXPECT_EQ(parsed("linux/x86_64"), "linux/amd64");
    EXPECT_EQ(parsed("Linux/AArch64"), "linux/arm64");
    EXPECT_EQ(parsed("linux/arm64/v8"), "linux/arm64");
    EXPECT_EQ(parsed("linux/arm"), "linux/arm/v7");
    EXPECT_EQ(parsed("linux/arm/6"), "linux/arm/v6");
    EXPECT_EQ(parsed("linux/armhf"), "linux/arm/v7");
    EXPECT_EQ(parsed("linux/armel"), "linux/arm/v6");
    EXPECT_EQ(parsed("linux/i386"), "linux/386");
    EXPECT_EQ(parsed("macos/arm64"), "darwin/arm64");
    EXPECT_EQ(parsed("linux/amd64/v1"), "linux/amd64");
}

TEST(platform, of_one_word_takes_the_rest_from_the_host) {
    EXPECT_EQ(oci::parse_platform("linux")->architecture, oci::host_platform().architecture);
    EXPECT_EQ(oci::parse_platform("arm64")->os, oci::host_platform().os);
    EXPECT_EQ(oci::parse_platform("arm64")->architecture, "arm64");
}

TEST(platform, that_is_malformed_is_refused_with_its_text) {
    for (auto const* text :
         {"", "/", "linux/", "/amd64", "linux//v8", "a/b/c/d", "lin ux/amd64", "linux/a*", "nonsense"}) {
        auto const p = oci::parse_platform(text);
        ASSERT_FALSE(p.has_value()) << text;
        EXPECT_EQ(p.error().code(), errc::malformed);
        EXPECT_NE(p.error().message().find("\"" + std::string(text) + "\""), std::string::npos) << p.error().message();
    }
}

TEST(platform, of_the_host_is_complete) {
    auto const host = oci::host_platform();
    EXPECT_EQ(host.os, "linux");
    EXPECT_FALSE(host.architecture.empty());
    EXPECT_EQ(oci::compatibility(host, host), 0u);
}

TEST(platform, runs_what_its_older_relatives_run) {
    EXPECT_EQ(rank("linux/amd64", "linux/amd64"), 0u);
    EXPECT_EQ(rank("linux/amd64/v3", "linux/amd64/v2"), 1u);
    EXPECT_EQ(rank("linux/amd64/v3", "linux/amd64"), 2u);
    EXPECT_EQ(rank("linux/amd64", "linux/amd64/v2"), std::nullopt);
    EXPECT_TRUE(rank("linux/amd64", "linux/386").has_value());
    EXPECT_EQ(rank("linux/386", "linux/amd64"), std::nullopt);
    EXPECT_EQ(rank("linux/arm64", "linux/arm64/v8"), 0u);
    EXPECT_LT(*rank("linux/arm64", "linux/arm/v7"), *rank("linux/arm64", "linux/arm/v6"));
    EXPECT_EQ(rank("linux/arm/v6", "linux/arm/v7"), std::nullopt);
    EXPECT_EQ(rank("linux/arm/v7", "linux/arm/v5"), 2u);
    EXPECT_EQ(rank("linux/arm64", "linux/amd64"), std::nullopt);
    EXPECT_EQ(rank("linux/amd64", "windows/amd64"), std::nullopt);
    EXPECT_EQ(rank("linux/s390x", "linux/s390x/v9"), std::nullopt);
}
