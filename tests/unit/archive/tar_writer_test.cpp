#include <mocker/archive/tar_writer.hpp>

#include <gtest/gtest.h>
#include <support/archive_maker.hpp>

#include <cstdio>
#include <fstream>
#include <string>

using namespace mocker;

namespace {

std::string output_of(std::string const& command) {
    std::string text;
    auto* pipe = ::popen(command.c_str(), "r");
    for (char buffer[4096]; std::fgets(buffer, sizeof buffer, pipe);) text += buffer;
    EXPECT_EQ(::pclose(pipe), 0) << command;
    return text;
}

} // namespace

TEST(tar_writer, writes_what_gnu_tar_reads) {
    test::temporary_directory const directory;
    archive::tar_entry special;
    special.path = std::string(150, 'l') + "/file";
    special.uid = 70'000'000;
    special.size = 3;
    special.mode = 06711;
    special.modified = {1'700'000'000, 123'456'789};
    special.xattrs = {{"user.test", "value"}};
    auto device = test::archive_maker::make(archive::entry_type::character_device, "null", 0666);
    device.device_major = 1;
    device.device_minor = 3;
    auto const tar = test::archive_maker().directory("dir").add(special, "abc").add(device).hard_link("hard", "dir/x").bytes();
    std::ofstream(directory.path("t.tar"), std::ios::binary) << tar;
    auto const listing = output_of("TZ=UTC tar --full-time --numeric-owner --xattrs -tvvf " + directory.path("t.tar"));
    EXPECT_NE(listing.find("drwxr-xr-x"), std::string::npos);
    EXPECT_NE(listing.find("-rws--s--x* 70000000/0"), std::string::npos) << listing;
    EXPECT_NE(listing.find("2023-11-14 22:13:20.123456789 " + special.path), std::string::npos) << listing;
    EXPECT_NE(listing.find("user.test"), std::string::npos);
    EXPECT_NE(listing.find("1,3"), std::string::npos);
    EXPECT_NE(listing.find("hard link to dir/x"), std::string::npos);
}

TEST(tar_writer, the_same_entries_make_the_same_bytes) {
    auto const make = [] { return test::archive_maker().directory("a").file("a/b", "content").symlink("c", "a").bytes(); };
    EXPECT_EQ(make(), make());
    EXPECT_EQ(make().size() % 512, 0u);
}

TEST(tar_writer, holds_the_caller_to_the_size) {
    archive::tar_writer tar([](std::string_view) { return result<>{}; });
    archive::tar_entry entry;
    entry.path = "f";
    entry.size = 4;
    EXPECT_TRUE(tar.begin(entry));
    EXPECT_TRUE(tar.content("abc"));
    EXPECT_EQ(tar.begin(entry).error().message(), "archive/tar: missed writing 1 bytes");
    EXPECT_EQ(tar.content("de").error().message(), "archive/tar: write too long");
    EXPECT_TRUE(tar.content("d"));
    EXPECT_TRUE(tar.finish());
}
