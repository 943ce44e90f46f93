#include <mocker/oci/reference.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

using namespace mocker;
using oci::parse_reference;

namespace {

std::string const hex64 = "1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a";

std::string message_of(std::string_view text) {
    auto const ref = parse_reference(text);
    return ref ? "accepted as " + ref->text() : ref.error().message();
}

} // namespace

TEST(reference, fills_in_the_registry_the_library_and_the_tag) {
    auto const ref = parse_reference("nginx");
    ASSERT_TRUE(ref.has_value());
    EXPECT_EQ(ref->domain, "docker.io");
    EXPECT_EQ(ref->path, "library/nginx");
    EXPECT_EQ(ref->tag, "latest");
    EXPECT_EQ(ref->name(), "docker.io/library/nginx");
    EXPECT_EQ(ref->text(), "docker.io/library/nginx:latest");
    EXPECT_EQ(ref->familiar(), "nginx:latest");
    EXPECT_EQ(ref->version(), "latest");
}

TEST(reference, has_one_canonical_and_one_familiar_form) {
    struct row {
        char const* text;
        char const* canonical;
        char const* familiar;
    };
    std::vector<row> const rows{
        {"nginx:1", "docker.io/library/nginx:1", "nginx:1"},
        {"user/app", "docker.io/user/app:latest", "user/app:latest"},
        {"docker.io/debian", "docker.io/library/debian:latest", "debian:latest"},
        {"index.docker.io/debian", "docker.io/library/debian:latest", "debian:latest"},
        {"index.docker.io/library/debian:12", "docker.io/library/debian:12", "debian:12"},
        {"docker.io/library/a/b", "docker.io/library/a/b:latest", "library/a/b:latest"},
        {"localhost/app", "localhost/app:latest", "localhost/app:latest"},
        {"localhost:5000/app:v1.2", "localhost:5000/app:v1.2", "localhost:5000/app:v1.2"},
        {"127.0.0.1:5000/a/b/c", "127.0.0.1:5000/a/b/c:latest", "127.0.0.1:5000/a/b/c:latest"},
        {"quay.io/org/app@sha256:1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a",
         "quay.io/org/app@sha256:1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a",
         "quay.io/org/app@sha256:1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a"},
        {"a:1@sha256:1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a",
         "docker.io/library/a:1@sha256:1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a",
         "a:1@sha256:1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a"},
        {"192.168.0.1:80", "docker.io/library/192.168.0.1:80", "192.168.0.1:80"},
        {"192.168.0.1:8/debian", "192.168.0.1:8/debian:latest", "192.168.0.1:8/debian:latest"},
        {"[fc00::1]:5000/docker", "[fc00::1]:5000/docker:latest", "[fc00::1]:5000/docker:latest"},
        {"[fc00:1:2:3:4:5:6:7]/library/debian", "[fc00:1:2:3:4:5:6:7]/library/debian:latest",
         "[fc00:1:2:3:4:5:6:7]/library/debian:latest"},
        {"Docker/docker", "Docker/docker:latest", "Docker/docker:latest"}, // upper case: not a Hub name, so a host
        {"a-b--c/d__e.f_g", "docker.io/a-b--c/d__e.f_g:latest", "a-b--c/d__e.f_g:latest"},
        {"test.com:8080/foo:Tag_1.2-x", "test.com:8080/foo:Tag_1.2-x", "test.com:8080/foo:Tag_1.2-x"},
        {"xn--n3h.com/myimage:xn--n3h.com", "xn--n3h.com/myimage:xn--n3h.com", "xn--n3h.com/myimage:xn--n3h.com"},
        {"foo_bar/baz", "docker.io/foo_bar/baz:latest", "foo_bar/baz:latest"},
    };
    for (auto const& r : rows) {
        auto const ref = parse_reference(r.text);
        ASSERT_TRUE(ref.has_value()) << r.text << ": " << ref.error().message();
        EXPECT_EQ(ref->text(), r.canonical) << r.text;
        EXPECT_EQ(ref->familiar(), r.familiar) << r.text;
        EXPECT_EQ(*parse_reference(ref->text()), *ref) << "the canonical form of " << r.text << " means itself";
        EXPECT_EQ(*parse_reference(ref->familiar()), *ref) << "the familiar form of " << r.text << " means the same";
    }
}

TEST(reference, that_is_malformed_is_refused_in_dockers_words) {
    std::string const format = "invalid reference format";
    for (auto const* text : {"",
                             ":",
                             "@",
                             "/",
                             "a/",
                             "/a",
                             "-docker",
                             "docker///docker",
                             "a:",
                             "a:b:c",
                             "a@",
                             "a@sha256:",
                             "a@sha256:1234",
                             "a:@sha256:",
                             "a b",
                             " a",
                             "a ",
                             "a\n",
                             "a:-tag",
                             "a:.tag",
                             "a:t/g",
                             "a..b",
                             "a___b",
                             "a.-b",
                             "a-",
                             "_a",
                             "a_",
                             ".a/b",
                             "https://github.com/docker/docker",
                             "-docker.io/docker/docker",
                             "docker.io/docker///docker",
                             "[fc00::1]",
                             "[fc00::1]:5000",
                             "fc00::1:5000/debian",
                             "[fe80::1%eth0]:5000/debian",
                             "[2001:db8:3:4::192.0.2.33]:5000/debian",
                             "[]:5000/a",
                             "[::1]x/a",
                             "host:/a",
                             "host:p/a",
                             "host.:80/a",
                             ".host/a",
                             "h..t/a",
                             "localhost:5000/",
                             "foo_bar.com/x",
                             "aa/asdf$$^/aa",
                             "a@md5:d41d8cd98f00b204e9800998ecf8427"})
        EXPECT_EQ(message_of(text), format) << '\'' << text << '\'';
}

TEST(reference, with_upper_case_says_which_name_must_be_lower_case) {
    EXPECT_EQ(message_of("Foo"), "invalid reference format: repository name (library/Foo) must be lowercase");
    EXPECT_EQ(message_of("docker/Docker"),
              "invalid reference format: repository name (docker/Docker) must be lowercase");
    EXPECT_EQ(message_of("localhost:5000/A:1"), "invalid reference format: repository name (A) must be lowercase");
}

TEST(reference, is_not_an_identifier_unless_a_registry_makes_that_clear) {
    EXPECT_EQ(message_of(hex64), "invalid repository name (" + hex64 + "), cannot specify 64-byte hexadecimal strings");
    EXPECT_EQ(message_of("docker.io/" + hex64), "accepted as docker.io/library/" + hex64 + ":latest");
    EXPECT_TRUE(parse_reference(hex64.substr(1)).has_value());
}

TEST(reference, has_limits_of_length) {
    std::string const path = "a/" + std::string(253, 'x');
    EXPECT_TRUE(parse_reference(path).has_value());
    EXPECT_EQ(message_of(path + "x"), "repository name must not be more than 255 characters");
    EXPECT_TRUE(parse_reference("a:" + std::string(128, 't')).has_value());
    EXPECT_EQ(message_of("a:" + std::string(129, 't')), "invalid reference format");
}

TEST(reference, refuses_digests_that_cannot_be_checked) {
    EXPECT_EQ(message_of("a@sha256:" + hex64.substr(1)), "invalid checksum digest length");
    EXPECT_EQ(message_of("a@md5:" + hex64.substr(32)), "unsupported digest algorithm");
    EXPECT_EQ(message_of("a@sha256:" + std::string(64, 'F')), "invalid checksum digest format");
}

TEST(reference, cut_at_any_byte_is_refused_or_a_reference_of_its_own) {
    std::string const whole = "registry.example.com:5000/team/app-name:v1.2@sha256:" + hex64;
    for (std::size_t n = 0; n < whole.size(); ++n) {
        auto const ref = parse_reference(whole.substr(0, n));
        if (ref) {
            EXPECT_FALSE(ref->digest) << "a cut digest is no digest: " << whole.substr(0, n);
            EXPECT_EQ(*parse_reference(ref->text()), *ref);
        } else {
            EXPECT_EQ(ref.error().code(), errc::malformed) << whole.substr(0, n);
        }
    }
}

TEST(reference, without_default_keeps_an_absent_tag_absent) {
    auto const ref = oci::parse_reference_without_default("nginx");
    ASSERT_TRUE(ref.has_value());
    EXPECT_EQ(ref->tag, "");
    EXPECT_EQ(ref->familiar(), "nginx");
}

TEST(reference, can_get_another_tag) {
    auto const ref = oci::with_tag(*parse_reference("nginx@sha256:" + hex64), "v2");
    ASSERT_TRUE(ref.has_value());
    EXPECT_EQ(ref->familiar(), "nginx:v2");
    for (auto const* tag : {"", "-a", ".a", "a/b", "a b"})
        EXPECT_EQ(oci::with_tag(*ref, tag).error().message(), "invalid tag format") << tag;
}
