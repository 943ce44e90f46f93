#include <mocker/registry/failure.hpp>

#include <gtest/gtest.h>

#include <string>

using namespace mocker;
using namespace mocker::registry;
using namespace std::chrono_literals;

namespace {

std::string pulled(std::string_view name, unsigned status, std::string_view body) {
    return pull_error(parse_failure(status, body), *oci::parse_reference(name)).message();
}

} // namespace

TEST(failure, is_reported_in_the_words_of_docker) {
    EXPECT_EQ(
        pulled("nginx:x", 404, R"({"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{}}]})"),
        "manifest for nginx:x not found: manifest unknown: manifest unknown");
    EXPECT_EQ(pulled("localhost:5000/a/b", 404, ""),
              "manifest for localhost:5000/a/b:latest not found: manifest unknown: manifest unknown");
    EXPECT_EQ(pulled("user/app", 401,
                     R"({"errors":[{"code":"DENIED","message":"requested access to the resource is denied"}]})"),
              "pull access denied for user/app, repository does not exist or may require 'docker login': "
              "denied: requested access to the resource is denied");
    EXPECT_EQ(pulled("user/app", 401, "<html>"),
              "pull access denied for user/app, repository does not exist or may require "
              "'docker login': unauthorized: authentication required");
    EXPECT_EQ(
        pulled("a/b", 404, R"({"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known to registry"}]})"),
        "repository a/b not found: name unknown: repository name not known to registry");
    EXPECT_EQ(pulled("a", 429,
                     R"({"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit."}]})"),
              "toomanyrequests: You have reached your pull rate limit.");
    EXPECT_EQ(pulled("a", 503, "<html>down</html>"), "received unexpected HTTP status: 503 Service Unavailable");
    EXPECT_EQ(pulled("a", 500, R"({"details":"disk full"})"), "unknown: disk full");
    EXPECT_EQ(pull_error(parse_failure(404, "", "BLOB_UNKNOWN"), *oci::parse_reference("a")).message(), "unknown blob");
}

TEST(failure, of_what_is_missing_is_not_found) {
    auto const name = *oci::parse_reference("a");
    EXPECT_EQ(pull_error(parse_failure(404, ""), name).code(), errc::not_found);
    EXPECT_EQ(pull_error(parse_failure(403, ""), name).code(), errc::not_found);
    EXPECT_EQ(pull_error(parse_failure(429, ""), name).code(), errc::internal);
    EXPECT_EQ(pull_error(parse_failure(503, ""), name).code(), errc::internal);
}

TEST(failure, tolerates_any_body) {
    for (auto const* body : {"", "null", "[]", "{}", R"({"errors":{}})", R"({"errors":[]})", R"({"errors":[1]})",
                             R"({"errors":[{"code":1,"message":[]}]})", "\xff\xfe", "{\"errors\":[{\"co"})
        EXPECT_EQ(parse_failure(500, body).text(), "received unexpected HTTP status: 500 Internal Server Error")
            << body;
    EXPECT_EQ(parse_failure(500, std::string(100'000, '[')).code, "");
    EXPECT_EQ(parse_failure(499, "").text(), "received unexpected HTTP status: 499 Client Closed Request");
}

TEST(failure, shows_nothing_that_controls_a_terminal_and_no_novel) {
    auto const evil = parse_failure(400, R"({"errors":[{"code":"X","message":"a\u001b[2Jb\nc"}]})");
    EXPECT_EQ(evil.text(), "x: a [2Jb c");
    std::string long_text;
    for (int i = 0; i < 2000; ++i) long_text += "\xc3\xa4";
    auto const cut = parse_failure(400, "{\"errors\":[{\"code\":\"X\",\"message\":\"a" + long_text + "\"}]}").message;
    EXPECT_EQ(cut.size(), 1023u) << "cut between characters";
}

TEST(failure, may_pass_if_the_server_is_at_fault) {
    EXPECT_TRUE(parse_failure(500, "").transient());
    EXPECT_TRUE(parse_failure(503, "").transient());
    EXPECT_FALSE(parse_failure(404, "").transient());
    auto limited = parse_failure(429, "");
    EXPECT_FALSE(limited.transient());
    limited.retry_after = parse_retry_after("2");
    EXPECT_TRUE(limited.transient());
}

TEST(retry_after, is_a_number_of_seconds) {
    EXPECT_EQ(parse_retry_after("120"), 120s);
    for (auto const* text : {"", "-1", "1.5", "Fri, 31 Dec 1999 23:59:59 GMT", "99999999999999999999"})
        EXPECT_EQ(parse_retry_after(text), std::nullopt) << text;
}
