#include <mocker/registry/token.hpp>

#include <gtest/gtest.h>

#include <string>

using namespace mocker;
using namespace mocker::registry;
using namespace std::chrono_literals;

namespace {

challenge const hub =
    parse_challenges(R"(Bearer realm="https://auth.docker.io/token?x=1",service="registry docker")").front();
std::vector<std::string> const scopes{"repository:library/nginx:pull", "repository:a:pull"};

} // namespace

TEST(token_request, for_anybody_names_service_and_scopes) {
    auto const request = make_token_request(hub, scopes, {});
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->to.where.text(), "https://auth.docker.io");
    EXPECT_EQ(request->to.target, "/token?x=1&service=registry%20docker&scope=repository%3Alibrary%2Fnginx%3Apull"
                                  "&scope=repository%3Aa%3Apull");
    EXPECT_EQ(request->authorization, "");
    EXPECT_EQ(request->form, "");
}

TEST(token_request, for_a_user_carries_the_password_in_its_header_alone) {
    auto const request = make_token_request(hub, {}, credentials("me", "s3cret"));
    EXPECT_EQ(request->to.target, "/token?x=1&service=registry%20docker&account=me");
    EXPECT_EQ(request->authorization, basic_authorization(credentials("me", "s3cret")));
}

TEST(token_request, with_an_identity_token_is_a_form) {
    credentials who;
    who.identity_token = "a/b";
    auto const request = make_oauth_request(hub, scopes, who);
    EXPECT_EQ(request->form, "grant_type=refresh_token&service=registry%20docker&client_id=mocker"
                             "&scope=repository%3Alibrary%2Fnginx%3Apull%20repository%3Aa%3Apull&refresh_token=a%2Fb");
    EXPECT_EQ(make_oauth_request(hub, {}, credentials("u", "p"))->form,
              "grant_type=password&service=registry%20docker&client_id=mocker&username=u&password=p");
}

TEST(token_request, needs_a_realm_that_is_a_url) {
    for (auto const* header :
         {"Bearer service=s", "Bearer realm=\"\"", "Bearer realm=\"/token\"", "Bearer realm=\"ftp://h/\""})
        EXPECT_EQ(make_token_request(parse_challenges(header).front(), {}, {}).error().code(), errc::malformed)
            << header;
}

TEST(token, is_read_under_either_name_with_its_lifetime) {
    EXPECT_EQ(parse_token(R"({"token":"t","expires_in":300})")->value, "t");
    EXPECT_EQ(parse_token(R"({"token":"t","expires_in":300})")->lifetime, 300s);
    EXPECT_EQ(parse_token(R"({"access_token":"a"})")->value, "a");
    EXPECT_EQ(parse_token(R"({"token":"","access_token":"a"})")->lifetime, 60s);
    EXPECT_EQ(parse_token(R"({"token":"t","expires_in":-5})")->lifetime, 60s);
    EXPECT_EQ(parse_token(R"({"token":"t","expires_in":9223372036854775807})")->lifetime, 24h);
    EXPECT_EQ(parse_token(R"({"token":"t","expires_in":"soon"})")->lifetime, 60s);
}

TEST(token, that_is_missing_or_could_split_a_header_is_refused) {
    EXPECT_EQ(parse_token("{}").error().message(), "authorization server did not include a token in the response");
    for (auto const* body :
         {"", "[]", "null", R"({"token":1})", R"({"token":"a\r\nb: c"})", R"({"token":"a b"})", R"({"token":"t")"})
        EXPECT_EQ(parse_token(body).error().code(), errc::malformed) << body;
}
