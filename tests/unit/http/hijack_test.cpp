#include "http_support.hpp"

namespace mocker::test {

auto const upgrade = std::string("POST /hijack HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");

CO_TEST(http_hijack, with_upgrade_the_answer_is_101) {
    test_server s(co_await asio::this_coro::executor);
    auto stream = s.connect();
    EXPECT_TRUE((co_await stream.write(upgrade)).has_value());
    EXPECT_EQ(co_await read_until(stream, "\r\n\r\n"),
              "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\n"
              "Upgrade: tcp\r\n\r\n");
    EXPECT_TRUE((co_await stream.write(std::string_view("abc"))).has_value());
    EXPECT_EQ(co_await read_until(stream, "ABC"), "ABC");
    EXPECT_TRUE(stream.shutdown_send().has_value());
    EXPECT_EQ(co_await read_to_end(stream), "bye"); // the handler goes on after the half-close
    co_await s.web.shutdown();
}

CO_TEST(http_hijack, without_upgrade_the_answer_is_200_and_the_raw_stream) {
    test_server s(co_await asio::this_coro::executor);
    EXPECT_EQ(co_await s.exchange("POST /hijack HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}early"),
              "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nEARLYbye");
    EXPECT_EQ(co_await s.exchange("POST /hijack HTTP/1.0\r\n\r\nearly"),
              "HTTP/1.0 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nEARLYbye");
    co_await s.web.shutdown();
}

CO_TEST(http_hijack, bytes_that_came_with_the_request_are_not_lost_wherever_they_are_cut) {
    test_server s(co_await asio::this_coro::executor);
    auto const text = upgrade + "0123456789";
    for (std::size_t cut = 1; cut < text.size(); ++cut) {
        auto stream = s.connect();
        EXPECT_TRUE((co_await stream.write(std::string_view(text).substr(0, cut))).has_value());
        co_await async::sleep(100us);
        EXPECT_TRUE((co_await stream.write(std::string_view(text).substr(cut))).has_value());
        EXPECT_TRUE(stream.shutdown_send().has_value());
        EXPECT_EQ(body_of(co_await read_to_end(stream)), "0123456789bye") << cut;
    }
    co_await s.web.shutdown();
}

CO_TEST(http_hijack, a_full_close_can_be_waited_for) {
    auto const executor = co_await asio::this_coro::executor;
    test_server s(executor);
    bool noticed = false;
    auto const wait = [&noticed](http::request&, http::response& r) -> awaitable<result<>> {
        MOCKER_TRY(stream, co_await r.hijack());
        co_await stream.wait_closed();
        noticed = true;
        co_return result<>{};
    };
    s.routes.add(http::verb::post, "/wait", wait);
    auto stream = s.connect();
    EXPECT_TRUE((co_await stream.write(std::string_view("POST /wait HTTP/1.1\r\nHost: x\r\n\r\n"))).has_value());
    (void)co_await read_until(stream, "\r\n\r\n");
    EXPECT_TRUE(stream.shutdown_send().has_value());
    co_await async::sleep(20ms);
    EXPECT_FALSE(noticed);
    stream.close();
    co_await s.web.shutdown();
    EXPECT_TRUE(noticed);
}

} // namespace mocker::test
