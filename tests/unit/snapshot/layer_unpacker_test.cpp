#include <mocker/core/file.hpp>
#include <mocker/snapshot/layer_unpacker.hpp>

#include <gtest/gtest.h>
#include <support/archive_maker.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

using namespace mocker;
using archive::entry_type;
using test::archive_maker;

namespace {

namespace fs = std::filesystem;

/// A directory to unpack into, with something beside it that must stay as it is.
class layer_unpacker : public testing::Test {
protected:
    layer_unpacker() {
        fs::create_directories(outside());
        EXPECT_TRUE(write_file_atomic(outside() + "/file", "untouched"));
        fs::create_directories(root());
    }
    ~layer_unpacker() override {
        EXPECT_EQ(read_file(outside() + "/file").value(), "untouched");
        EXPECT_EQ(std::distance(fs::directory_iterator(outside()), fs::directory_iterator()), 1);
        EXPECT_EQ(fs::hard_link_count(outside() + "/file"), 1u);
    }

    std::string root() const { return directory_.path("root"); }
    std::string outside() const { return directory_.path("outside"); }
    std::string at(std::string const& path) const { return root() + '/' + path; }

    result<> unpack(std::string const& tar, std::vector<std::string> const& lower = {}) {
        snapshot::layer_unpacker to(open_file(root(), O_RDONLY | O_DIRECTORY).value());
        archive::tar_reader reader(to);
        MOCKER_CHECK_RETURN(reader.write(tar));
        MOCKER_CHECK_RETURN(reader.finish());
        MOCKER_CHECK_RETURN(to.link_from_lower_layers(lower));
        size_ = to.size();
        return to.finish();
    }

    struct stat stat_of(std::string const& path) const {
        struct stat status {};
        EXPECT_EQ(::lstat(at(path).c_str(), &status), 0) << path;
        return status;
    }
    std::string text_of(std::string const& path) const { return read_file(at(path)).value(); }
    std::string attribute(std::string const& path, char const* name) const {
        char value[256];
        auto const length = ::lgetxattr(at(path).c_str(), name, value, sizeof value);
        return length < 0 ? "(none)" : std::string(value, static_cast<std::size_t>(length));
    }
    bool is_whiteout(std::string const& path) const {
        auto const status = stat_of(path);
        return S_ISCHR(status.st_mode) && status.st_rdev == 0;
    }
    bool is_opaque(std::string const& path) const { return attribute(path, "trusted.overlay.opaque") == "y"; }

    test::temporary_directory directory_;
    std::int64_t size_ = 0;
};

} // namespace

TEST_F(layer_unpacker, keeps_modes_owners_times_and_attributes) {
    auto file = archive_maker::make(entry_type::regular, "bin/su", 06755);
    file.size = 3;
    file.uid = 1234;
    file.gid = 5678;
    file.modified = {1'700'000'000, 123'456'789};
    file.xattrs = {{"user.test", "value"}, {"security.capability", std::string("\x01\0\0\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20)}};
    auto dir = archive_maker::make(entry_type::directory, "bin/", 01777);
    dir.gid = 42;
    ASSERT_TRUE(unpack(archive_maker().add(dir).add(file, "abc").bytes()));
    auto const status = stat_of("bin/su");
    EXPECT_EQ(status.st_mode & 07777, 06755u);
    EXPECT_EQ(status.st_uid, 1234u);
    EXPECT_EQ(status.st_gid, 5678u);
    EXPECT_EQ(status.st_mtim.tv_sec, 1'700'000'000);
    EXPECT_EQ(status.st_mtim.tv_nsec, 123'456'789);
    EXPECT_EQ(attribute("bin/su", "user.test"), "value");
    EXPECT_EQ(attribute("bin/su", "security.capability").size(), 20u);
    auto const parent = stat_of("bin");
    EXPECT_EQ(parent.st_mode & 07777, 01777u);
    EXPECT_EQ(parent.st_gid, 42u);
    EXPECT_EQ(parent.st_mtim.tv_sec, 1'700'000'000); // although files were made in it afterwards
    EXPECT_EQ(size_, 3);
}

TEST_F(layer_unpacker, makes_links_devices_and_fifos) {
    auto device = archive_maker::make(entry_type::character_device, "dev/null", 0666);
    device.device_major = 1;
    device.device_minor = 3;
    auto link = archive_maker::make(entry_type::symbolic_link, "link", 0777);
    link.link_target = "/no/such/file";
    link.uid = 7;
    auto const tar = archive_maker().file("a", "text", 0600).hard_link("b", "./a").hard_link("dir/c", "a").add(device).add(link)
                         .add(archive_maker::make(entry_type::fifo, "p", 0622)).bytes();
    ASSERT_TRUE(unpack(tar));
    EXPECT_EQ(stat_of("a").st_ino, stat_of("b").st_ino);
    EXPECT_EQ(stat_of("dir/c").st_nlink, 3u);
    EXPECT_EQ(stat_of("dev/null").st_rdev, ::makedev(1, 3));
    EXPECT_EQ(stat_of("dev/null").st_mode, S_IFCHR | 0666u);
    EXPECT_EQ(stat_of("p").st_mode, S_IFIFO | 0622u);
    EXPECT_EQ(fs::read_symlink(at("link")), "/no/such/file");
    EXPECT_EQ(stat_of("link").st_uid, 7u);
    EXPECT_EQ(stat_of("link").st_mtim.tv_sec, 1'700'000'000);
}

TEST_F(layer_unpacker, does_not_depend_on_the_umask) {
    auto const before = ::umask(077);
    auto const unpacked = unpack(archive_maker().directory("d", 0755).file("d/f", "x", 0666).file("implicit/f", "y", 0644).bytes());
    ::umask(before);
    ASSERT_TRUE(unpacked);
    EXPECT_EQ(stat_of("d").st_mode & 07777, 0755u);
    EXPECT_EQ(stat_of("d/f").st_mode & 07777, 0666u);
    EXPECT_EQ(stat_of("implicit").st_mode & 07777, 0755u);
    EXPECT_EQ(stat_of("implicit/f").st_mode & 07777, 0644u);
    EXPECT_EQ(stat_of("").st_mode & 07777, 0755u);
}

TEST_F(layer_unpacker, inherits_no_group_and_no_acl_from_a_directory) {
    auto dir = archive_maker::make(entry_type::directory, "d", 02775);
    dir.gid = 99;
    ASSERT_TRUE(unpack(archive_maker().add(dir).file("d/f", "x").bytes()));
    EXPECT_EQ(stat_of("d").st_mode & 07777, 02775u);
    EXPECT_EQ(stat_of("d/f").st_gid, 0u);
}

TEST_F(layer_unpacker, gives_the_root_what_its_entry_says) {
    auto dir = archive_maker::make(entry_type::directory, "./", 0711);
    dir.uid = 5;
    ASSERT_TRUE(unpack(archive_maker().add(dir).file("./f", "x").bytes()));
    EXPECT_EQ(stat_of("").st_mode & 07777, 0711u);
    EXPECT_EQ(stat_of("").st_uid, 5u);
}

TEST_F(layer_unpacker, turns_whiteouts_into_those_of_overlayfs) {
    ASSERT_TRUE(unpack(archive_maker().file("etc/.wh.gone", "").directory("var").file("var/.wh..wh..opq", "").file("var/new", "x")
                           .file(".wh..wh.plnk", "").file(".wh..wh.aufs", "").bytes()));
    EXPECT_TRUE(is_whiteout("etc/gone"));
    EXPECT_FALSE(is_opaque("etc"));
    EXPECT_TRUE(is_opaque("var"));
    EXPECT_EQ(text_of("var/new"), "x");
    for (auto const& item : fs::recursive_directory_iterator(root())) EXPECT_FALSE(item.path().filename().string().starts_with(".wh."));
}

TEST_F(layer_unpacker, a_whiteout_hides_lower_layers_and_not_its_own) {
    ASSERT_TRUE(unpack(archive_maker().file("first", "x").file(".wh.first", "")        // the file stays
                           .file(".wh.second", "").file("second", "y")                  // and comes back
                           .directory("third").file("third/f", "z").file(".wh.third", "") // hides what is below it
                           .file(".wh.fourth", "").directory("fourth")
                           .file(".wh.fifth", "").file("fifth/f", "")                   // its parent was never mentioned
                           .bytes()));
    EXPECT_EQ(text_of("first"), "x");
    EXPECT_EQ(text_of("second"), "y");
    EXPECT_EQ(text_of("third/f"), "z");
    for (auto const* directory : {"third", "fourth", "fifth"}) EXPECT_TRUE(is_opaque(directory)) << directory;
}

TEST_F(layer_unpacker, the_last_of_several_entries_wins) {
    auto dir = archive_maker::make(entry_type::directory, "d", 0700);
    ASSERT_TRUE(unpack(archive_maker().file("f", "old").file("f", "new").add(dir).file("d/x", "1").file("d", "now a file")
                           .file("g", "file").directory("g").file("g/x", "2").symlink("s", "f").file("s", "no link").bytes()));
    EXPECT_EQ(text_of("f"), "new");
    EXPECT_EQ(text_of("d"), "now a file");
    EXPECT_EQ(stat_of("d").st_mode & 07777, 0644u);
    EXPECT_EQ(text_of("g/x"), "2");
    EXPECT_EQ(text_of("s"), "no link");
    EXPECT_EQ(text_of("f"), "new"); // not written through the link
}

TEST_F(layer_unpacker, writes_a_sparse_file_with_its_holes) {
    snapshot::layer_unpacker to(open_file(root(), O_RDONLY | O_DIRECTORY).value());
    auto entry = archive_maker::make(entry_type::regular, "sparse", 0644);
    entry.sparse = true;
    entry.size = 64 << 20;
    ASSERT_TRUE(to.begin(entry) && to.content(1 << 20, "data") && to.end() && to.finish());
    EXPECT_EQ(stat_of("sparse").st_size, 64 << 20);
    EXPECT_LT(stat_of("sparse").st_blocks, 1000);
    EXPECT_EQ(text_of("sparse").substr(1 << 20, 5), std::string("data\0", 5));
}

TEST_F(layer_unpacker, stays_in_the_root_whatever_the_names_say) {
    auto const up = std::string("../../../../../../../..") + outside();
    for (auto const& tar : {
             archive_maker().file(up + "/evil", "x").bytes(),
             archive_maker().file("a/../../evil", "x").bytes(),
             archive_maker().directory("..").bytes(),
             archive_maker().symlink("door", up).file("door/evil", "x").bytes(),
             archive_maker().hard_link("stolen", up + "/file").file("stolen", "changed").bytes(),
             archive_maker().file(up + "/.wh.file", "").bytes(),
             archive_maker().file(".wh...", "").bytes(),
             archive_maker().file(".wh..", "").bytes(),
             archive_maker().file("a/.wh...", "").bytes(),
             archive_maker().hard_link("h", "").bytes(),
             archive_maker().symlink("s", "").bytes(),
             archive_maker().file(".", "x").bytes(),
             archive_maker().directory("d").hard_link("h", "d").bytes(),
         }) {
        auto const unpacked = unpack(tar);
        ASSERT_FALSE(unpacked);
        EXPECT_EQ(unpacked.error().code(), errc::malformed) << unpacked.error().message();
    }
    EXPECT_EQ(unpack(archive_maker().symlink("etc/s", "../../x").bytes()).error().message(), "invalid symlink \"etc/s\" -> \"../../x\"");
    EXPECT_EQ(unpack(archive_maker().file("../x", "").bytes()).error().message(), "\"../x\" is outside of the layer's root");
}

TEST_F(layer_unpacker, follows_links_within_the_root_as_if_it_were_the_whole_file_system) {
    fs::create_directories(at("") + outside()); // the same path, within the root
    ASSERT_TRUE(unpack(archive_maker().symlink("door", outside()).file("door/evil", "x").file("/abs/f", "y")
                           .directory("usr/lib").symlink("lib", "usr/lib").file("lib/so", "z").file("door/.wh.file", "").bytes()));
    EXPECT_EQ(text_of(outside().substr(1) + "/evil"), "x");
    EXPECT_EQ(text_of("abs/f"), "y");
    EXPECT_EQ(text_of("usr/lib/so"), "z");
    EXPECT_TRUE(is_whiteout(outside().substr(1) + "/file"));
}

TEST_F(layer_unpacker, goes_through_no_file_and_no_dangling_link) {
    EXPECT_EQ(unpack(archive_maker().file("f", "x").file("f/g", "y").bytes()).error().message(), "\"f\" is not a directory of the layer");
    EXPECT_EQ(unpack(archive_maker().symlink("l", "/nowhere").file("l/g", "y").bytes()).error().code(), errc::malformed);
    EXPECT_EQ(unpack(archive_maker().symlink("x", "x").file("x/g", "y").bytes()).error().code(), errc::malformed);
    EXPECT_EQ(unpack(archive_maker().symlink("p", "/proc/self/root").file("p/g", "y").bytes()).error().code(), errc::malformed);
}

TEST_F(layer_unpacker, drops_attributes_that_would_direct_the_mount) {
    auto file = archive_maker::make(entry_type::directory, "d", 0755);
    file.xattrs = {{"trusted.overlay.redirect", "/etc"}, {"trusted.overlay.opaque", "y"}, {"user.kept", "1"}};
    ASSERT_TRUE(unpack(archive_maker().add(file).bytes()));
    EXPECT_EQ(attribute("d", "trusted.overlay.redirect"), "(none)");
    EXPECT_FALSE(is_opaque("d"));
    EXPECT_EQ(attribute("d", "user.kept"), "1");
}

TEST_F(layer_unpacker, is_not_opened_by_a_device_or_fifo_that_comes_first) {
    auto fifo = archive_maker::make(entry_type::fifo, "f", 0644); // opening it would wait for ever
    ASSERT_TRUE(unpack(archive_maker().add(fifo).file("f", "text").bytes()));
    EXPECT_EQ(text_of("f"), "text");
}

TEST_F(layer_unpacker, takes_paths_of_many_levels_and_refuses_longer_ones) {
    std::string deep;
    for (int i = 0; i < 1500; ++i) deep += "d/";
    ASSERT_TRUE(unpack(archive_maker().file(deep + "f", "x").file(deep + "g", "y").bytes()));
    std::string longer(5000, 'd');
    for (std::size_t i = 1; i < longer.size(); i += 2) longer[i] = '/';
    EXPECT_EQ(unpack(archive_maker().file(longer, "x").bytes()).error().code().value(), ENAMETOOLONG);
    EXPECT_TRUE(remove_tree(at("d")));
}

TEST_F(layer_unpacker, copies_the_target_of_a_hard_link_that_only_lower_layers_have) {
    auto const top = directory_.path("top"), bottom = directory_.path("bottom");
    fs::create_directories(top + "/opaque");
    fs::create_directories(bottom + "/opaque");
    EXPECT_TRUE(write_file_atomic(bottom + "/target", "from below", 0640));
    EXPECT_TRUE(write_file_atomic(bottom + "/gone", "deleted"));
    EXPECT_TRUE(write_file_atomic(bottom + "/opaque/hidden", "hidden"));
    EXPECT_EQ(::setxattr((bottom + "/target").c_str(), "user.test", "value", 5, 0), 0);
    EXPECT_EQ(::mknod((top + "/gone").c_str(), S_IFCHR, 0), 0);
    EXPECT_EQ(::setxattr((top + "/opaque").c_str(), "trusted.overlay.opaque", "y", 1, 0), 0);
    ASSERT_TRUE(unpack(archive_maker().hard_link("a", "target").hard_link("b", "target").bytes(), {top, bottom}));
    EXPECT_EQ(text_of("a"), "from below");
    EXPECT_EQ(stat_of("a").st_mode & 07777, 0640u);
    EXPECT_EQ(stat_of("a").st_ino, stat_of("b").st_ino);
    EXPECT_EQ(attribute("b", "user.test"), "value");
    for (auto const* hidden : {"gone", "opaque/hidden", "nowhere"}) {
        EXPECT_EQ(unpack(archive_maker().hard_link("c", hidden).bytes(), {top, bottom}).error().code(), errc::malformed) << hidden;
    }
}

TEST(clean_entry_path, is_relative_and_never_leaves_the_root) {
    using snapshot::clean_entry_path;
    EXPECT_EQ(clean_entry_path("./a//b/./c/").value(), "a/b/c");
    EXPECT_EQ(clean_entry_path("/etc/passwd").value(), "etc/passwd");
    EXPECT_EQ(clean_entry_path("a/b/../c").value(), "a/c");
    EXPECT_EQ(clean_entry_path("/../../a").value(), "a");
    EXPECT_EQ(clean_entry_path("./").value(), "");
    EXPECT_EQ(clean_entry_path("").value(), "");
    for (auto const* path : {"..", "../a", "a/../../b", "./.."}) EXPECT_FALSE(clean_entry_path(path)) << path;
}
