#include <mocker/client/api_client.hpp>
#include <mocker/client/host.hpp>

#include <gtest/gtest.h>

using namespace mocker;
using kind = http::endpoint::kind;

TEST(host, is_a_unix_socket_by_default) {
    client::host const host;
    EXPECT_EQ(host.text, "unix:///run/mocker.sock");
    EXPECT_EQ(host.to.transport, kind::unix_socket);
    EXPECT_EQ(host.to.host, "/run/mocker.sock");
}

TEST(host, understands_what_docker_does) {
    auto const unix_socket = client::host::parse("unix:///run/x.sock");
    ASSERT_TRUE(unix_socket);
    EXPECT_EQ(unix_socket->to.host, "/run/x.sock");
    auto const plain = client::host::parse("tcp://10.0.0.1");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->to.transport, kind::tcp);
    EXPECT_EQ(plain->to.port, "2375");
    auto const secure = client::host::parse("tcp://example.org:99", true);
    ASSERT_TRUE(secure);
    EXPECT_EQ(secure->to.transport, kind::tls);
    EXPECT_EQ(secure->to.host + " " + secure->to.port, "example.org 99");
    auto const v6 = client::host::parse("[::1]:4000");
    ASSERT_TRUE(v6);
    EXPECT_EQ(v6->to.host + " " + v6->to.port, "::1 4000");
    EXPECT_EQ(v6->text, "tcp://[::1]:4000");
    auto const https = client::host::parse("https://example.org");
    ASSERT_TRUE(https);
    EXPECT_EQ(https->to.transport, kind::tls);
    EXPECT_EQ(https->to.port, "2376");
}

TEST(host, says_what_it_cannot) {
    EXPECT_EQ(client::host::parse("ssh://user@host").error().code(), errc::unsupported);
    EXPECT_EQ(client::host::parse("foo://x").error().code(), errc::malformed);
    EXPECT_EQ(client::host::parse("unix://").error().code(), errc::malformed);
    EXPECT_EQ(client::host::parse("tcp://host:port").error().code(), errc::malformed);
}

TEST(response_error, words_answers_as_the_docker_client_does) {
    auto const missing = client::response_error(404, R"({"message":"No such container: x"})");
    EXPECT_EQ(missing.message(), "Error response from daemon: No such container: x");
    EXPECT_EQ(missing.code(), errc::not_found);
    EXPECT_EQ(client::response_error(409, "plain\n").message(), "Error response from daemon: plain");
    EXPECT_EQ(client::response_error(500, "{}").message(),
              "Error response from daemon: API returned a 500 but provided no error-message");
    EXPECT_EQ(client::response_error(500, "[1").code(), errc::internal);
}

TEST(encode_filters, gives_the_form_that_every_engine_reads) {
    EXPECT_EQ(client::encode_filters({}), "");
    EXPECT_EQ(client::encode_filters({{"name", {"a", "b"}}, {"status", {"exited"}}}),
              R"({"name":{"a":true,"b":true},"status":{"exited":true}})");
}
