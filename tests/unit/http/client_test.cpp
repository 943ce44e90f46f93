#include <boost/beast/http/error.hpp>

#include "http_support.hpp"

namespace mocker::test {

/// A server of the test's own on a unix socket, and a client of it.
class client_fixture {
public:
    explicit client_fixture(asio::any_io_executor executor)
        : server(executor), listener(http::listen_unix(executor, directory / "s.sock").value()), serving(executor),
          client(executor, options()) {
        serving.spawn(serve());
    }

    http::client_options options() const {
        http::client_options out;
        out.to = {http::endpoint::kind::unix_socket, directory / "s.sock"};
        out.common_headers.set("User-Agent", "test");
        return out;
    }

    awaitable<void> end() {
        client.close_idle();
        co_await server.web.shutdown();
        co_await serving.join();
    }

    scratch_directory directory;
    test_server server;
    std::unique_ptr<http::acceptor> listener;
    async::task_group serving;
    http::client client;

private:
    awaitable<void> serve() { (void)co_await server.web.serve(*listener); }
};

http::message make_post(std::string target, std::string body) {
    http::message m(http::verb::post, std::move(target));
    m.body = std::move(body);
    return m;
}

CO_TEST(http_client, sends_and_reads_whole_answers_on_one_connection) {
    client_fixture f(co_await asio::this_coro::executor);
    for (int i = 0; i != 5; ++i) {
        http::message get(http::verb::get, "/hello");
        CO_REQUIRE(hello, co_await f.client.send(std::move(get)));
        EXPECT_EQ(hello.status, 200U);
        EXPECT_EQ(hello.body, "hello\n");
        EXPECT_EQ(hello.header["content-type"], "text/plain");
        auto post = make_post("/echo", "text");
        CO_REQUIRE(echoed, co_await f.client.send(std::move(post)));
        EXPECT_EQ(echoed.body, "text");
        http::message head(http::verb::head, "/hello");
        CO_REQUIRE(headed, co_await f.client.send(std::move(head)));
        EXPECT_EQ(headed.body, "");
        EXPECT_EQ(headed.header["Content-Length"], "6");
        http::message missing(http::verb::get, "/nowhere");
        CO_REQUIRE(none, co_await f.client.send(std::move(missing)));
        EXPECT_EQ(none.status, 404U);
    }
    EXPECT_EQ(f.server.web.connections(), 1U);
    co_await f.end();
}

CO_TEST(http_client, reads_a_body_as_it_comes) {
    client_fixture f(co_await asio::this_coro::executor);
    http::message get(http::verb::get, "/count/1000");
    CO_REQUIRE(open, co_await f.client.open(std::move(get)));
    EXPECT_EQ(open.status(), 200U);
    EXPECT_EQ(open.content_length(), std::nullopt);
    CO_REQUIRE(text, co_await open.read_all(100'000));
    EXPECT_TRUE(text.starts_with("0\n1\n2\n"));
    EXPECT_TRUE(text.ends_with("998\n999\n"));
    EXPECT_EQ((co_await open.read_all(10)).value(), ""); // the end stays the end
    {
        http::message again(http::verb::get, "/count/1000");
        CO_REQUIRE(second, co_await f.client.open(std::move(again)));
        EXPECT_EQ((co_await second.read_all(100)).error().code(), errc::too_large);
        EXPECT_EQ(f.server.web.connections(), 1U); // reused
    }
    co_await f.end();
}

CO_TEST(http_client, sends_a_body_that_is_made_meanwhile) {
    client_fixture f(co_await asio::this_coro::executor);
    for (bool const sized : {false, true}) {
        int left = 100;
        http::message post(http::verb::post, "/stream-echo");
        post.source = [&left](asio::mutable_buffer into) -> awaitable<result<std::size_t>> {
            if (left-- == 0) co_return std::size_t(0);
            co_await async::sleep(1us);
            std::string const text = "0123456789";
            text.copy(static_cast<char*>(into.data()), into.size());
            co_return text.size();
        };
        if (sized) post.source_size = 1000;
        CO_REQUIRE(echoed, co_await f.client.send(std::move(post)));
        EXPECT_EQ(echoed.body.size(), 1000U);
    }
    EXPECT_EQ(f.server.web.connections(), 1U);
    co_await f.end();
}

CO_TEST(http_client, a_body_that_cannot_be_made_is_the_callers_error) {
    client_fixture f(co_await asio::this_coro::executor);
    http::message post(http::verb::post, "/stream-echo");
    post.source = [](asio::mutable_buffer) -> awaitable<result<std::size_t>> {
        co_return error(errc::not_found, "no file");
    };
    auto const failed = co_await f.client.send(std::move(post));
    CO_ASSERT_TRUE(!failed.has_value());
    EXPECT_EQ(failed.error().message(), "no file");
    http::message shorter(http::verb::post, "/stream-echo");
    shorter.source = [](asio::mutable_buffer) -> awaitable<result<std::size_t>> { co_return std::size_t(0); };
    shorter.source_size = 10;
    EXPECT_EQ((co_await f.client.send(std::move(shorter))).error().code(), errc::malformed);
    co_await f.end();
}

CO_TEST(http_client, several_requests_at_once_use_several_connections) {
    auto const executor = co_await asio::this_coro::executor;
    client_fixture f(executor);
    int good = 0;
    auto const ask = [](http::client& client, int& count) -> awaitable<void> {
        http::message get(http::verb::get, "/count/100");
        auto const answer = co_await client.send(std::move(get));
        if (answer && answer->body.ends_with("99\n")) ++count;
    };
    async::task_group asking(executor);
    for (int i = 0; i != 20; ++i) asking.spawn(ask(f.client, good));
    co_await asking.join();
    EXPECT_EQ(good, 20);
    for (int i = 0; i != 200 && f.server.web.connections() > 8; ++i) co_await async::sleep(10ms);
    EXPECT_LE(f.server.web.connections(), 8U); // as many as are kept
    co_await f.end();
}

CO_TEST(http_client, takes_over_a_connection) {
    client_fixture f(co_await asio::this_coro::executor);
    http::message post(http::verb::post, "/hijack");
    CO_REQUIRE(up, co_await f.client.upgrade(std::move(post)));
    EXPECT_EQ(up.status, 101U);
    EXPECT_EQ(up.header["Upgrade"], "tcp");
    CO_ASSERT_TRUE(static_cast<bool>(up.stream));
    EXPECT_TRUE((co_await up.stream.write(std::string_view("abc"))).has_value());
    EXPECT_TRUE(up.stream.shutdown_send().has_value());
    EXPECT_EQ(co_await read_to_end(up.stream), "ABCbye");
    http::message missing(http::verb::post, "/nowhere");
    CO_REQUIRE(refused, co_await f.client.upgrade(std::move(missing)));
    EXPECT_EQ(refused.status, 404U);
    EXPECT_FALSE(static_cast<bool>(refused.stream));
    EXPECT_EQ(refused.body, "{\"message\":\"page not found\"}\n");
    co_await f.end();
}

CO_TEST(http_client, a_kept_connection_that_died_is_not_used) {
    auto const executor = co_await asio::this_coro::executor;
    client_fixture f(executor);
    http::message get(http::verb::get, "/hello");
    EXPECT_TRUE((co_await f.client.send(std::move(get))).has_value());
    co_await f.server.web.shutdown();
    http::server_options const options;
    http::server second(executor, f.server.routes, options);
    co_await f.serving.join();
    f.listener = http::listen_unix(executor, f.directory / "s.sock").value();
    auto const serve = [](http::server& server, http::acceptor& from) -> awaitable<void> {
        (void)co_await server.serve(from);
    };
    f.serving.spawn(serve(second, *f.listener));
    auto post = make_post("/echo", "again");
    CO_REQUIRE(echoed, co_await f.client.send(std::move(post)));
    EXPECT_EQ(echoed.body, "again");
    co_await second.shutdown();
    co_await f.end();
}

/// A server that answers every connection with the same bytes and closes.
awaitable<void> answer_with(http::acceptor& from, std::string answer, int times) {
    for (int i = 0; i != times; ++i) {
        auto stream = co_await from.accept();
        if (!stream) co_return;
        (void)co_await read_until(*stream, "\r\n\r\n");
        (void)co_await stream->write(answer);
        (void)stream->shutdown_send();
        (void)co_await read_to_end(*stream);
    }
}

CO_TEST(http_client, understands_every_framing_and_refuses_what_is_none) {
    auto const executor = co_await asio::this_coro::executor;
    scratch_directory const directory;
    http::client_options options;
    options.to = {http::endpoint::kind::unix_socket, directory / "s.sock"};
    options.reply_limit = 1000;
    struct example {
        std::string answer;
        std::string wanted; // the body, or "!" and the error's text
    };
    std::vector<example> const examples{
        {"HTTP/1.1 200 OK\r\n\r\nuntil the end", "until the end"},
        {"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc", "abc"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "abc"},
        {"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: "
         "1\r\n\r\na",
         "a"},
        {"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", ""},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", "!partial message"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", "!partial message"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5", "!the server closed the connection: partial message"},
        {"", "!the server closed the connection: partial message"},
        {"nonsense\r\n\r\n", "!malformed HTTP answer: bad version"},
        {"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "!malformed HTTP answer: bad Content-Length"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "!malformed HTTP answer: bad chunk"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + std::string(2000, 'a'), "!answer too large"},
        {"HTTP/1.1 200 OK\r\n\r\n" + std::string(2000, 'a'), "!answer too large"},
        {"HTTP/1.1 200 OK\r\nA: " + std::string(100'000, 'a') + "\r\n\r\n",
         "!malformed HTTP answer: header limit exceeded"},
    };
    for (auto const& [answer, wanted] : examples) {
        CO_REQUIRE(listener, http::listen_unix(executor, directory / "s.sock"));
        async::task_group answering(executor);
        answering.spawn(answer_with(*listener, answer, 1));
        {
            http::client client(executor, options);
            auto post = make_post("/", "");
            auto const got = co_await client.send(std::move(post));
            EXPECT_EQ(got ? got->body : "!" + got.error().message(), wanted);
        }
        co_await answering.join();
    }
}

CO_TEST(http_client, says_what_it_cannot_reach) {
    auto const executor = co_await asio::this_coro::executor;
    http::client_options options;
    options.to = {http::endpoint::kind::unix_socket, "/nonexistent/docker.sock"};
    http::client nowhere(executor, options);
    http::message get(http::verb::get, "/");
    auto const failed = co_await nowhere.send(std::move(get));
    CO_ASSERT_TRUE(!failed.has_value());
    EXPECT_EQ(failed.error().message(), "connect to /nonexistent/docker.sock: No such file or directory");
    options.to = {http::endpoint::kind::tcp, "127.0.0.1", "1"};
    http::client refused(executor, options);
    http::message other(http::verb::get, "/");
    EXPECT_EQ((co_await refused.send(std::move(other))).error().message(),
              "connect to 127.0.0.1:1: Connection refused");
    http::message split(http::verb::get, "/a b");
    EXPECT_EQ((co_await refused.send(std::move(split))).error().code(), errc::malformed);
}

CO_TEST(http_client, a_listener_that_never_answers_runs_into_the_time_limit) {
    auto const executor = co_await asio::this_coro::executor;
    CO_REQUIRE(listener, http::listen_tcp(executor, "127.0.0.1", 0));
    http::client_options options;
    auto const endpoint = listener->endpoint();
    options.to = {http::endpoint::kind::tls, "127.0.0.1", endpoint.substr(endpoint.rfind(':') + 1)};
    options.connect_timeout = 50ms; // the handshake is part of connecting
    http::client client(executor, options);
    http::message get(http::verb::get, "/");
    auto const failed = co_await client.send(std::move(get));
    CO_ASSERT_TRUE(!failed.has_value());
    EXPECT_EQ(failed.error().code(), asio::error::timed_out);
}

TEST(http_endpoint, is_parsed_and_named) {
    using kind = http::endpoint::kind;
    auto const unix_socket = http::endpoint::parse("unix:///run/docker.sock").value();
    EXPECT_EQ(unix_socket.transport, kind::unix_socket);
    EXPECT_EQ(unix_socket.host, "/run/docker.sock");
    EXPECT_EQ(unix_socket.host_header(), "localhost");
    EXPECT_EQ(http::endpoint::parse("tcp://host:2376").value().port, "2376");
    EXPECT_EQ(http::endpoint::parse("tcp://host").value().port, "2375");
    EXPECT_EQ(http::endpoint::parse("https://registry.example/v2/").value().host_header(), "registry.example");
    EXPECT_EQ(http::endpoint::parse("http://[::1]:5000").value().host_header(), "[::1]:5000");
    EXPECT_EQ(http::endpoint::parse("http://[::1]").value().port, "80");
    for (auto const* const bad : {"", "host", "unix://", "ftp://x", "tcp://:1", "tcp://x:y", "tcp://x:"})
        EXPECT_FALSE(http::endpoint::parse(bad).has_value()) << bad;
}

} // namespace mocker::test
