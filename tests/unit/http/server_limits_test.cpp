#include "http_support.hpp"

namespace mocker::test {

auto const get_hello = std::string("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");

CO_TEST(http_server_limits, a_header_over_the_limit_gets_431) {
    auto options = test_server::quiet();
    options.header_limit = 1000;
    test_server s(co_await asio::this_coro::executor, options);
    auto const fits = "GET /hello HTTP/1.1\r\nHost: x\r\nA: " + std::string(900, 'a') + "\r\n\r\n";
    EXPECT_EQ(first_line(co_await s.exchange(fits)), "HTTP/1.1 200 OK");
    for (std::string const& over : {"GET /" + std::string(2000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n",
                                    "GET /hello HTTP/1.1\r\nHost: x\r\nA: " + std::string(2000, 'a') + "\r\n\r\n",
                                    "GET /hello HTTP/1.1\r\nHost: x\r\nA: " + std::string(2000, 'a')})
        EXPECT_EQ(first_line(co_await s.exchange(over)), "HTTP/1.1 431 Request Header Fields Too Large");
    co_await s.web.shutdown();
}

CO_TEST(http_server_limits, a_header_cannot_grow_for_ever_in_small_pieces) {
    auto options = test_server::quiet();
    options.header_limit = 1000;
    test_server s(co_await asio::this_coro::executor, options);
    auto stream = s.connect();
    EXPECT_TRUE((co_await stream.write(std::string_view("GET /hello HTTP/1.1\r\n"))).has_value());
    std::string answer;
    for (int i = 0; i != 400; ++i) {
        if (!co_await stream.write(std::string_view("a: b\r\n"))) break;
        co_await async::sleep(10us); // each piece ends with a line
    }
    EXPECT_EQ(first_line(co_await read_to_end(stream)), "HTTP/1.1 431 Request Header Fields Too Large");
    stream.close();
    co_await s.web.shutdown();
}

CO_TEST(http_server_limits, a_body_over_the_limit_gets_413) {
    auto options = test_server::quiet();
    options.body_limit = 100;
    test_server s(co_await asio::this_coro::executor, options);
    auto const big = std::string(200, 'a');
    EXPECT_EQ(first_line(co_await s.exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 200\r\n\r\n" + big)),
              "HTTP/1.1 413 Payload Too Large");
    EXPECT_EQ(
        first_line(co_await s.exchange("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nc8\r\n" +
                                       big + "\r\n0\r\n\r\n")),
        "HTTP/1.1 413 Payload Too Large");
    co_await s.web.shutdown();
}

CO_TEST(http_server_limits, a_handler_limits_its_own_body) {
    test_server s(co_await asio::this_coro::executor);
    auto const big = std::string(0x1000, 'a');
    EXPECT_EQ(first_line(co_await s.exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4096\r\n\r\n" + big)),
              "HTTP/1.1 413 Payload Too Large");
    EXPECT_EQ(
        first_line(co_await s.exchange("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n" +
                                       big + "\r\n0\r\n\r\n")),
        "HTTP/1.1 413 Payload Too Large");
    // What a client announces costs nothing until it comes.
    auto stream = s.connect();
    EXPECT_TRUE((co_await stream.write(
                     std::string_view("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000000000000000\r\n\r\n")))
                    .has_value());
    EXPECT_EQ(co_await read_until(stream, "\r\n"), "HTTP/1.1 413 Payload Too Large\r\n");
    stream.close();
    co_await s.web.shutdown();
}

CO_TEST(http_server_limits, a_slow_header_gets_408) {
    auto options = test_server::quiet();
    options.header_timeout = 100ms;
    test_server s(co_await asio::this_coro::executor, options);
    auto stream = s.connect();
    EXPECT_TRUE((co_await stream.write(std::string_view("GET /hel"))).has_value());
    EXPECT_EQ(first_line(co_await read_to_end(stream)), "HTTP/1.1 408 Request Timeout");
    auto silent = s.connect();
    EXPECT_EQ(co_await read_to_end(silent), ""); // a new connection has as long
    stream.close();
    co_await s.web.shutdown();
}

CO_TEST(http_server_limits, an_idle_connection_is_closed_without_a_word) {
    auto options = test_server::quiet();
    options.idle_timeout = 100ms;
    test_server s(co_await asio::this_coro::executor, options);
    auto stream = s.connect();
    EXPECT_TRUE((co_await stream.write(get_hello)).has_value());
    EXPECT_TRUE((co_await read_to_end(stream)).ends_with("\r\n\r\nhello\n"));
    EXPECT_EQ(s.web.connections(), 0U);
    co_await s.web.shutdown();
}

CO_TEST(http_server_limits, shutdown_closes_idle_connections_and_lets_requests_end) {
    test_server s(co_await asio::this_coro::executor);
    auto const slow = [](http::request&, http::response& r) -> awaitable<result<>> {
        co_await async::sleep(100ms);
        co_return co_await r.send(200, "done", "text/plain");
    };
    s.routes.add(http::verb::get, "/slow", slow);
    auto idle = s.connect();
    auto busy = s.connect();
    EXPECT_TRUE((co_await busy.write(std::string_view("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"))).has_value());
    co_await async::sleep(10ms);
    co_await s.web.shutdown();
    EXPECT_EQ(s.web.connections(), 0U);
    EXPECT_EQ(co_await read_to_end(idle), "");
    auto const answer = co_await read_to_end(busy);
    EXPECT_EQ(body_of(answer), "done");
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
}

CO_TEST(http_server_limits, shutdown_cancels_what_takes_too_long) {
    auto options = test_server::quiet();
    options.shutdown_limit = 50ms;
    test_server s(co_await asio::this_coro::executor, options);
    auto stream = s.connect();
    EXPECT_TRUE((co_await stream.write(std::string_view("GET /forever HTTP/1.1\r\nHost: x\r\n\r\n"))).has_value());
    co_await async::sleep(10ms);
    EXPECT_EQ(s.started, 1);
    co_await s.web.shutdown();
    EXPECT_EQ(s.cancelled, 1);
    EXPECT_EQ(co_await read_to_end(stream), "");
}

CO_TEST(http_server_limits, a_server_may_be_destroyed_without_shutdown) {
    auto const executor = co_await asio::this_coro::executor;
    auto s = std::make_unique<test_server>(executor);
    auto stream = s->connect();
    co_await async::sleep(1ms);
    s.reset();
    EXPECT_EQ(co_await read_to_end(stream), "");
}

} // namespace mocker::test
