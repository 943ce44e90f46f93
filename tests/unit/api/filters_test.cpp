#include <mocker/api/filters.hpp>
#include <mocker/api/version.hpp>

#include <gtest/gtest.h>

using namespace mocker;

namespace {

result<api::filters> parse(std::string_view text) { return api::filters::parse(text, {"label", "name", "dangling"}); }

} // namespace

TEST(api_version, a_path_without_a_prefix_is_served_as_the_newest) {
    auto const split = api::split_version("/containers/json");
    EXPECT_EQ(split.version, api::newest_version());
    EXPECT_EQ(split.path, "/containers/json");
}

TEST(api_version, no_version_refuses_a_client) {
    EXPECT_EQ(api::split_version("/v1.43/info").version, (api::version{1, 43}));
    EXPECT_EQ(api::split_version("/v1.22/info").version, (api::version{1, 24}));
    EXPECT_EQ(api::split_version("/v1.60/info").version, (api::version{1, 51}));
    EXPECT_EQ(api::split_version("/v2.0/info").version, (api::version{1, 51}));
    EXPECT_EQ(api::split_version("/v1.43/info").path, "/info");
}

TEST(api_version, what_only_looks_like_a_prefix_is_a_path) {
    EXPECT_EQ(api::split_version("/volumes/create").path, "/volumes/create");
    EXPECT_EQ(api::split_version("/vx/info").path, "/vx/info");
    EXPECT_EQ(api::split_version("/v1.43").path, "/v1.43");
}

TEST(filters, both_encodings_mean_the_same) {
    for (auto const* text : {R"({"label":{"a=b":true,"c":true}})", R"({"label":["a=b","c"]})"}) {
        auto const parsed = parse(text);
        ASSERT_TRUE(parsed) << text;
        EXPECT_TRUE(parsed->matches_labels({{"a", "b"}, {"c", "x"}}));
        EXPECT_FALSE(parsed->matches_labels({{"a", "b"}})) << "every label must match";
        EXPECT_FALSE(parsed->matches_labels({{"a", "x"}, {"c", ""}}));
    }
}

TEST(filters, a_key_that_is_not_known_is_refused_and_never_matches_everything) {
    EXPECT_EQ(parse(R"({"labels":["a"]})").error().message(), "invalid filter 'labels'");
    for (auto const* text : {"{", "[]", "1", R"({"label":1})", R"({"label":[1]})", R"({"label":{"a":1}})"})
        EXPECT_EQ(parse(text).error().message(), "invalid filter") << text;
}

TEST(filters, names_are_regular_expressions_that_match_anywhere) {
    auto const parsed = parse(R"({"name":["^/?web"]})");
    EXPECT_TRUE(parsed->matches_expression("name", "/web-1"));
    EXPECT_FALSE(parsed->matches_expression("name", "/my-web"));
    EXPECT_FALSE(parse(R"({"name":["("]})")->matches_expression("name", "web")) << "no regular expression";
    EXPECT_TRUE(parse("")->matches_expression("name", "anything"));
}

TEST(filters, a_flag_is_one_of_four_words) {
    EXPECT_EQ(parse(R"({"dangling":["true"]})")->flag("dangling").value(), true);
    EXPECT_EQ(parse(R"({"dangling":{"0":true}})")->flag("dangling").value(), false);
    EXPECT_EQ(parse("")->flag("dangling").value(), std::nullopt);
    EXPECT_EQ(parse(R"({"dangling":["maybe"]})")->flag("dangling").error().message(), "invalid filter 'dangling=[maybe]'");
    EXPECT_FALSE(parse(R"({"dangling":["1","0"]})")->flag("dangling"));
}
