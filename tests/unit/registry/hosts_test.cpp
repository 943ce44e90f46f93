#include <mocker/registry/hosts.hpp>

#include <gtest/gtest.h>

#include <string>

using namespace mocker;
using namespace mocker::registry;

namespace {

std::string url(std::string_view text) {
    auto const u = parse_url(text);
    return u ? u->where.text() + " " + u->target : u.error().message();
}

std::string from(std::string_view base, std::string_view text) {
    auto const u = resolve_location(*parse_url(base), text);
    return u ? u->where.text() + u->target : "malformed";
}

bool insecure(std::vector<std::string> const& entries, std::string_view domain) {
    return insecure_list(entries).contains(*registry_origin(domain, true));
}

} // namespace

TEST(origin, of_a_registry_is_its_domain_and_docker_hub_has_another) {
    EXPECT_EQ(registry_origin("docker.io", true)->text(), "https://registry-1.docker.io");
    EXPECT_EQ(registry_origin("quay.io", true)->text(), "https://quay.io");
    EXPECT_EQ(registry_origin("localhost:5000", false)->text(), "http://localhost:5000");
    EXPECT_EQ(registry_origin("[::1]:5000", false)->text(), "http://[::1]:5000");
    EXPECT_EQ(registry_origin("[::1]:5000", false)->host, "::1");
    for (auto const* domain :
         {"", ":5000", "a:", "a:0", "a:65536", "a:x", "a b", "a/b", "u@h", "[::1", "[nope]", "[::1]5"})
        EXPECT_EQ(registry_origin(domain, true).error().code(), errc::malformed) << domain;
}

TEST(url, is_an_origin_and_a_target) {
    EXPECT_EQ(url("https://h/a/b?c=d#e"), "https://h /a/b?c=d");
    EXPECT_EQ(url("HTTP://H:80"), "http://h /");
    EXPECT_EQ(url("https://h:8443?x"), "https://h:8443 /?x");
    for (auto const* text : {"", "h", "ftp://h/", "https://", "https:///p", "https://user:pw@h/", "https://h/a b",
                             "https://h/\r\nX: y", "file:///etc/passwd", "https://h:99999/"})
        EXPECT_FALSE(parse_url(text).has_value()) << text;
}

TEST(location, is_resolved_against_what_was_asked_for) {
    std::string const base = "https://h:8443/v2/a/blobs/x?y=z";
    EXPECT_EQ(from(base, "https://cdn/q?s=1"), "https://cdn/q?s=1");
    EXPECT_EQ(from(base, "//cdn/q"), "https://cdn/q");
    EXPECT_EQ(from(base, "/q#f"), "https://h:8443/q");
    EXPECT_EQ(from(base, "w?v"), "https://h:8443/v2/a/blobs/w?v");
    EXPECT_EQ(from(base, "?v"), "https://h:8443/v2/a/blobs/x?v");
    EXPECT_EQ(from(base, "javascript:alert(1)"), "malformed");
    EXPECT_EQ(from(base, "/a\nb"), "malformed");
}

TEST(insecure_list, holds_loopback_and_what_was_declared) {
    for (auto const* domain :
         {"localhost", "localhost:5000", "127.0.0.1", "127.9.9.9:1", "[::1]:5000", "[::ffff:127.0.0.1]:1"})
        EXPECT_TRUE(insecure({}, domain)) << domain;
    for (auto const* domain : {"docker.io", "quay.io", "10.0.0.1:5000", "localhost.example.com", "[::2]"})
        EXPECT_FALSE(insecure({}, domain)) << domain;
    EXPECT_TRUE(insecure({"reg.example:5000"}, "reg.example:5000"));
    EXPECT_FALSE(insecure({"reg.example:5000"}, "reg.example:5001"));
    EXPECT_TRUE(insecure({"Reg.example"}, "reg.example:5001"));
    EXPECT_TRUE(insecure({"http://reg.example:5000"}, "reg.example:5000"));
    EXPECT_TRUE(insecure({"10.0.0.0/8"}, "10.255.0.1:5000"));
    EXPECT_FALSE(insecure({"10.0.0.0/9"}, "10.255.0.1:5000"));
    EXPECT_TRUE(insecure({"fd00::/8"}, "[fd12::1]:5000"));
    EXPECT_FALSE(insecure({"10.0.0.0/8"}, "[fd12::1]:5000"));
    EXPECT_TRUE(insecure({"0.0.0.0/0"}, "8.8.8.8"));
    EXPECT_FALSE(insecure({"10.0.0.0/33", "10.0.0.0/x", "/", ""}, "10.0.0.2"));
}
