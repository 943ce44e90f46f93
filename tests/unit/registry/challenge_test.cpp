#include <mocker/registry/challenge.hpp>

#include <gtest/gtest.h>

#include <string>

using mocker::registry::parse_challenges;

TEST(challenge, of_docker_hub_names_realm_and_service) {
    auto const asked = parse_challenges(
        R"(Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull")");
    ASSERT_EQ(asked.size(), 1u);
    EXPECT_EQ(asked[0].scheme, "bearer");
    EXPECT_EQ(asked[0].parameter("realm"), "https://auth.docker.io/token");
    EXPECT_EQ(asked[0].parameter("service"), "registry.docker.io");
    EXPECT_EQ(asked[0].parameter("scope"), "repository:library/nginx:pull");
    EXPECT_EQ(asked[0].parameter("error"), "");
}

TEST(challenge, may_be_one_of_several_in_any_case_and_spacing) {
    auto const asked = parse_challenges("Basic realm=\"a, b\" , BEARER  Realm = \"x\\\"y\" ,service=plain, Negotiate");
    ASSERT_EQ(asked.size(), 3u);
    EXPECT_EQ(asked[0].parameter("realm"), "a, b");
    EXPECT_EQ(asked[1].scheme, "bearer");
    EXPECT_EQ(asked[1].parameter("realm"), "x\"y");
    EXPECT_EQ(asked[1].parameter("service"), "plain");
    EXPECT_EQ(asked[2].scheme, "negotiate");
}

TEST(challenge, that_is_nonsense_is_none) {
    EXPECT_TRUE(parse_challenges("").empty());
    EXPECT_TRUE(parse_challenges(", ,,  \"\" = ;;").empty());
    EXPECT_TRUE(parse_challenges("realm=\"x\"").empty());
    EXPECT_TRUE(parse_challenges(std::string(1000, '"')).empty());
    EXPECT_LE(
        parse_challenges(std::string("a ") + std::string(10'000, 'b') + " c d e f g h i j k l m n o p q r s t").size(),
        16u);
}

TEST(challenge, cut_at_any_byte_is_read_as_far_as_it_goes) {
    std::string const whole = R"(Basic realm="r", Bearer realm="https://h/t\"",service="s")";
    for (std::size_t n = 0; n < whole.size(); ++n) EXPECT_LE(parse_challenges(whole.substr(0, n)).size(), 3u) << n;
    EXPECT_EQ(parse_challenges(whole.substr(0, whole.size() - 1))[1].parameter("service"), "s");
}
