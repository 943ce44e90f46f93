#include <mocker/http/router.hpp>

#include <gtest/gtest.h>

#include <stdexcept>

namespace mocker::http {

/// A router whose handlers are told apart by their addresses.
class router_test : public testing::Test {
protected:
    void add(verb method, std::string const& pattern) {
        routes.add(method, pattern, [](request&, response&) -> awaitable<result<>> { co_return result<>{}; });
    }
    /// The parameters found for @p path; or "none".
    std::string find(verb method, std::string_view path) const {
        std::vector<std::string> parameters;
        if (routes.find(method, path, parameters) == nullptr) return "none";
        std::string out;
        for (auto const& p : parameters) out += (out.empty() ? "" : ",") + p;
        return out;
    }
    router routes;
};

TEST_F(router_test, a_parameter_takes_one_segment) {
    add(verb::get, "/containers/{id}/json");
    EXPECT_EQ(find(verb::get, "/containers/abc/json"), "id=abc");
    EXPECT_EQ(find(verb::get, "/containers/a/b/json"), "none");
    EXPECT_EQ(find(verb::get, "/containers//json"), "none");
    EXPECT_EQ(find(verb::get, "/containers/abc"), "none");
    EXPECT_EQ(find(verb::post, "/containers/abc/json"), "none");
}

TEST_F(router_test, a_name_may_begin_with_the_slash_that_docker_shows_it_with) {
    add(verb::get, "/containers/{id}/json");
    EXPECT_EQ(find(verb::get, "/containers//web/json"), "id=web"); // as it is, or decoded from %2Fweb
    EXPECT_EQ(find(verb::get, "//containers///web//json"), "id=web");
    EXPECT_EQ(find(verb::get, "//"), "none");
}

TEST_F(router_test, a_rest_takes_slashes) {
    add(verb::get, "/images/{name:.*}/json");
    add(verb::delete_, "/images/{name:.*}");
    EXPECT_EQ(find(verb::get, "/images/busybox/json"), "name=busybox");
    EXPECT_EQ(find(verb::get, "/images/quay.io/a/b:1/json"), "name=quay.io/a/b:1");
    EXPECT_EQ(find(verb::get, "/images/json/json"), "name=json");
    EXPECT_EQ(find(verb::delete_, "/images/a/b@sha256:00"), "name=a/b@sha256:00");
    EXPECT_EQ(find(verb::get, "/images/json"), "none");
    EXPECT_EQ(find(verb::delete_, "/images/"), "none");
}

TEST_F(router_test, the_more_specific_route_wins_whatever_the_order) {
    add(verb::get, "/images/{name:.*}");
    add(verb::get, "/images/{id}");
    add(verb::get, "/images/json");
    EXPECT_EQ(find(verb::get, "/images/json"), "");
    EXPECT_EQ(find(verb::get, "/images/x"), "id=x");
    EXPECT_EQ(find(verb::get, "/images/x/y"), "name=x/y");
}

TEST_F(router_test, head_falls_back_to_get) {
    add(verb::get, "/_ping");
    EXPECT_EQ(find(verb::head, "/_ping"), "");
    EXPECT_EQ(find(verb::head, "/other"), "none");
}

TEST_F(router_test, a_rewrite_may_take_a_prefix_away) {
    add(verb::get, "/info");
    routes.rewrite([](std::string_view path) { return path.starts_with("/v1.41/") ? path.substr(6) : path; });
    EXPECT_EQ(find(verb::get, "/v1.41/info"), "");
    EXPECT_EQ(find(verb::get, "/info"), "");
}

TEST_F(router_test, hostile_paths_match_nothing) {
    add(verb::get, "/a/{x:.*}/b/{y}/c");
    EXPECT_EQ(find(verb::get, ""), "none");
    EXPECT_EQ(find(verb::get, "*"), "none");
    EXPECT_EQ(find(verb::get, std::string(60'000, '/')), "none");
    EXPECT_EQ(find(verb::get, "/a/1/2/b/3/c"), "x=1/2,y=3");
}

TEST_F(router_test, a_pattern_that_cannot_work_is_a_programming_error) {
    EXPECT_THROW(add(verb::get, "info"), std::invalid_argument);
    EXPECT_THROW(add(verb::get, "/{a:.*}/{b:.*}"), std::invalid_argument);
    EXPECT_THROW(add(verb::get, "/{a:[0-9]+}"), std::invalid_argument);
}

} // namespace mocker::http
