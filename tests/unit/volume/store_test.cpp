#include <mocker/core/file.hpp>
#include <mocker/volume/store.hpp>

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

using namespace mocker;
using mocker::volume::store;

namespace {

class volume_store : public testing::Test {
protected:
    void SetUp() override {
        char path[] = "/tmp/mocker-volumes-XXXXXX";
        ASSERT_NE(::mkdtemp(path), nullptr);
        root = path;
    }
    void TearDown() override { EXPECT_TRUE(remove_tree(root)); }

    store open() { return store::open(root + "/volumes").value(); }
    static volume::create_options named(std::string name) {
        volume::create_options options;
        options.name = std::move(name);
        return options;
    }

    std::string root;
};

} // namespace

TEST_F(volume_store, a_new_volume_is_an_empty_directory_with_a_name) {
    auto volumes = open();
    auto const made = volumes.create(named("data"));
    ASSERT_TRUE(made) << made.error().message();
    EXPECT_EQ(made->mountpoint, root + "/volumes/data/_data");
    EXPECT_TRUE(std::filesystem::is_empty(made->mountpoint));
    EXPECT_EQ(volumes.find("data").value(), *made);
    EXPECT_FALSE(made->anonymous);
    EXPECT_EQ(made->driver, "local");
}

TEST_F(volume_store, creating_one_that_exists_gives_it_as_it_is) {
    auto volumes = open();
    auto const first = volumes.create(named("data")).value();
    ASSERT_TRUE(write_file_atomic(first.mountpoint + "/file", "content"));
    auto again = named("data");
    again.labels["later"] = "yes";
    EXPECT_EQ(volumes.create(again).value(), first);
    EXPECT_EQ(read_file(first.mountpoint + "/file").value(), "content");
}

TEST_F(volume_store, a_volume_without_a_name_gets_64_hex_digits) {
    auto volumes = open();
    auto const made = volumes.create({}).value();
    EXPECT_EQ(made.name.size(), 64u);
    EXPECT_EQ(made.name.find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_TRUE(made.anonymous);
    EXPECT_NE(volumes.create({}).value().name, made.name);
}

TEST_F(volume_store, everything_survives_a_restart) {
    volume::info made;
    {
        auto volumes = open();
        auto options = named("data");
        options.labels = {{"com.example", "a \"quoted\"\nvalue"}, {"", ""}};
        made = volumes.create(options).value();
        volumes.create({}).value();
    }
    auto volumes = open();
    EXPECT_EQ(volumes.find("data").value(), made);
    EXPECT_EQ(volumes.list().size(), 2u);
}

TEST_F(volume_store, a_removed_volume_stays_removed) {
    auto volumes = open();
    auto const made = volumes.create(named("data")).value();
    ASSERT_TRUE(write_file_atomic(made.mountpoint + "/file", "content"));
    EXPECT_TRUE(volumes.remove("data"));
    EXPECT_FALSE(std::filesystem::exists(root + "/volumes/data"));
    EXPECT_EQ(volumes.find("data").error().message(), "get data: no such volume");
    EXPECT_EQ(volumes.remove("data").error().code(), errc::not_found);
    EXPECT_TRUE(open().list().empty());
    EXPECT_TRUE(std::filesystem::is_empty(root + "/volumes"));
}

TEST_F(volume_store, a_discarded_volume_leaves_the_rest_of_its_removal_to_the_next_start) {
    auto volumes = open();
    volumes.create(named("data")).value();
    auto const grave = volumes.discard("data").value();
    EXPECT_TRUE(std::filesystem::exists(grave));
    EXPECT_TRUE(volumes.list().empty());
    EXPECT_TRUE(volumes.create(named("data")));
    auto again = open();
    EXPECT_FALSE(std::filesystem::exists(grave));
    EXPECT_EQ(again.list().size(), 1u);
}

TEST_F(volume_store, what_a_killed_engine_left_half_made_is_gone_after_the_next_start) {
    open();
    std::filesystem::create_directories(root + "/volumes/.new-0123/_data");
    EXPECT_TRUE(open().list().empty());
    EXPECT_TRUE(std::filesystem::is_empty(root + "/volumes"));
}

TEST_F(volume_store, data_without_a_readable_description_is_kept) {
    open().create(named("data")).value();
    for (std::string const text : {"", "{", "[]", "null", "{\"labels\":7,\"created\":1,\"anonymous\":\"x\"}", "{\"created\":\"yesterday\"}"}) {
        ASSERT_TRUE(write_file_atomic(root + "/volumes/data/volume.json", text));
        auto const found = open().find("data");
        ASSERT_TRUE(found) << text;
        EXPECT_TRUE(found->labels.empty());
        EXPECT_GT(found->created.time_since_epoch().count(), 0);
    }
    ASSERT_TRUE(remove_tree(root + "/volumes/data/volume.json"));
    EXPECT_TRUE(open().find("data"));
}

TEST_F(volume_store, bad_names_are_refused_in_the_words_of_docker_and_leave_nothing) {
    auto volumes = open();
    EXPECT_EQ(volumes.create(named("a")).error().message(),
              "create a: volume name is too short, names should be at least two alphanumeric characters");
    EXPECT_EQ(volumes.create(named("../up")).error().message(),
              "create ../up: \"../up\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are "
              "allowed. If you intended to pass a host directory, use absolute path");
    for (auto const* name : {"..", ".new-x", "_x", "-x", "a/b", "a b", "a\nb", "\xc3\xa4x", "a:b", "/abs"}) {
        EXPECT_EQ(volumes.create(named(name)).error().code(), errc::malformed) << name;
    }
    EXPECT_EQ(volumes.create(named(std::string(300, 'x'))).error().code().value(), ENAMETOOLONG);
    EXPECT_TRUE(std::filesystem::is_empty(root + "/volumes"));
    EXPECT_TRUE(volume::check_name("Ab_c.d-9"));
}

TEST_F(volume_store, an_option_is_refused_by_name) {
    auto volumes = open();
    auto options = named("data");
    options.options["type"] = "nfs";
    EXPECT_EQ(volumes.create(options).error().message(), "create data: invalid option: \"type\"");
    EXPECT_TRUE(volumes.list().empty());
}

TEST_F(volume_store, a_volume_deleted_by_hand_can_be_removed) {
    auto volumes = open();
    volumes.create(named("data")).value();
    ASSERT_TRUE(remove_tree(root + "/volumes/data"));
    EXPECT_TRUE(volumes.remove("data"));
    EXPECT_TRUE(volumes.list().empty());
}
