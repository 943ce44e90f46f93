// A client goes away while its request is being handled.
#include <sys/socket.h>

#include <array>

#include "http_support.hpp"

namespace mocker::test {

/// Waits until @p condition holds, for at most two seconds.
template <class Condition>
awaitable<bool> eventually(Condition const& condition) {
    for (int i = 0; i != 200 && !condition(); ++i) co_await async::sleep(10ms);
    co_return condition();
}

/// The two ends of a connection through the kernel: one served, one ours.
http::any_stream connect_unix_pair(test_server& s) {
    std::array<int, 2> fds{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()), 0);
    s.web.add(http::make_socket_stream(s.executor_, unique_fd(fds[0])).value());
    return http::make_socket_stream(s.executor_, unique_fd(fds[1])).value();
}

awaitable<http::any_stream> connect_tcp_pair(test_server& s) {
    auto listener = http::listen_tcp(s.executor_, "127.0.0.1", 0).value();
    auto const port = listener->endpoint().substr(listener->endpoint().rfind(':') + 1);
    auto ours = co_await http::connect_tcp("127.0.0.1", port);
    auto theirs = co_await listener->accept();
    s.web.add(std::move(*theirs));
    co_return std::move(*ours);
}

auto const forever = std::string("GET /forever HTTP/1.1\r\nHost: x\r\n\r\n");
auto const forever_streamed = std::string("GET /forever-streamed HTTP/1.1\r\nHost: x\r\n\r\n");

CO_TEST(http_disconnect, a_unix_client_that_closes_cancels_its_handler) {
    test_server s(co_await asio::this_coro::executor);
    for (auto const& text : {forever, forever_streamed}) {
        s.cancelled = s.started = 0;
        auto stream = connect_unix_pair(s);
        EXPECT_TRUE((co_await stream.write(text)).has_value());
        CO_ASSERT_TRUE(co_await eventually([&] { return s.started == 1; }));
        stream.close();
        EXPECT_TRUE(co_await eventually([&] { return s.cancelled == 1; }));
    }
    co_await s.web.shutdown();
}

CO_TEST(http_disconnect, a_unix_client_that_only_stops_sending_still_gets_its_answer) {
    test_server s(co_await asio::this_coro::executor);
    auto const slow = [](http::request&, http::response& r) -> awaitable<result<>> {
        MOCKER_CHECK(co_await r.begin(200, "text/plain"));
        co_await async::sleep(150ms);
        co_return co_await r.write("still here");
    };
    s.routes.add(http::verb::get, "/slow", slow);
    auto stream = connect_unix_pair(s);
    EXPECT_TRUE((co_await stream.write(std::string_view("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"))).has_value());
    EXPECT_TRUE(stream.shutdown_send().has_value());
    EXPECT_NE((co_await read_to_end(stream)).find("still here"), std::string::npos);
    co_await s.web.shutdown();
}

CO_TEST(http_disconnect, a_tcp_client_that_stops_sending_gets_whole_answers_but_no_endless_ones) {
    test_server s(co_await asio::this_coro::executor);
    auto const slow = [](http::request&, http::response& r) -> awaitable<result<>> {
        co_await async::sleep(150ms);
        co_return co_await r.send(200, "whole");
    };
    s.routes.add(http::verb::get, "/slow", slow);
    auto stream = co_await connect_tcp_pair(s);
    EXPECT_TRUE((co_await stream.write(std::string_view("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"))).has_value());
    EXPECT_TRUE(stream.shutdown_send().has_value());
    EXPECT_EQ(body_of(co_await read_to_end(stream)), "whole");

    auto endless = co_await connect_tcp_pair(s);
    EXPECT_TRUE((co_await endless.write(forever_streamed)).has_value());
    CO_ASSERT_TRUE(co_await eventually([&] { return s.started == 1; }));
    endless.close();
    EXPECT_TRUE(co_await eventually([&] { return s.cancelled == 1; }));
    co_await s.web.shutdown();
}

CO_TEST(http_disconnect, a_pipelined_request_does_not_hide_the_end) {
    test_server s(co_await asio::this_coro::executor);
    auto stream = connect_unix_pair(s);
    EXPECT_TRUE((co_await stream.write(forever + forever)).has_value());
    CO_ASSERT_TRUE(co_await eventually([&] { return s.started == 1; }));
    co_await async::sleep(100ms);
    EXPECT_TRUE((co_await stream.write(forever)).has_value());
    stream.close();
    EXPECT_TRUE(co_await eventually([&] { return s.cancelled == 1; }));
    EXPECT_EQ(s.started, 1);
    co_await s.web.shutdown();
}

CO_TEST(http_disconnect, a_watched_connection_serves_on) {
    test_server s(co_await asio::this_coro::executor);
    auto const slow = [](http::request&, http::response& r) -> awaitable<result<>> {
        co_await async::sleep(80ms);
        co_return co_await r.send(200, "x", "text/plain");
    };
    s.routes.add(http::verb::get, "/slow", slow);
    auto stream = connect_unix_pair(s);
    for (int i = 0; i != 3; ++i) {
        EXPECT_TRUE((co_await stream.write(std::string_view("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"))).has_value());
        EXPECT_TRUE((co_await read_until(stream, "\r\n\r\nx")).ends_with("\r\n\r\nx"));
    }
    stream.close();
    co_await s.web.shutdown();
}

CO_TEST(http_disconnect, a_hijacked_unix_stream_survives_a_half_close) {
    test_server s(co_await asio::this_coro::executor);
    auto stream = connect_unix_pair(s);
    EXPECT_TRUE((co_await stream.write(std::string_view(
                     "POST /hijack HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nabc")))
                    .has_value());
    EXPECT_TRUE(stream.shutdown_send().has_value());
    EXPECT_EQ(body_of(co_await read_to_end(stream)), "ABCbye");
    co_await s.web.shutdown();
}

} // namespace mocker::test
