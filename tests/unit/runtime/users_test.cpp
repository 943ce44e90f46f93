#include <mocker/runtime/users.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mocker {
namespace {

constexpr char const* passwd = "root:x:0:0:root:/root:/bin/sh\n"
                               "broken line\n"
                               "bad:x:minus:1:::\n"
                               "www-data:x:33:33:www:/var/www:/bin/false\n"
                               "ann:x:1000:1001::/home/ann:\n"
                               "1234:x:77:78::/home/digits:\n"
                               "short:x:9:10\n";
constexpr char const* group = "root:x:0:\nadm:x:4:ann,other\nwww-data:x:33:\nstaff:x:50:ann\nbroken\nstaff2:x:x:ann\n";

runtime::resolved_user find(std::string_view text) {
    auto found = runtime::find_user(text, passwd, group);
    EXPECT_TRUE(found.has_value()) << text << ": " << found.error().message();
    return found ? *found : runtime::resolved_user{};
}

TEST(users, nothing_is_root) {
    auto const user = find("");
    EXPECT_EQ(user.user.uid, 0u);
    EXPECT_EQ(user.user.gid, 0u);
    EXPECT_EQ(user.home, "/root");
}

TEST(users, a_name_brings_its_group_its_other_groups_and_a_home) {
    auto const user = find("ann");
    EXPECT_EQ(user.user.uid, 1000u);
    EXPECT_EQ(user.user.gid, 1001u);
    EXPECT_EQ(user.user.additional_gids, (std::vector<std::uint32_t>{1001, 4, 50}));
    EXPECT_EQ(user.home, "/home/ann");
}

TEST(users, a_number_is_looked_up_and_may_be_unknown) {
    EXPECT_EQ(find("33").user.gid, 33u);
    auto const unknown = find("4242");
    EXPECT_EQ(unknown.user.uid, 4242u);
    EXPECT_EQ(unknown.user.gid, 0u);
    EXPECT_EQ(unknown.home, "/");
    EXPECT_EQ(find("1234").user.uid, 77u) << "a name of digits is a name first";
    EXPECT_EQ(find("9").home, "/") << "no home in its line";
}

TEST(users, a_group_after_the_colon_counts_alone) {
    auto const user = find("ann:adm");
    EXPECT_EQ(user.user.gid, 4u);
    EXPECT_EQ(user.user.additional_gids, (std::vector<std::uint32_t>{4}));
    EXPECT_EQ(find("1000:777").user.gid, 777u);
    EXPECT_EQ(find(":50").user.uid, 0u);
    EXPECT_EQ(find(":50").user.gid, 50u);
}

TEST(users, what_is_in_no_file_is_refused_in_dockers_words) {
    std::pair<char const*, char const*> const refused[] = {
        {"nosuch", "unable to find user nosuch: no matching entries in passwd file"},
        {"-1", "unable to find user -1: no matching entries in passwd file"},
        {"4294967296", "unable to find user 4294967296: no matching entries in passwd file"},
        {"2147483648", "unable to find user 2147483648: no matching entries in passwd file"},
        {"ann:nosuch", "unable to find group nosuch: no matching entries in group file"},
        {"bad", "unable to find user bad: no matching entries in passwd file"},
    };
    for (auto const& [text, message] : refused) {
        auto const found = runtime::find_user(text, passwd, group);
        ASSERT_FALSE(found.has_value()) << text;
        EXPECT_EQ(found.error().message(), message);
        EXPECT_EQ(found.error().code(), errc::malformed);
    }
}

TEST(users, databases_cut_anywhere_do_no_harm) {
    std::string const whole = passwd;
    for (std::size_t length = 0; length <= whole.size(); ++length)
        (void)runtime::find_user("ann:staff", std::string_view(whole).substr(0, length),
                                 std::string_view(group).substr(0, length % 40));
}

} // namespace
} // namespace mocker
