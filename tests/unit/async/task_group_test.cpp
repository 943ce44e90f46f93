#include <mocker/async/channel.hpp>
#include <mocker/async/offload.hpp>
#include <mocker/async/task_group.hpp>
#include <mocker/async/with_timeout.hpp>

#include <boost/system/system_error.hpp>

#include <support/co_test.hpp>

#include <thread>

using namespace mocker;
using namespace std::chrono_literals;

namespace {

awaitable<void> append(std::string& log, std::string text) {
    co_await async::sleep(1ms);
    log += text;
}

awaitable<void> throw_after(std::chrono::milliseconds delay) {
    co_await async::sleep(delay);
    throw std::runtime_error("broken");
}

awaitable<result<int>> answer_after(std::chrono::milliseconds delay) {
    co_await async::sleep(delay);
    co_return 42;
}

} // namespace

CO_TEST(task_group, join_returns_after_every_task_has_ended) {
    std::string log;
    async::task_group group(co_await asio::this_coro::executor);
    group.spawn(append(log, "a"));
    group.spawn(append(log, "b"));
    EXPECT_EQ(group.size(), 2u);
    co_await group.join();
    EXPECT_EQ(log, "ab");
    EXPECT_EQ(group.size(), 0u);
}

CO_TEST(task_group, cancel_ends_tasks_that_would_wait_for_ever) {
    async::task_group group(co_await asio::this_coro::executor);
    group.spawn(async::sleep(1h));
    group.spawn(async::sleep(1h));
    co_await async::sleep(1ms);
    group.cancel();
    co_await group.join();
    EXPECT_EQ(group.size(), 0u);
}

CO_TEST(task_group, join_rethrows_what_a_task_threw) {
    async::task_group group(co_await asio::this_coro::executor);
    group.spawn(throw_after(1ms));
    std::string message;
    try {
        co_await group.join();
    } catch (std::runtime_error const& e) {
        message = e.what();
    }
    EXPECT_EQ(message, "broken");
}

CO_TEST(with_timeout, gives_the_result_of_what_ends_in_time) {
    CO_REQUIRE(answer, co_await async::with_timeout(answer_after(1ms), 1h));
    EXPECT_EQ(answer, 42);
}

CO_TEST(with_timeout, is_timed_out_when_the_operation_takes_too_long) {
    auto const late = co_await async::with_timeout(answer_after(std::chrono::hours(1)), 5ms);
    EXPECT_TRUE(late.has_error());
    EXPECT_EQ(late.error().code(), asio::error::timed_out);
}

CO_TEST(race, rethrows_at_once_what_the_task_threw) {
    bool thrown = false;
    try {
        co_await async::race(throw_after(1ms), 1h);
    } catch (std::runtime_error const&) {
        thrown = true;
    }
    EXPECT_TRUE(thrown);
}

CO_TEST(channel, delivers_what_was_sent_before_it_was_closed) {
    async::channel<std::string> lines(co_await asio::this_coro::executor, 2);
    EXPECT_TRUE(co_await lines.send("first"));
    EXPECT_TRUE(co_await lines.send("second"));
    lines.close();
    EXPECT_FALSE(co_await lines.send("third"));
    EXPECT_EQ(co_await lines.receive(), "first");
    EXPECT_EQ(co_await lines.receive(), "second");
    EXPECT_EQ(co_await lines.receive(), std::nullopt);
}

CO_TEST(channel, a_full_channel_makes_the_sender_wait) {
    async::channel<int> numbers(co_await asio::this_coro::executor, 1);
    async::task_group group(co_await asio::this_coro::executor);
    auto const send_three = [&]() -> awaitable<void> {
        for (int i = 0; i < 3; ++i) co_await numbers.send(i);
        numbers.close();
    };
    group.spawn(send_three());
    int received = 0;
    while (auto number = co_await numbers.receive()) EXPECT_EQ(*number, received++);
    EXPECT_EQ(received, 3);
    co_await group.join();
}

CO_TEST(offload, runs_on_another_thread_and_comes_back) {
    asio::thread_pool pool(1);
    auto const here = std::this_thread::get_id();
    auto const there = co_await async::offload(pool, [] { return std::this_thread::get_id(); });
    EXPECT_TRUE(there != here);
    EXPECT_TRUE(std::this_thread::get_id() == here);
}

namespace {

awaitable<void> offload_and_note(asio::thread_pool& pool, std::string& log) {
    log += co_await async::offload(pool, [] {
        std::this_thread::sleep_for(20ms);
        return std::string("done");
    });
    co_await async::sleep(1h);
    log += " and not cancelled";
}

} // namespace

CO_TEST(offload, a_cancellation_waits_for_the_function_and_is_felt_by_what_comes_next) {
    asio::thread_pool pool(1);
    std::string log;
    async::task_group group(co_await asio::this_coro::executor);
    group.spawn(offload_and_note(pool, log));
    co_await async::sleep(5ms);
    group.cancel();
    co_await group.join();
    EXPECT_EQ(log, "done");
}
