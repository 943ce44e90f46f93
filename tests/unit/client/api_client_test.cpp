#include <mocker/async/event.hpp>
#include <mocker/async/task_group.hpp>
#include <mocker/client/api_client.hpp>
#include <mocker/http/acceptor.hpp>
#include <mocker/http/server.hpp>

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <support/co_test.hpp>

using namespace mocker;
using http::verb;

namespace {

/// An engine of a few routes, on a unix socket in a directory of its own.
class fake_engine {
public:
    explicit fake_engine(asio::any_io_executor executor)
        : executor_(executor), directory_(make_directory()), tasks_(executor) {}
    ~fake_engine() { std::filesystem::remove_all(directory_); }

    void add(verb method, std::string_view pattern, http::handler handler) {
        routes_.add(method, pattern, std::move(handler));
    }

    void start() {
        routes_.rewrite([this](std::string_view path) { return strip_version(path); });
        server_.emplace(executor_, routes_);
        auto listening = http::listen_unix(executor_, socket());
        ASSERT_TRUE(listening) << listening.error().message();
        acceptor_ = std::move(*listening);
        tasks_.spawn(serve());
    }
    awaitable<void> stop() {
        co_await server_->shutdown();
        co_await tasks_.join();
    }

    std::string socket() const { return directory_ + "/engine.sock"; }
    client::host host() const { return *client::host::parse("unix://" + socket()); }
    client::api_client connect(std::string version = {}) {
        return client::api_client(executor_, host(), std::move(version));
    }

    std::vector<std::string> versions; ///< of the requests

private:
    static std::string make_directory() {
        std::string name = std::filesystem::temp_directory_path() / "mocker_client_XXXXXX";
        return ::mkdtemp(name.data());
    }
    awaitable<void> serve() { co_await server_->serve(*acceptor_); }
    std::string_view strip_version(std::string_view path) {
        if (!path.starts_with("/v1.")) return path;
        auto const end = path.find('/', 1);
        versions.emplace_back(path.substr(2, end - 2));
        return path.substr(end);
    }

    asio::any_io_executor executor_;
    std::string directory_;
    http::router routes_;
    std::optional<http::server> server_;
    std::unique_ptr<http::acceptor> acceptor_;
    async::task_group tasks_;
};

awaitable<result<>> answer(http::response& r, unsigned status, std::string body) {
    co_return co_await r.send(status, std::move(body));
}

/// Sends three frames, then gives back what it reads until the client half-closes.
awaitable<result<>> echo(http::request&, http::response& r) {
    MOCKER_TRY(stream, co_await r.hijack("application/vnd.docker.multiplexed-stream"));
    std::string const frames("\1\0\0\0\0\0\0\3out\2\0\0\0\0\0\0\3err", 22);
    MOCKER_CHECK(co_await stream.write(std::string_view(frames)));
    std::string buffer(64, '\0'), all;
    for (;;) {
        MOCKER_TRY(size, co_await stream.read_some(asio::buffer(buffer)));
        if (size == 0) break;
        all.append(buffer, 0, size);
    }
    std::string header("\1\0\0\0\0\0\0", 7);
    header += static_cast<char>(all.size());
    co_return co_await stream.write(std::string_view(header + all));
}

/// Says at once that it waits, and the status a little later.
awaitable<result<>> wait_a_little(http::request&, http::response& r) {
    MOCKER_CHECK(co_await r.begin(200));
    co_await async::sleep(std::chrono::milliseconds(5));
    co_return co_await r.write(R"({"StatusCode":7})");
}

awaitable<result<>> pull(http::request& q, http::response& r) {
    EXPECT_EQ(q.query("fromImage").value_or(""), "docker.io/library/busybox");
    EXPECT_EQ(q.header("X-Registry-Auth"), "secret");
    MOCKER_CHECK(co_await r.begin(200));
    MOCKER_CHECK(co_await r.write("{\"status\":\"Pulling from library/busybox\",\"id\":\"1\"}\r\n{\"status\":\"Down"));
    co_return co_await r.write("loading\",\"progressDetail\":{\"current\":1,\"total\":2},\"id\":\"aa\"}\r\n");
}

} // namespace

CO_TEST(api_client, creates_and_reads_the_answer) {
    fake_engine engine(co_await asio::this_coro::executor);
    engine.add(verb::post, "/containers/create", [](http::request& q, http::response& r) {
        EXPECT_EQ(q.query("name").value_or(""), "a b");
        return answer(r, 201, R"({"Id":"abc","Warnings":["careful"]})");
    });
    engine.start();
    auto api = engine.connect();
    types::container_create_request request;
    request.config.image = "busybox";
    CO_REQUIRE(created, co_await api.create_container(request, "a b", ""));
    EXPECT_EQ(created.id, "abc");
    EXPECT_EQ(created.warnings, types::string_list{"careful"});
    EXPECT_EQ(engine.versions, std::vector<std::string>{"1.51"});
    co_await engine.stop();
}

CO_TEST(api_client, takes_the_version_of_an_older_engine_and_keeps_it) {
    fake_engine engine(co_await asio::this_coro::executor);
    engine.add(verb::get, "/info", [&engine](http::request&, http::response& r) {
        if (engine.versions.back() == "1.51")
            return answer(r, 400,
                          R"({"message":"client version 1.51 is too new. Maximum supported API version is 1.41"})");
        return answer(r, 200, "{}");
    });
    engine.start();
    auto api = engine.connect();
    CO_REQUIRE(first, co_await api.info());
    CO_REQUIRE(second, co_await api.info());
    EXPECT_EQ(engine.versions, (std::vector<std::string>{"1.51", "1.41", "1.41"}));
    auto pinned = engine.connect("1.30");
    CO_REQUIRE(third, co_await pinned.info());
    EXPECT_EQ(engine.versions.back(), "1.30");
    co_await engine.stop();
}

CO_TEST(api_client, reports_what_the_engine_says) {
    fake_engine engine(co_await asio::this_coro::executor);
    engine.add(verb::post, "/containers/{id}/start", [](http::request& q, http::response& r) {
        return answer(r, 404, R"({"message":"No such container: )" + std::string(q.param("id")) + "\"}");
    });
    engine.add(verb::post, "/containers/{id}/stop",
               [](http::request&, http::response& r) { return answer(r, 304, ""); });
    engine.start();
    auto api = engine.connect();
    auto const started = co_await api.start_container("a b?c");
    CO_ASSERT_TRUE(!started);
    EXPECT_EQ(started.error().message(), "Error response from daemon: No such container: a b?c");
    EXPECT_EQ(started.error().code(), errc::not_found);
    client::stop_options const options;
    EXPECT_TRUE((co_await api.stop_container("x", options)).has_value()); // not modified is a success
    co_await engine.stop();
}

CO_TEST(api_client, attaches_reads_both_streams_and_half_closes) {
    fake_engine engine(co_await asio::this_coro::executor);
    engine.add(verb::post, "/containers/{id}/attach", echo);
    engine.start();
    auto api = engine.connect();
    client::attach_options options;
    options.in = true;
    CO_REQUIRE(streams, co_await api.attach_container("x", options));
    EXPECT_TRUE(streams.multiplexed());
    CO_ASSERT_TRUE((co_await streams.write("hello")).has_value());
    CO_ASSERT_TRUE(streams.close_input().has_value());
    std::string out, err;
    for (;;) {
        CO_REQUIRE(piece, co_await streams.read());
        if (!piece) break;
        (piece->from == client::demultiplexer::stream::err ? err : out) += piece->data;
    }
    EXPECT_EQ(out + "|" + err, "outhello|err");
    co_await engine.stop();
}

CO_TEST(api_client, a_wait_is_registered_before_its_status_is_known) {
    fake_engine engine(co_await asio::this_coro::executor);
    engine.add(verb::post, "/containers/{id}/wait", wait_a_little);
    engine.start();
    auto api = engine.connect();
    CO_REQUIRE(pending, co_await api.wait_container("x", "next-exit"));
    CO_REQUIRE(status, co_await pending.get());
    EXPECT_EQ(status.status_code, 7);
    co_await engine.stop();
}

CO_TEST(api_client, gives_the_progress_of_a_pull_message_by_message) {
    fake_engine engine(co_await asio::this_coro::executor);
    engine.add(verb::post, "/images/create", pull);
    engine.start();
    auto api = engine.connect();
    CO_REQUIRE(progress, co_await api.pull_image("docker.io/library/busybox", "1", "", "secret"));
    CO_REQUIRE(first, co_await progress.next());
    CO_ASSERT_TRUE(first);
    EXPECT_EQ(first->status + first->id, "Pulling from library/busybox1");
    CO_REQUIRE(second, co_await progress.next());
    CO_ASSERT_TRUE(second);
    EXPECT_EQ(second->progress_detail->total, 2);
    CO_REQUIRE(end, co_await progress.next());
    EXPECT_FALSE(end);
    co_await engine.stop();
}

CO_TEST(api_client, says_that_nobody_listens_as_docker_does) {
    fake_engine engine(co_await asio::this_coro::executor);
    auto api = engine.connect();
    auto const info = co_await api.info();
    CO_ASSERT_TRUE(!info);
    EXPECT_EQ(info.error().message(),
              "Cannot connect to the Docker daemon at unix://" + engine.socket() + ". Is the docker daemon running?");
    EXPECT_EQ(info.error().code(), errc::unavailable);
}

namespace {

awaitable<result<>> start_it(fake_engine& engine, int& times) {
    ++times;
    engine.start();
    co_return result<>{};
}

} // namespace

CO_TEST(api_client, asks_once_for_recovery_and_sends_the_request_again) {
    fake_engine engine(co_await asio::this_coro::executor);
    engine.add(verb::get, "/version", [](http::request&, http::response& r) { return answer(r, 200, "{}"); });
    auto api = engine.connect();
    int times = 0;
    api.set_recovery([&] { return start_it(engine, times); });
    EXPECT_TRUE((co_await api.version()).has_value());
    EXPECT_TRUE((co_await api.version()).has_value());
    EXPECT_EQ(times, 1);
    co_await engine.stop();
}
