#include <mocker/engine/names.hpp>
#include <mocker/engine/signals.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace {

using namespace mocker;

TEST(container_names, are_two_characters_or_more_of_letters_digits_and_some_marks) {
    for (auto const* good : {"web", "a1", "Web_1.2-3", "0x"}) EXPECT_TRUE(engine::check_container_name(good)) << good;
    for (auto const* bad : {"", "a", "-ab", "_ab", ".ab", "a b", "a/b", "ä1", "a\n"}) {
        auto const checked = engine::check_container_name(bad);
        ASSERT_FALSE(checked) << bad;
        EXPECT_EQ(checked.error().code(), errc::malformed);
        EXPECT_EQ(checked.error().message(),
                  "Invalid container name (" + std::string(bad) + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
    }
}

TEST(container_names, may_come_with_a_slash) {
    EXPECT_EQ(engine::without_slash("/web"), "web");
    EXPECT_EQ(engine::without_slash("web"), "web");
    EXPECT_EQ(engine::without_slash("//web"), "/web");
}

TEST(container_names, that_the_engine_invents_are_valid_and_differ) {
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        auto const name = engine::random_name();
        EXPECT_TRUE(engine::check_container_name(name)) << name;
        EXPECT_NE(name.find('_'), std::string::npos);
        seen.insert(name);
    }
    EXPECT_GT(seen.size(), 50U);
    auto const last = engine::random_name(1).back();
    EXPECT_TRUE(last >= '0' && last <= '9');
}

TEST(signals, are_numbers_or_names) {
    EXPECT_EQ(*engine::parse_signal("9"), 9);
    EXPECT_EQ(*engine::parse_signal("KILL"), 9);
    EXPECT_EQ(*engine::parse_signal("SIGTERM"), 15);
    EXPECT_EQ(*engine::parse_signal("sigquit"), 3);
    EXPECT_EQ(*engine::parse_signal("RTMIN+3"), 37);
    EXPECT_EQ(*engine::parse_signal("SIGRTMAX-1"), 63);
}

TEST(signals, that_do_not_exist_are_refused_by_name) {
    for (auto const* bad : {"", "0", "65", "-1", "TERMX", "SIG", "RTMIN+31", "RTMIN+", "9x", "99999999999"}) {
        auto const parsed = engine::parse_signal(bad);
        ASSERT_FALSE(parsed) << bad;
        EXPECT_EQ(parsed.error().message(), "invalid signal: " + std::string(bad));
    }
}

} // namespace
