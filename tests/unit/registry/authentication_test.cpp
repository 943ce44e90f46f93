#include <support/co_test.hpp>

#include "fake_registry.hpp"

using namespace mocker;
using namespace mocker::test;

namespace {

std::string const manifest = R"({"schemaVersion":2})";

/// A registry that wants bearer tokens, and the server that gives them.
struct guarded {
    explicit guarded(asio::any_io_executor executor) : registry(executor), tokens(executor) {
        registry.add_manifest("1", manifest);
        registry.before = [this](http::request& q, http::response& r) { return guard(q, r); };
        tokens.before = [this](http::request& q, http::response& r) { return give(q, r); };
    }

    awaitable<result<bool>> guard(http::request& q, http::response& r) {
        if (q.header("Authorization") == "Bearer " + valid) co_return false;
        std::string const error_text = q.header("Authorization").empty() ? "" : ",error=\"invalid_token\"";
        r.set("WWW-Authenticate",
              "Bearer realm=\"http://" + tokens.authority + "/token\",service=\"fake\"" + error_text);
        MOCKER_CHECK(
            co_await r.send(401, R"({"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]})"));
        co_return true;
    }

    awaitable<result<bool>> give(http::request& q, http::response& r) {
        if (q.method() == http::verb::post) {
            MOCKER_TRY(body, co_await q.body(10'000));
            form = body;
            if (!oauth) {
                MOCKER_CHECK(co_await r.send(404));
                co_return true;
            }
        }
        if (status == 200)
            MOCKER_CHECK(co_await r.send(200, "{\"token\":\"" + given + "\",\"expires_in\":300}"));
        else
            MOCKER_CHECK(co_await r.send(status, R"({"details":"incorrect username or password"})"));
        co_return true;
    }

    awaitable<std::string> fetch(registry::credentials who = {}) {
        auto const client = registry.connect(std::move(who));
        auto const fetched = co_await client->fetch_manifest("team/app", "1");
        co_return fetched ? "fetched" : fetched.error().message();
    }

    awaitable<void> stop() {
        co_await registry.stop();
        co_await tokens.stop();
    }

    fake_registry registry, tokens;
    std::string valid = "t1", given = "t1", form;
    unsigned status = 200;
    bool oauth = true;
};

awaitable<void> fetch_one(registry::client& from, int& fetched) {
    auto const got = co_await from.fetch_manifest("team/app", "1");
    fetched += got.has_value();
}

} // namespace

CO_TEST(bearer_authentication, gets_a_token_for_anybody) {
    guarded g(co_await asio::this_coro::executor);
    EXPECT_EQ(co_await g.fetch(), "fetched");
    EXPECT_EQ(g.registry.log, (std::vector<std::string>{"GET /v2/", "GET /v2/team/app/manifests/1 [Bearer t1]"}));
    EXPECT_EQ(g.tokens.log, (std::vector<std::string>{"GET /token?service=fake&scope=repository%3Ateam%2Fapp%3Apull"}));
    co_await g.stop();
}

CO_TEST(bearer_authentication, shows_the_password_to_the_token_server_alone) {
    guarded g(co_await asio::this_coro::executor);
    EXPECT_EQ(co_await g.fetch(registry::credentials("me", "pw")), "fetched");
    EXPECT_EQ(g.tokens.log.at(0),
              "GET /token?service=fake&scope=repository%3Ateam%2Fapp%3Apull&account=me [Basic bWU6cHc=]");
    EXPECT_EQ(g.registry.count("Basic"), 0u);
    co_await g.stop();
}

CO_TEST(bearer_authentication, uses_one_token_for_many_requests_at_once) {
    auto const executor = co_await asio::this_coro::executor;
    guarded g(executor);
    auto const client = g.registry.connect();
    int fetched = 0;
    async::task_group group(executor);
    for (int i = 0; i < 8; ++i) group.spawn(fetch_one(*client, fetched));
    co_await group.join();
    EXPECT_EQ(fetched, 8);
    EXPECT_EQ(g.tokens.log.size(), 1u);
    EXPECT_EQ(g.registry.count("/v2/"), 9u);
    co_await g.stop();
}

CO_TEST(bearer_authentication, gets_a_new_token_when_the_registry_forgets_the_old_one) {
    guarded g(co_await asio::this_coro::executor);
    auto const client = g.registry.connect();
    EXPECT_TRUE((co_await client->fetch_manifest("team/app", "1")).has_value());
    g.valid = g.given = "t2";
    EXPECT_TRUE((co_await client->fetch_manifest("team/app", "1")).has_value());
    EXPECT_EQ(g.tokens.log.size(), 2u);
    g.valid = "t3"; // which nobody gets
    auto const refused = co_await client->fetch_manifest("team/app", "1");
    EXPECT_EQ(refused.error().message(), "pull access denied for " + g.registry.authority +
                                             "/team/app, repository does not exist or may require 'docker login': "
                                             "unauthorized: authentication required");
    EXPECT_EQ(refused.error().code(), errc::not_found);
    EXPECT_EQ(g.tokens.log.size(), 3u) << "asks once more, not for ever";
    co_await g.stop();
}

CO_TEST(bearer_authentication, with_an_identity_token_asks_by_form_or_else_plainly) {
    guarded g(co_await asio::this_coro::executor);
    registry::credentials who;
    who.identity_token = "id";
    EXPECT_EQ(co_await g.fetch(who), "fetched");
    EXPECT_EQ(
        g.form,
        "grant_type=refresh_token&service=fake&client_id=mocker&scope=repository%3Ateam%2Fapp%3Apull&refresh_token=id");
    EXPECT_EQ(g.tokens.log, (std::vector<std::string>{"POST /token"}));
    g.oauth = false;
    EXPECT_EQ(co_await g.fetch(who), "fetched");
    EXPECT_EQ(g.tokens.log.size(), 3u);
    EXPECT_EQ(g.tokens.count("GET /token?service=fake"), 1u);
    co_await g.stop();
}

CO_TEST(bearer_authentication, reports_what_the_token_server_says) {
    guarded g(co_await asio::this_coro::executor);
    g.status = 401;
    auto const url = "Get \"http://" + g.tokens.authority + "/token\": ";
    EXPECT_EQ(co_await g.fetch(registry::credentials("me", "wrong")),
              url + "unauthorized: incorrect username or password");
    g.status = 200;
    g.given = "";
    EXPECT_EQ(co_await g.fetch(), "Get \"http://" + g.registry.authority +
                                      "/v2/team/app/manifests/1\": "
                                      "authorization server did not include a token in the response");
    co_await g.stop();
}

CO_TEST(bearer_authentication, does_not_ask_a_token_server_in_the_open) {
    fake_registry registry(co_await asio::this_coro::executor);
    registry.before = [](http::request&, http::response& r) -> awaitable<result<bool>> {
        r.set("WWW-Authenticate", "Bearer realm=\"http://192.0.2.1/token\"");
        MOCKER_CHECK(co_await r.send(401));
        co_return true;
    };
    auto const client = registry.connect(registry::credentials("me", "pw"));
    EXPECT_EQ((co_await client->fetch_manifest("a", "1")).error().message(),
              "Get \"http://192.0.2.1/token\": plain HTTP is only used with loopback and insecure registries");
    co_await registry.stop();
}

CO_TEST(bearer_authentication, with_a_ready_token_asks_nobody) {
    guarded g(co_await asio::this_coro::executor);
    registry::credentials who;
    who.registry_token = "t1";
    EXPECT_EQ(co_await g.fetch(who), "fetched");
    EXPECT_TRUE(g.tokens.log.empty());
    co_await g.stop();
}

CO_TEST(basic_authentication, sends_the_password_once_it_is_asked_for) {
    fake_registry registry(co_await asio::this_coro::executor);
    registry.add_manifest("1", manifest);
    registry.before = [](http::request& q, http::response& r) -> awaitable<result<bool>> {
        if (q.header("Authorization") == "Basic bWU6cHc=") co_return false;
        r.set("WWW-Authenticate", "Basic realm=\"x\"");
        MOCKER_CHECK(co_await r.send(401));
        co_return true;
    };
    auto const url = "http://" + registry.authority + "/v2/app/manifests/1";
    auto const mine = registry.connect(registry::credentials("me", "pw"));
    EXPECT_TRUE((co_await mine->fetch_manifest("app", "1")).has_value());
    EXPECT_EQ(registry.log.size(), 2u);
    auto const wrong = registry.connect(registry::credentials("me", "px"));
    EXPECT_EQ(
        (co_await wrong->fetch_manifest("app", "1")).error().message(),
        "pull access denied for " + registry.authority +
            "/app, repository does not exist or may require 'docker login': unauthorized: authentication required");
    auto const nobody = registry.connect();
    auto const refused = co_await nobody->fetch_manifest("app", "1");
    EXPECT_EQ(refused.error().message(), "Get \"" + url + "\": no basic auth credentials");
    EXPECT_EQ(refused.error().code(), errc::unauthorized);
    co_await registry.stop();
}

CO_TEST(authorization, does_not_follow_a_redirect_to_another_host) {
    auto const executor = co_await asio::this_coro::executor;
    guarded g(executor);
    fake_registry store(executor, "127.0.0.2");
    auto const blob = store.add_blob("bytes");
    auto const guard = g.registry.before;
    g.registry.before = [&](http::request& q, http::response& r) -> awaitable<result<bool>> {
        MOCKER_TRY(answered, co_await guard(q, r));
        if (answered || q.path().find("/blobs/") == std::string_view::npos) co_return answered;
        r.set("Location", "http://" + store.authority + std::string(q.path()) + "?signature=s");
        MOCKER_CHECK(co_await r.send(307));
        co_return true;
    };
    auto const client = g.registry.connect();
    text_sink sink;
    auto const fetched = co_await client->fetch_blob("team/app", blob, sink);
    EXPECT_TRUE(fetched.has_value()) << fetched.error().message();
    EXPECT_EQ(sink.text, "bytes");
    EXPECT_EQ(store.log, (std::vector<std::string>{"GET /v2/team/app/blobs/" + blob.digest.text() + "?signature=s"}));
    EXPECT_EQ(g.registry.count("[Bearer t1]"), 1u);
    co_await store.stop();
    co_await g.stop();
}
