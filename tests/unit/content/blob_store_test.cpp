#include <mocker/content/blob_store.hpp>
#include <mocker/core/file.hpp>
#include <mocker/core/sha256.hpp>

#include <gtest/gtest.h>
#include <support/archive_maker.hpp>

#include <sys/stat.h>

#include <filesystem>
#include <string>

using namespace mocker;
using content::blob_store;

namespace {

oci::descriptor expected(std::string const& content) {
    oci::descriptor out;
    out.digest = sha256_of(content);
    out.size = static_cast<std::int64_t>(content.size());
    return out;
}

std::size_t files_below(std::string const& path) {
    std::size_t count = 0;
    for (auto const& item : std::filesystem::recursive_directory_iterator(path)) count += item.is_regular_file();
    return count;
}

} // namespace

TEST(blob_store, is_an_image_layout) {
    test::temporary_directory const directory;
    auto const blobs = blob_store::open(directory.path()).value();
    EXPECT_EQ(read_file(directory.path("oci-layout")).value(), R"({"imageLayoutVersion":"1.0.0"})");
    EXPECT_TRUE(blobs.read_index().value().manifests.empty());
    auto const name = blobs.put("content").value();
    EXPECT_EQ(blobs.path(name), directory.path("blobs/sha256/") + std::string(name.hex()));
    EXPECT_EQ(blobs.size(name), 7);
    EXPECT_EQ(blobs.read(name).value(), "content");
    EXPECT_EQ(blobs.list().value(), std::vector<digest>{name});
    EXPECT_TRUE(blobs.remove(name));
    EXPECT_TRUE(blobs.remove(name)); // twice is no error
    EXPECT_FALSE(blobs.size(name));
}

TEST(blob_store, keeps_its_content_when_it_is_opened_again) {
    test::temporary_directory const directory;
    oci::index index;
    index.manifests.push_back(expected("manifest"));
    index.manifests.back().media_type = oci::media_types::manifest;
    {
        auto const blobs = blob_store::open(directory.path()).value();
        EXPECT_TRUE(blobs.put("content"));
        EXPECT_TRUE(blobs.write_index(index));
    }
    auto const blobs = blob_store::open(directory.path()).value();
    EXPECT_EQ(blobs.read(sha256_of("content")).value(), "content");
    EXPECT_EQ(blobs.read_index().value().manifests, index.manifests);
}

TEST(blob_store, refuses_a_layout_of_another_version) {
    test::temporary_directory const directory;
    EXPECT_TRUE(write_file_atomic(directory.path("oci-layout"), R"({"imageLayoutVersion":"2.0.0"})"));
    EXPECT_EQ(blob_store::open(directory.path()).error().code(), errc::unsupported);
}

TEST(blob_store, notices_a_blob_that_was_changed) {
    test::temporary_directory const directory;
    auto const blobs = blob_store::open(directory.path()).value();
    auto const name = blobs.put("content").value();
    EXPECT_TRUE(write_file_atomic(blobs.path(name), "c0ntent"));
    EXPECT_EQ(blobs.read(name).error().code(), errc::digest_mismatch);
}

TEST(blob_writer, shows_the_blob_only_when_it_is_what_was_expected) {
    test::temporary_directory const directory;
    auto const blobs = blob_store::open(directory.path()).value();
    auto writer = blobs.begin(expected("two parts")).value();
    EXPECT_TRUE(writer.write("two "));
    EXPECT_TRUE(writer.write("parts"));
    EXPECT_FALSE(blobs.size(sha256_of("two parts")));
    EXPECT_EQ(writer.commit().value(), sha256_of("two parts"));
    EXPECT_EQ(blobs.size(sha256_of("two parts")), 9);
    struct stat status {};
    ASSERT_EQ(::stat(blobs.path(sha256_of("two parts")).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0644u); // other tools read it too
}

TEST(blob_writer, refuses_other_content_and_leaves_nothing) {
    test::temporary_directory const directory;
    auto const blobs = blob_store::open(directory.path()).value();
    auto const before = files_below(directory.path());
    for (std::string const wrong : {"conten", "contents", "c0ntent", ""}) {
        auto writer = blobs.begin(expected("content")).value();
        auto const written = writer.write(wrong);
        auto const code = written ? writer.commit().error().code() : written.error().code();
        EXPECT_EQ(code, errc::digest_mismatch) << wrong;
    }
    EXPECT_EQ(files_below(directory.path()), before);
}

TEST(blob_writer, that_is_given_up_leaves_nothing) {
    test::temporary_directory const directory;
    auto const blobs = blob_store::open(directory.path()).value();
    auto const before = files_below(directory.path());
    {
        auto writer = blobs.begin().value();
        EXPECT_TRUE(writer.write("half of it"));
        EXPECT_EQ(files_below(directory.path()), before + 1);
        auto moved = std::move(writer); // only the last owner removes the file
    }
    EXPECT_EQ(files_below(directory.path()), before);
}

TEST(blob_store, removes_what_a_killed_writer_left_when_it_is_opened) {
    test::temporary_directory const directory;
    EXPECT_TRUE(blob_store::open(directory.path()));
    EXPECT_TRUE(write_file_atomic(directory.path(".ingest/0123456789abcdef"), "half of it"));
    EXPECT_TRUE(blob_store::open(directory.path()));
    EXPECT_TRUE(std::filesystem::is_empty(directory.path(".ingest")));
}
