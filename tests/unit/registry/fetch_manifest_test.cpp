#include <mocker/oci/limits.hpp>

#include <support/co_test.hpp>

#include "fake_registry.hpp"

using namespace mocker;
using namespace mocker::test;
using namespace std::chrono_literals;

namespace {

std::string const manifest = R"({"schemaVersion":2,"layers":[]})";

/// The error of fetching the manifest `app:1`.
awaitable<std::string> failure_of(fake_registry& registry, std::string version = "1") {
    auto const client = registry.connect();
    auto const fetched = co_await client->fetch_manifest("app", version);
    co_return fetched ? "fetched" : fetched.error().message();
}

/// Answers @p status with @p body the first @p times, then leaves the registry to itself.
void fail_manifests(fake_registry& registry, int times, unsigned status, std::string body = {},
                    std::string retry_after = {}) {
    registry.before = [=, left = times](http::request& q, http::response& r) mutable -> awaitable<result<bool>> {
        if (q.path().find("/manifests/") == std::string_view::npos || left-- <= 0) co_return false;
        if (!retry_after.empty()) r.set("Retry-After", retry_after);
        MOCKER_CHECK(co_await r.send(status, body));
        co_return true;
    };
}

} // namespace

CO_TEST(fetch_manifest, gives_the_bytes_their_type_and_their_digest) {
    fake_registry registry(co_await asio::this_coro::executor);
    auto const digest = registry.add_manifest("1", manifest);
    auto const client = registry.connect();
    auto const fetched = co_await client->fetch_manifest("team/app", "1");
    EXPECT_TRUE(fetched.has_value()) << fetched.error().message();
    if (fetched) {
        EXPECT_EQ(fetched->body, manifest);
        EXPECT_EQ(fetched->media_type, "application/vnd.oci.image.manifest.v1+json");
        EXPECT_EQ(fetched->digest, digest);
    }
    EXPECT_EQ(registry.log, (std::vector<std::string>{"GET /v2/", "GET /v2/team/app/manifests/1"}));
    EXPECT_TRUE((co_await client->fetch_manifest("team/app", digest.text())).has_value());
    EXPECT_EQ(registry.log.back(), "GET /v2/team/app/manifests/" + digest.text());
    co_await registry.stop();
}

CO_TEST(fetch_manifest, asks_for_every_type_that_we_read) {
    fake_registry registry(co_await asio::this_coro::executor);
    registry.add_manifest("1", manifest);
    std::string accept, agent;
    registry.before = [&](http::request& q, http::response&) -> awaitable<result<bool>> {
        accept = q.header("Accept");
        agent = q.header("User-Agent");
        co_return false;
    };
    EXPECT_EQ(co_await failure_of(registry), "fetched");
    for (auto const* type :
         {"application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
          "application/vnd.docker.distribution.manifest.list.v2+json"})
        EXPECT_NE(accept.find(type), std::string::npos) << type;
    EXPECT_EQ(agent, "mocker");
    co_await registry.stop();
}

CO_TEST(fetch_manifest, finds_the_type_in_the_document_if_the_registry_does_not_know_it) {
    fake_registry registry(co_await asio::this_coro::executor);
    registry.media_type = "text/plain; charset=utf-8";
    registry.add_manifest("1", R"({"manifests":[]})");
    registry.add_manifest("2", manifest);
    registry.add_manifest("3", R"({"mediaType":"a/b"})");
    auto const client = registry.connect();
    EXPECT_EQ((co_await client->fetch_manifest("app", "1"))->media_type, "application/vnd.oci.image.index.v1+json");
    EXPECT_EQ((co_await client->fetch_manifest("app", "2"))->media_type, "application/vnd.oci.image.manifest.v1+json");
    EXPECT_EQ((co_await client->fetch_manifest("app", "3"))->media_type, "a/b");
    co_await registry.stop();
}

CO_TEST(fetch_manifest, that_is_missing_says_so_in_dockers_words) {
    fake_registry registry(co_await asio::this_coro::executor);
    EXPECT_EQ(co_await failure_of(registry),
              "manifest for " + registry.authority + "/app:1 not found: manifest unknown: manifest unknown");
    auto const client = registry.connect();
    EXPECT_EQ((co_await client->fetch_manifest("app", "1")).error().code(), errc::not_found);
    co_await registry.stop();
}

CO_TEST(fetch_manifest, refuses_what_is_not_what_was_asked_for) {
    fake_registry registry(co_await asio::this_coro::executor);
    auto const digest = registry.add_manifest("1", manifest);
    registry.manifests[digest.text()] = "{}";
    EXPECT_EQ(co_await failure_of(registry, digest.text()), "manifest verification failed for digest " + digest.text());
    registry.before = [&](http::request& q, http::response& r) -> awaitable<result<bool>> {
        if (q.path() == "/v2/") co_return false;
        r.set("Docker-Content-Digest", digest.text());
        MOCKER_CHECK(co_await r.send(200, "{\"other\":1}"));
        co_return true;
    };
    EXPECT_EQ(co_await failure_of(registry), "manifest verification failed for digest " + digest.text());
    co_await registry.stop();
}

CO_TEST(fetch_manifest, has_a_limit_of_size) {
    fake_registry registry(co_await asio::this_coro::executor);
    registry.add_manifest("1", std::string(oci::document_size_limit + 1, ' '));
    EXPECT_EQ(co_await failure_of(registry), "manifest for " + registry.authority + "/app:1 exceeds 4 MiB");
    co_await registry.stop();
}

CO_TEST(fetch_manifest, tries_again_when_the_registry_is_unwell_for_a_moment) {
    fake_registry registry(co_await asio::this_coro::executor);
    registry.add_manifest("1", manifest);
    fail_manifests(registry, 2, 503);
    EXPECT_EQ(co_await failure_of(registry), "fetched");
    EXPECT_EQ(registry.count("/manifests/"), 3u);
    fail_manifests(registry, 100, 500, "<html>oops</html>");
    EXPECT_EQ(co_await failure_of(registry), "received unexpected HTTP status: 500 Internal Server Error");
    co_await registry.stop();
}

CO_TEST(fetch_manifest, honours_a_rate_limit) {
    fake_registry registry(co_await asio::this_coro::executor);
    registry.add_manifest("1", manifest);
    std::string const body = R"({"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]})";
    fail_manifests(registry, 1, 429, body, "0");
    EXPECT_EQ(co_await failure_of(registry), "fetched");
    fail_manifests(registry, 1, 429, body);
    EXPECT_EQ(co_await failure_of(registry), "toomanyrequests: slow down") << "nothing says when to come again";
    fail_manifests(registry, 1, 429, body, "31");
    EXPECT_EQ(co_await failure_of(registry), "toomanyrequests: slow down") << "too long to wait";
    co_await registry.stop();
}

CO_TEST(fetch_manifest, tells_when_nobody_listens) {
    auto const executor = co_await asio::this_coro::executor;
    fake_registry registry(executor);
    co_await registry.stop();
    auto const port = registry.authority.substr(registry.authority.find(':') + 1);
    EXPECT_EQ(co_await failure_of(registry), "Get \"http://" + registry.authority + "/v2/\": dial tcp 127.0.0.1:" +
                                                 port + ": connect: connection refused");
}

CO_TEST(fetch_manifest, gives_up_on_a_registry_that_does_not_answer) {
    fake_registry registry(co_await asio::this_coro::executor);
    registry.before = [](http::request&, http::response&) -> awaitable<result<bool>> {
        co_await async::sleep(1h);
        co_return false;
    };
    auto options = fake_registry::quick_options();
    options.response_timeout = 30ms;
    auto const client = registry.connect({}, options);
    auto const fetched = co_await client->fetch_manifest("app", "1");
    EXPECT_TRUE(fetched.has_error() &&
                fetched.error().message().ends_with("(Client.Timeout exceeded while awaiting headers)"))
        << fetched.error().message();
    co_await registry.stop();
}

CO_TEST(fetch_manifest, follows_redirects_within_reason) {
    auto const executor = co_await asio::this_coro::executor;
    fake_registry registry(executor), other(executor, "127.0.0.2");
    other.add_manifest("1", manifest);
    registry.before = [&](http::request& q, http::response& r) -> awaitable<result<bool>> {
        if (q.path() == "/v2/") co_return false;
        if (q.path().ends_with("/loop"))
            r.set("Location", "loop");
        else if (q.path().ends_with("/nowhere"))
            r.set("Location", "ftp://x/");
        else if (q.path().ends_with("/plain"))
            r.set("Location", "http://192.0.2.1/");
        else
            r.set("Location", "http://" + other.authority + "/v2/app/manifests/1");
        MOCKER_CHECK(co_await r.send(307));
        co_return true;
    };
    EXPECT_EQ(co_await failure_of(registry), "fetched");
    EXPECT_EQ(other.log, (std::vector<std::string>{"GET /v2/app/manifests/1"}));
    auto const prefix = "Get \"http://" + registry.authority + "/v2/app/manifests/";
    EXPECT_EQ(co_await failure_of(registry, "loop"), prefix + "loop\": stopped after 10 redirects");
    EXPECT_EQ(co_await failure_of(registry, "nowhere"),
              prefix + "nowhere\": invalid URL \"ftp://x/\": expected http or https");
    EXPECT_EQ(co_await failure_of(registry, "plain"),
              "Get \"http://192.0.2.1/\": plain HTTP is only used with loopback and insecure registries");
    co_await registry.stop();
    co_await other.stop();
}
