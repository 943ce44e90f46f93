#include <mocker/core/file.hpp>
#include <mocker/volume/copy_tree.hpp>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

using namespace mocker;

namespace {

/// Two directories, `from` and `to`, and a file outside both that no copy may ever touch.
class copy_tree : public testing::Test {
protected:
    void SetUp() override {
        char path[] = "/tmp/mocker-copy-XXXXXX";
        ASSERT_NE(::mkdtemp(path), nullptr);
        root = path;
        from = root + "/from/";
        to = root + "/to/";
        std::filesystem::create_directories(from);
        std::filesystem::create_directories(to);
        ASSERT_TRUE(write_file_atomic(root + "/outside", "secret"));
    }
    void TearDown() override { EXPECT_TRUE(remove_tree(root)); }

    result<> copy() {
        auto const source = open_file(from, O_RDONLY | O_DIRECTORY).value();
        auto const target = open_file(to, O_RDONLY | O_DIRECTORY).value();
        return volume::copy_tree(source.get(), target.get());
    }
    void write(std::string const& name, std::string_view content, mode_t mode = 0644) {
        ASSERT_TRUE(write_file_atomic(from + name, content, mode));
    }
    static struct stat status_of(std::string const& path) {
        struct stat status {};
        EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
        return status;
    }

    std::string root, from, to;
};

} // namespace

TEST_F(copy_tree, files_and_directories_arrive_with_owner_mode_and_times) {
    std::filesystem::create_directories(from + "a/b");
    write("a/b/file", "content");
    ASSERT_EQ(::chown((from + "a/b/file").c_str(), 1000, 1001), 0);
    ASSERT_EQ(::chmod((from + "a/b/file").c_str(), 04751), 0);
    ASSERT_EQ(::chown((from + "a").c_str(), 7, 8), 0);
    ASSERT_EQ(::chmod((from + "a").c_str(), 01777), 0);
    timespec const times[2] = {{1000000000, 1}, {1100000000, 2}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (from + "a").c_str(), times, 0), 0);
    auto const done = copy();
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ(read_file(to + "a/b/file").value(), "content");
    auto const file = status_of(to + "a/b/file");
    EXPECT_EQ(file.st_uid, 1000u);
    EXPECT_EQ(file.st_gid, 1001u);
    EXPECT_EQ(file.st_mode & 07777u, 04751u);
    auto const directory = status_of(to + "a");
    EXPECT_EQ(directory.st_uid, 7u);
    EXPECT_EQ(directory.st_mode & 07777u, 01777u);
    EXPECT_EQ(directory.st_mtim.tv_sec, 1100000000);
    EXPECT_EQ(directory.st_mtim.tv_nsec, 2);
}

TEST_F(copy_tree, the_target_takes_owner_and_mode_of_the_source) {
    ASSERT_EQ(::chown(from.c_str(), 70, 70), 0);
    ASSERT_EQ(::chmod(from.c_str(), 0700), 0);
    ASSERT_TRUE(copy());
    EXPECT_EQ(status_of(to).st_uid, 70u);
    EXPECT_EQ(status_of(to).st_mode & 07777u, 0700u);
}

TEST_F(copy_tree, links_are_copied_as_links_and_never_followed) {
    ASSERT_EQ(::symlink("../outside", (from + "file").c_str()), 0);
    ASSERT_EQ(::symlink("/etc", (from + "directory").c_str()), 0);
    ASSERT_EQ(::lchown((from + "file").c_str(), 5, 6), 0);
    ASSERT_TRUE(copy());
    EXPECT_EQ(std::filesystem::read_symlink(to + "file"), "../outside");
    EXPECT_EQ(std::filesystem::read_symlink(to + "directory"), "/etc");
    EXPECT_EQ(status_of(to + "file").st_uid, 5u);
}

TEST_F(copy_tree, hard_links_stay_links_to_one_file) {
    std::filesystem::create_directories(from + "a");
    write("a/one", "x");
    ASSERT_EQ(::link((from + "a/one").c_str(), (from + "two").c_str()), 0);
    ASSERT_TRUE(copy());
    EXPECT_EQ(status_of(to + "a/one").st_ino, status_of(to + "two").st_ino);
    EXPECT_EQ(status_of(to + "two").st_nlink, 2u);
}

TEST_F(copy_tree, a_link_to_a_file_outside_the_tree_becomes_a_file_of_its_own) {
    ASSERT_EQ(::link((root + "/outside").c_str(), (from + "inside").c_str()), 0);
    ASSERT_TRUE(copy());
    EXPECT_EQ(read_file(to + "inside").value(), "secret");
    EXPECT_EQ(status_of(to + "inside").st_nlink, 1u);
}

TEST_F(copy_tree, extended_attributes_are_kept_but_for_those_of_overlayfs) {
    write("file", "x");
    ASSERT_EQ(::setxattr((from + "file").c_str(), "trusted.test", "value", 5, 0), 0);
    ASSERT_EQ(::setxattr((from + "file").c_str(), "trusted.overlay.opaque", "y", 1, 0), 0);
    ASSERT_EQ(::setxattr(from.c_str(), "trusted.test", "root", 4, 0), 0);
    ASSERT_TRUE(copy());
    char value[16];
    EXPECT_EQ(::getxattr((to + "file").c_str(), "trusted.test", value, sizeof value), 5);
    EXPECT_EQ(::getxattr(to.c_str(), "trusted.test", value, sizeof value), 4);
    EXPECT_EQ(::getxattr((to + "file").c_str(), "trusted.overlay.opaque", value, sizeof value), -1);
}

TEST_F(copy_tree, fifos_sockets_and_devices_are_made_anew) {
    ASSERT_EQ(::mkfifo((from + "fifo").c_str(), 0600), 0);
    ASSERT_EQ(::mknod((from + "null").c_str(), S_IFCHR | 0666, makedev(1, 3)), 0);
    ASSERT_EQ(::mknod((from + "socket").c_str(), S_IFSOCK | 0700, 0), 0);
    ASSERT_EQ(::chmod((from + "null").c_str(), 0666), 0);
    ASSERT_TRUE(copy());
    EXPECT_TRUE(S_ISSOCK(status_of(to + "socket").st_mode));
    EXPECT_TRUE(S_ISFIFO(status_of(to + "fifo").st_mode));
    auto const device = status_of(to + "null");
    EXPECT_TRUE(S_ISCHR(device.st_mode));
    EXPECT_EQ(device.st_rdev, makedev(1, 3));
    EXPECT_EQ(device.st_mode & 07777u, 0666u);
}

TEST_F(copy_tree, holes_stay_holes) {
    auto const file = open_file(from + "sparse", O_WRONLY | O_CREAT, 0644).value();
    ASSERT_EQ(::pwrite(file.get(), "end", 3, 64 << 20), 3);
    ASSERT_TRUE(copy());
    auto const copied = status_of(to + "sparse");
    EXPECT_EQ(copied.st_size, (64 << 20) + 3);
    EXPECT_LT(copied.st_blocks * 512, 1 << 20);
    EXPECT_EQ(read_file(to + "sparse").value().substr(64 << 20), "end");
}

TEST_F(copy_tree, what_is_in_the_target_is_not_overwritten) {
    write("file", "new");
    ASSERT_TRUE(write_file_atomic(to + "file", "old"));
    auto const refused = copy();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message(), "copy file: File exists");
    EXPECT_EQ(read_file(to + "file").value(), "old");
}

TEST_F(copy_tree, a_link_in_the_target_does_not_lead_outside) {
    write("file", "new");
    std::filesystem::create_directories(from + "directory");
    write("directory/file", "new");
    ASSERT_EQ(::symlink("../outside", (to + "file").c_str()), 0);
    EXPECT_FALSE(copy());
    ASSERT_TRUE(remove_tree(to + "file"));
    ASSERT_TRUE(remove_tree(to + "directory"));
    ASSERT_EQ(::symlink("/tmp", (to + "directory").c_str()), 0);
    EXPECT_FALSE(copy());
    EXPECT_EQ(read_file(root + "/outside").value(), "secret");
}

TEST_F(copy_tree, a_tree_of_any_depth_up_to_the_limit_is_copied_and_a_deeper_one_refused) {
    std::string path;
    for (int i = 0; i < 250; ++i) path += "d/";
    std::filesystem::create_directories(from + path);
    EXPECT_TRUE(copy());
    EXPECT_TRUE(std::filesystem::exists(to + path));
    std::filesystem::create_directories(from + path + "d/d/d/d/d/d/d");
    ASSERT_TRUE(remove_tree(to));
    std::filesystem::create_directories(to);
    auto const refused = copy();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code().value(), ELOOP);
}

TEST_F(copy_tree, a_mount_below_the_source_is_not_entered) {
    std::filesystem::create_directories(from + "mounted");
    ASSERT_EQ(::mount("tmpfs", (from + "mounted").c_str(), "tmpfs", 0, nullptr), 0);
    write("mounted/file", "elsewhere");
    auto const done = copy();
    EXPECT_EQ(::umount((from + "mounted").c_str()), 0);
    EXPECT_TRUE(done);
    EXPECT_TRUE(std::filesystem::is_empty(to + "mounted"));
}

TEST_F(copy_tree, copy_up_fills_an_empty_volume_only) {
    std::filesystem::create_directories(from + "var/lib");
    write("var/lib/file", "x");
    auto const image = open_file(from, O_RDONLY | O_DIRECTORY).value();
    EXPECT_TRUE(volume::copy_up(image.get(), "/var/lib", to).value());
    EXPECT_EQ(read_file(to + "file").value(), "x");
    write("var/lib/other", "y");
    EXPECT_FALSE(volume::copy_up(image.get(), "/var/lib", to).value());
    EXPECT_FALSE(std::filesystem::exists(to + "other"));
}

TEST_F(copy_tree, copy_up_resolves_links_inside_the_image) {
    std::filesystem::create_directories(from + "real");
    write("real/file", "x");
    std::filesystem::create_directories(from + root.substr(1));
    ASSERT_EQ(::symlink("/real", (from + "data").c_str()), 0);
    ASSERT_EQ(::symlink("../../../../../real", (from + "up").c_str()), 0);
    auto const image = open_file(from, O_RDONLY | O_DIRECTORY).value();
    EXPECT_TRUE(volume::copy_up(image.get(), "/data", to).value());
    EXPECT_EQ(read_file(to + "file").value(), "x");
    ASSERT_TRUE(remove_tree(to + "file"));
    EXPECT_TRUE(volume::copy_up(image.get(), "/up/../up", to).value());
}

TEST_F(copy_tree, copy_up_of_what_is_no_directory_does_nothing) {
    write("file", "x");
    auto const image = open_file(from, O_RDONLY | O_DIRECTORY).value();
    EXPECT_FALSE(volume::copy_up(image.get(), "/none", to).value());
    EXPECT_FALSE(volume::copy_up(image.get(), "/file", to).value());
    EXPECT_FALSE(volume::copy_up(image.get(), "/file/below", to).value());
    EXPECT_TRUE(std::filesystem::is_empty(to));
    EXPECT_FALSE(volume::copy_up(image.get(), "/", root + "/outside")); // not a volume
}
