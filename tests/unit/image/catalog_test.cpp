#include <mocker/core/sha256.hpp>
#include <mocker/image/catalog.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>

using namespace mocker;
using image::catalog;

namespace {

std::shared_ptr<image::image_record const> record(std::string const& name) {
    auto out = std::make_shared<image::image_record>();
    out->id = sha256_of(name);
    out->manifest.digest = sha256_of("manifest of " + name);
    return out;
}

catalog two_images() {
    catalog images;
    images.add(record("a"));
    images.add(record("b"));
    images.set_name("docker.io/library/busybox:latest", sha256_of("a"));
    images.set_name("docker.io/library/busybox@" + sha256_of("index").text(), sha256_of("a"));
    images.set_name("localhost:5000/team/app:1.0", sha256_of("b"));
    return images;
}

std::string found(catalog const& images, std::string_view name) {
    auto const entry = images.find(name);
    if (!entry) return entry.error().message();
    return (*entry)->record->id == sha256_of("a") ? "a" : "b";
}

} // namespace

TEST(catalog, finds_images_by_name_as_docker_does) {
    auto const images = two_images();
    for (auto const* name : {"busybox", "busybox:latest", "library/busybox", "docker.io/busybox", "docker.io/library/busybox:latest"}) {
        EXPECT_EQ(found(images, name), "a") << name;
    }
    EXPECT_EQ(found(images, "busybox@" + sha256_of("index").text()), "a");
    EXPECT_EQ(found(images, "busybox:9@" + sha256_of("index").text()), "a"); // the digest counts
    EXPECT_EQ(found(images, "localhost:5000/team/app:1.0"), "b");
    EXPECT_EQ(found(images, "localhost:5000/team/app"), "No such image: localhost:5000/team/app:latest");
    EXPECT_EQ(found(images, "nginx"), "No such image: nginx:latest");
    EXPECT_EQ(found(images, "busybox@" + sha256_of("other").text()), "No such image: busybox@" + sha256_of("other").text());
}

TEST(catalog, finds_images_by_id_whole_or_shortened) {
    auto const images = two_images();
    auto const id = sha256_of("b");
    EXPECT_EQ(found(images, id.text()), "b");
    EXPECT_EQ(found(images, id.hex()), "b");
    EXPECT_EQ(found(images, id.hex().substr(0, 12)), "b");
    EXPECT_EQ(found(images, id.text().substr(0, 19)), "b");
    EXPECT_EQ(found(images, sha256_of("c").text()), "No such image: " + sha256_of("c").text());
}

TEST(catalog, a_shortened_id_that_several_images_have_is_none) {
    catalog images;
    std::string prefix;
    for (int i = 0; i < 17; ++i) images.add(record("image " + std::to_string(i))); // two of them begin alike
    std::set<char> first;
    for (auto const& [id, entry] : images.images()) {
        if (!first.insert(id.hex()[0]).second) prefix = id.hex()[0];
    }
    ASSERT_FALSE(prefix.empty());
    EXPECT_EQ(images.find(prefix).error().message(), "No such image: " + prefix + ":latest");
}

TEST(catalog, refuses_what_is_no_reference) {
    auto const images = two_images();
    EXPECT_EQ(images.find("Busybox").error().code(), errc::malformed);
    EXPECT_EQ(images.find("").error().code(), errc::malformed);
    EXPECT_EQ(images.find("a b").error().message(), "invalid reference format");
}

TEST(catalog, a_name_moves_to_another_image) {
    auto images = two_images();
    images.set_name("docker.io/library/busybox:latest", sha256_of("b"));
    EXPECT_EQ(found(images, "busybox"), "b");
    EXPECT_EQ(images.by_id(sha256_of("a"))->names.size(), 1u);
    images.remove_name("docker.io/library/busybox:latest");
    EXPECT_FALSE(images.find("busybox"));
    images.remove(sha256_of("b"));
    EXPECT_FALSE(images.find("localhost:5000/team/app:1.0"));
}

TEST(catalog, its_index_gives_every_name_back) {
    auto images = two_images();
    images.add(record("without a name"));
    auto const index = images.to_index();
    ASSERT_EQ(index.manifests.size(), 4u);
    std::set<std::string> names, familiar;
    for (auto const& entry : index.manifests) {
        names.insert(image::name_of_index_entry(entry));
        if (entry.annotations.contains("org.opencontainers.image.ref.name")) {
            familiar.insert(entry.annotations.at("org.opencontainers.image.ref.name"));
        }
    }
    EXPECT_TRUE(names.contains("docker.io/library/busybox:latest"));
    EXPECT_TRUE(names.contains("docker.io/library/busybox@" + sha256_of("index").text()));
    EXPECT_TRUE(names.contains(""));
    EXPECT_TRUE(familiar.contains("busybox:latest")); // what `skopeo inspect oci:ROOT/images:busybox:latest` looks for
}

TEST(catalog, knows_the_repository_of_a_name) {
    EXPECT_EQ(image::repository_of("docker.io/library/busybox:1"), "docker.io/library/busybox");
    EXPECT_EQ(image::repository_of("localhost:5000/app:1"), "localhost:5000/app");
    EXPECT_EQ(image::repository_of("localhost:5000/app@sha256:abc"), "localhost:5000/app");
}
