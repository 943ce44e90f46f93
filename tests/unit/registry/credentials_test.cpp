#include <mocker/registry/credentials.hpp>
#include <mocker/registry/detail/base64.hpp>

#include <gtest/gtest.h>

#include <string>

using namespace mocker;
using namespace mocker::registry;

namespace {

result<credentials> parsed(std::string_view json) { return parse_registry_auth(detail::base64_encode(json, true)); }

} // namespace

TEST(credentials, come_from_the_header_of_the_engine_api) {
    auto const who =
        parsed(R"({"username":"u","password":"p?>","serveraddress":"https://index.docker.io/v1/","email":"x"})");
    ASSERT_TRUE(who.has_value()) << who.error().message();
    EXPECT_EQ(who->username, "u");
    EXPECT_EQ(who->password, "p?>");
    EXPECT_EQ(who->server_address, "https://index.docker.io/v1/");
    EXPECT_FALSE(who->anonymous());
    EXPECT_EQ(*parse_registry_auth(to_registry_auth(*who)), *who);
    EXPECT_EQ(basic_authorization(credentials("Aladdin", "open sesame")), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

TEST(credentials, may_be_a_token) {
    EXPECT_EQ(parsed(R"({"identitytoken":"i"})")->identity_token, "i");
    EXPECT_EQ(parsed(R"({"registrytoken":"r"})")->registry_token, "r");
    auto const helper = parsed(R"({"username":"<token>","password":"secret"})");
    EXPECT_EQ(helper->identity_token, "secret");
    EXPECT_EQ(helper->username, "");
    EXPECT_EQ(parsed(R"({"auth":"dTpwOnE="})")->password, "p:q");
}

TEST(credentials, are_anonymous_without_a_header_or_with_an_empty_one) {
    EXPECT_TRUE(parse_registry_auth("")->anonymous());
    EXPECT_TRUE(parsed("{}")->anonymous());
    EXPECT_TRUE(parsed(R"({"username":"","password":null})")->anonymous());
    EXPECT_TRUE(parse_registry_auth("e30")->anonymous()) << "without padding";
    EXPECT_TRUE(parse_registry_auth("e30=")->anonymous());
}

TEST(credentials, that_are_malformed_are_refused) {
    for (auto const* header : {"*", "e30=e", "e", "\xff\xff", "bnVsbA==" /* null */, "W10=" /* [] */, "eyI=" /* {" */})
        EXPECT_EQ(parse_registry_auth(header).error().code(), errc::malformed) << header;
    EXPECT_FALSE(parsed(R"({"username":1})").has_value());
    EXPECT_FALSE(parsed(R"({"auth":"bm9jb2xvbg=="})").has_value());
    EXPECT_FALSE(parsed(std::string(10'000, '[')).has_value());
}

TEST(base64, reads_what_it_writes_of_any_length) {
    std::string bytes;
    for (int i = 0; i < 260; ++i) {
        EXPECT_EQ(detail::base64_decode(detail::base64_encode(bytes)), bytes);
        EXPECT_EQ(detail::base64_decode(detail::base64_encode(bytes, true)), bytes);
        bytes += static_cast<char>(i * 7);
    }
    EXPECT_EQ(detail::base64_encode("foobar"), "Zm9vYmFy");
    EXPECT_EQ(detail::base64_encode("fooba"), "Zm9vYmE=");
    EXPECT_EQ(detail::base64_encode("\xff\xfe", true), "__4=");
    EXPECT_EQ(detail::base64_decode("Zm9v YmFy"), std::nullopt);
}
