#include <mocker/core/file.hpp>

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>

using namespace mocker;
namespace fs = std::filesystem;

namespace {

class file : public testing::Test {
protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "mocker-file-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        root = name;
    }
    void TearDown() override { fs::remove_all(root); }

    std::string root;
};

} // namespace

TEST_F(file, an_atomic_write_appears_whole_with_its_mode_and_leaves_nothing_beside_it) {
    auto const path = root + "/state";
    ASSERT_TRUE(write_file_atomic(path, "first", 0600));
    ASSERT_TRUE(write_file_atomic(path, "second", 0640, durability::process));
    EXPECT_EQ(read_file(path).value(), "second");
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0640u);
    EXPECT_EQ(std::distance(fs::directory_iterator(root), {}), 1);
}

TEST_F(file, a_write_that_fails_keeps_the_old_content_and_says_where) {
    fs::create_directory(root + "/taken");
    auto const failed = write_file_atomic(root + "/taken", "x");
    ASSERT_FALSE(failed);
    EXPECT_NE(failed.error().message().find(root + "/taken"), std::string::npos);
    EXPECT_EQ(std::distance(fs::directory_iterator(root), {}), 1) << "no temporary file stays";
}

TEST_F(file, reading_is_bounded) {
    ASSERT_TRUE(write_file_atomic(root + "/large", std::string(100, 'x')));
    EXPECT_EQ(read_file(root + "/large", 100).value().size(), 100u);
    EXPECT_EQ(read_file(root + "/large", 99).error().code(), errc::too_large);
    EXPECT_FALSE(read_file("/proc/self/status").value().empty()) << "a file that says it is empty";
    EXPECT_EQ(read_file(root + "/missing").error().message(), "open " + root + "/missing: No such file or directory");
}

TEST_F(file, removing_a_tree_does_not_follow_links_out_of_it) {
    ASSERT_TRUE(make_directories(root + "/tree/a/b/c"));
    ASSERT_TRUE(write_file_atomic(root + "/outside", "precious"));
    fs::create_directory(root + "/outside-directory");
    ASSERT_TRUE(write_file_atomic(root + "/outside-directory/file", "precious"));
    fs::create_symlink(root + "/outside", root + "/tree/a/link");
    fs::create_directory_symlink(root + "/outside-directory", root + "/tree/a/b/link");
    ASSERT_TRUE(remove_tree(root + "/tree"));
    EXPECT_FALSE(fs::exists(root + "/tree"));
    EXPECT_TRUE(fs::exists(root + "/outside"));
    EXPECT_TRUE(fs::exists(root + "/outside-directory/file"));
    EXPECT_TRUE(remove_tree(root + "/tree")) << "what is not there is no error";
}

TEST_F(file, making_directories_refuses_a_file_in_the_way) {
    ASSERT_TRUE(write_file_atomic(root + "/file", ""));
    EXPECT_FALSE(make_directories(root + "/file/below"));
    EXPECT_FALSE(make_directories(root + "/file"));
    EXPECT_TRUE(make_directories(root + "/a/b"));
    EXPECT_TRUE(make_directories(root + "/a/b"));
}
