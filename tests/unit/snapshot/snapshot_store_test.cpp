#include <mocker/core/file.hpp>
#include <mocker/core/sha256.hpp>
#include <mocker/snapshot/layer_writer.hpp>
#include <mocker/snapshot/snapshot_store.hpp>

#include <gtest/gtest.h>
#include <support/archive_maker.hpp>

#include <filesystem>
#include <string>

using namespace mocker;
using snapshot::snapshot_store;

namespace {

namespace fs = std::filesystem;

digest const chain = sha256_of("a chain");

std::size_t names_in(std::string const& path) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), fs::directory_iterator()));
}

oci::descriptor descriptor_of(std::string const& blob) {
    oci::descriptor out;
    out.digest = sha256_of(blob);
    out.size = static_cast<std::int64_t>(blob.size());
    return out;
}

} // namespace

TEST(chain_ids, name_each_stack_of_layers) {
    auto const a = sha256_of("a"), b = sha256_of("b");
    auto const chain_of_both = snapshot::chain_ids({a, b});
    EXPECT_EQ(chain_of_both, (std::vector<digest>{a, sha256_of(a.text() + ' ' + b.text())}));
    EXPECT_TRUE(snapshot::chain_ids({}).empty());
}

TEST(snapshot_store, shows_a_snapshot_only_when_it_is_published) {
    test::temporary_directory const directory;
    auto const store = snapshot_store::open(directory.path()).value();
    auto pending = store.begin().value();
    EXPECT_TRUE(write_file_atomic(pending.path() + "/f", "x"));
    EXPECT_FALSE(fs::exists(store.path(chain)));
    ASSERT_TRUE(store.publish(std::move(pending), chain, 1));
    EXPECT_EQ(read_file(store.path(chain) + "/f").value(), "x");
    auto const found = store.recover().value();
    ASSERT_TRUE(found.contains(chain));
    EXPECT_EQ(found.at(chain).size, 1);
    EXPECT_FALSE(found.at(chain).durable);
    EXPECT_TRUE(store.sync(found));
    EXPECT_TRUE(store.recover().value().at(chain).durable);
    EXPECT_TRUE(store.remove(chain));
    EXPECT_TRUE(store.remove(chain));
    EXPECT_EQ(names_in(directory.path()), 1u); // .records
    EXPECT_EQ(names_in(directory.path(".records")), 0u);
}

TEST(snapshot_store, a_snapshot_given_up_leaves_nothing) {
    test::temporary_directory const directory;
    auto const store = snapshot_store::open(directory.path()).value();
    {
        auto const pending = store.begin().value();
        EXPECT_TRUE(write_file_atomic(pending.path() + "/f", "x"));
    }
    EXPECT_EQ(names_in(directory.path()), 1u);
}

TEST(snapshot_store, the_first_of_two_that_publish_the_same_stays) {
    test::temporary_directory const directory;
    auto const store = snapshot_store::open(directory.path()).value();
    auto first = store.begin().value(), second = store.begin().value();
    EXPECT_TRUE(write_file_atomic(first.path() + "/f", "first"));
    EXPECT_TRUE(write_file_atomic(second.path() + "/f", "second"));
    EXPECT_TRUE(store.publish(std::move(first), chain, 5));
    EXPECT_TRUE(store.publish(std::move(second), chain, 6));
    EXPECT_EQ(read_file(store.path(chain) + "/f").value(), "first");
    EXPECT_EQ(names_in(directory.path()), 2u);
}

TEST(snapshot_store, recovery_drops_what_a_kill_or_a_loss_of_power_left) {
    test::temporary_directory const directory;
    auto const store = snapshot_store::open(directory.path()).value();
    fs::create_directories(directory.path(".new-0123/deep"));
    fs::create_directories(directory.path(".old-0123/deep"));
    fs::create_directories(store.path(sha256_of("no record")));
    fs::create_directories(store.path(sha256_of("damaged record")));
    EXPECT_TRUE(write_file_atomic(directory.path(".records/") + std::string(sha256_of("damaged record").hex()), "{"));
    fs::create_directories(store.path(sha256_of("other boot")));
    EXPECT_TRUE(write_file_atomic(directory.path(".records/") + std::string(sha256_of("other boot").hex()), R"({"size":1,"boot":"x"})"));
    EXPECT_TRUE(write_file_atomic(directory.path(".records/") + std::string(sha256_of("no snapshot").hex()), R"({"size":1})"));
    fs::create_directories(store.path(chain));
    EXPECT_TRUE(write_file_atomic(directory.path(".records/") + std::string(chain.hex()), R"({"size":1})"));
    auto const found = store.recover().value();
    EXPECT_EQ(found.size(), 1u);
    EXPECT_TRUE(found.contains(chain));
    EXPECT_EQ(names_in(directory.path()), 2u);
    EXPECT_EQ(names_in(directory.path(".records")), 1u);
}

/// Blobs and snapshots of a store, and a layer in each compression.
class layer_writer : public testing::Test {
protected:
    result<snapshot::written_layer> write(std::string const& blob, std::optional<oci::descriptor> expected, bool publish = true) {
        MOCKER_TRY_RETURN(writer, snapshot::layer_writer::begin(blobs_, snapshots_, std::move(expected)));
        for (std::size_t at = 0; at < blob.size(); at += 100) MOCKER_CHECK_RETURN(writer->write(std::string_view(blob).substr(at, 100)));
        MOCKER_TRY_RETURN(written, writer->finish());
        if (publish) MOCKER_CHECK_RETURN(writer->publish(written.diff_id, {}));
        return written;
    }
    void expect_nothing() {
        EXPECT_TRUE(blobs_.list().value().empty());
        EXPECT_EQ(names_in(directory_.path("images/.ingest")), 0u);
        EXPECT_EQ(names_in(directory_.path("snapshots")), 1u);
    }

    test::temporary_directory directory_;
    content::blob_store blobs_ = content::blob_store::open(directory_.path("images")).value();
    snapshot_store snapshots_ = snapshot_store::open(directory_.path("snapshots")).value();
    std::string tar_ = test::archive_maker().file("f", std::string(10'000, 'x')).bytes();
};

TEST_F(layer_writer, stores_the_blob_and_makes_the_files_in_one_pass) {
    for (auto const& blob : {tar_, test::gzip(tar_), test::zstd(tar_)}) {
        auto const written = write(blob, descriptor_of(blob)).value();
        EXPECT_EQ(written.diff_id, sha256_of(tar_));
        EXPECT_EQ(written.blob.digest, sha256_of(blob));
        EXPECT_EQ(blobs_.size(sha256_of(blob)), static_cast<std::int64_t>(blob.size()));
        EXPECT_EQ(read_file(snapshots_.path(written.diff_id) + "/f").value().size(), 10'000u);
    }
    EXPECT_EQ(write(test::zstd(tar_), {}).value().blob.media_type, "application/vnd.oci.image.layer.v1.tar+zstd");
}

TEST_F(layer_writer, a_wrong_blob_leaves_nothing) {
    auto const blob = test::gzip(tar_);
    auto changed = blob;
    changed[blob.size() / 2] ^= 0x40;
    auto const wanted = descriptor_of(blob);
    for (auto const& wrong : {changed, blob.substr(0, blob.size() - 1), blob + "x", std::string()}) {
        EXPECT_EQ(write(wrong, wanted).error().code(), errc::digest_mismatch);
        expect_nothing();
    }
}

TEST_F(layer_writer, a_blob_that_is_right_but_no_layer_leaves_nothing) {
    for (auto const& wrong : {std::string("no tar archive at all, but long enough to be looked at"), test::gzip("no tar either"),
                              test::gzip(tar_.substr(0, 3000)), test::gzip(tar_).substr(0, 60)}) {
        EXPECT_EQ(write(wrong, descriptor_of(wrong)).error().code(), errc::malformed);
        expect_nothing();
    }
}
