#include <sys/socket.h>

#include <array>

#include "http_support.hpp"

namespace mocker::test {

/// The kinds of stream that behave alike.
std::pair<http::any_stream, http::any_stream> make_pair(std::string_view kind, asio::any_io_executor executor) {
    if (kind == "memory") return http::make_stream_pair(executor);
    std::array<int, 2> fds{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()), 0);
    return {http::make_socket_stream(executor, unique_fd(fds[0])).value(),
            http::make_socket_stream(executor, unique_fd(fds[1])).value()};
}

constexpr std::array<std::string_view, 2> kinds{"memory", "unix"};

CO_TEST(http_any_stream, carries_bytes_until_the_end) {
    for (auto const kind : kinds) {
        auto [a, b] = make_pair(kind, co_await asio::this_coro::executor);
        EXPECT_TRUE((co_await a.write(asio::buffer("head", 4), asio::buffer("payload", 7))).has_value());
        EXPECT_TRUE(a.shutdown_send().has_value());
        EXPECT_EQ(co_await read_to_end(b), "headpayload") << kind;
        EXPECT_TRUE((co_await b.write(std::string_view("back"))).has_value()); // the other direction lives on
        b.close();
        EXPECT_EQ(co_await read_to_end(a), "back") << kind;
    }
}

CO_TEST(http_any_stream, writing_waits_for_a_slow_reader) {
    for (auto const kind : kinds) {
        auto [a, b] = make_pair(kind, co_await asio::this_coro::executor);
        std::string const sent(5'000'000, 'x');
        bool written = false;
        auto const write_all = [](http::any_stream& to, std::string const& data, bool& done) -> awaitable<void> {
            done = (co_await to.write(data)).has_value();
            (void)to.shutdown_send();
        };
        async::task_group writing(co_await asio::this_coro::executor);
        writing.spawn(write_all(a, sent, written));
        co_await async::sleep(10ms);
        EXPECT_FALSE(written);
        EXPECT_TRUE(co_await read_to_end(b) == sent);
        co_await writing.join();
        EXPECT_TRUE(written);
    }
}

CO_TEST(http_any_stream, writing_to_nobody_is_an_error_and_no_signal) {
    for (auto const kind : kinds) {
        auto [a, b] = make_pair(kind, co_await asio::this_coro::executor);
        b.close();
        auto const written = co_await a.write(std::string_view("x"));
        CO_ASSERT_TRUE(!written.has_value());
        EXPECT_EQ(written.error().code(), asio::error::broken_pipe) << kind;
    }
}

CO_TEST(http_any_stream, cancel_ends_a_wait_and_loses_nothing) {
    for (auto const kind : kinds) {
        auto const executor = co_await asio::this_coro::executor;
        auto [a, b] = make_pair(kind, executor);
        error_code seen;
        auto const read = [](http::any_stream& from, error_code& why) -> awaitable<void> {
            char byte;
            auto const got = co_await from.read_some(asio::buffer(&byte, 1));
            if (!got) why = got.error().code();
        };
        async::task_group reading(executor);
        reading.spawn(read(a, seen));
        co_await async::sleep(1ms);
        a.cancel();
        co_await reading.join();
        EXPECT_EQ(seen, asio::error::operation_aborted) << kind;
        EXPECT_TRUE((co_await b.write(std::string_view("later"))).has_value());
        b.close();
        EXPECT_EQ(co_await read_to_end(a), "later");
    }
}

CO_TEST(http_any_stream, a_timeout_ends_a_read) {
    for (auto const kind : kinds) {
        auto [a, b] = make_pair(kind, co_await asio::this_coro::executor);
        char byte;
        auto const got = co_await async::with_timeout(a.read_some(asio::buffer(&byte, 1)), 5ms);
        CO_ASSERT_TRUE(!got.has_value());
        EXPECT_EQ(got.error().code(), asio::error::timed_out) << kind;
    }
}

CO_TEST(http_any_stream, early_bytes_come_first) {
    auto [a, b] = make_pair("memory", co_await asio::this_coro::executor);
    EXPECT_TRUE((co_await b.write(std::string_view("second"))).has_value());
    b.close();
    a.unread("first ");
    EXPECT_EQ(co_await read_to_end(a), "first second");
}

CO_TEST(http_any_stream, only_a_full_close_is_waited_for) {
    for (auto const kind : kinds) {
        auto const executor = co_await asio::this_coro::executor;
        auto [a, b] = make_pair(kind, executor);
        bool closed = false;
        auto const wait = [](http::any_stream& stream, bool& done) -> awaitable<void> {
            co_await stream.wait_closed();
            done = true;
        };
        async::task_group waiting(executor);
        waiting.spawn(wait(a, closed));
        EXPECT_TRUE(b.shutdown_send().has_value());
        co_await async::sleep(10ms);
        EXPECT_FALSE(closed) << kind;
        b.close();
        co_await waiting.join();
        EXPECT_TRUE(closed) << kind;
    }
}

CO_TEST(http_any_stream, no_stream_fails_with_a_reason) {
    http::any_stream none;
    char byte;
    EXPECT_EQ((co_await none.read_some(asio::buffer(&byte, 1))).error().code(), asio::error::bad_descriptor);
    EXPECT_EQ((co_await none.write(std::string_view("x"))).error().code(), asio::error::bad_descriptor);
    EXPECT_FALSE(none.shutdown_send().has_value());
    EXPECT_EQ(none.native_handle(), -1);
    co_await none.wait_closed();
}

} // namespace mocker::test
