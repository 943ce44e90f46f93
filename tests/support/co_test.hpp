#ifndef MOCKER_TESTS_SUPPORT_CO_TEST_HPP
#define MOCKER_TESTS_SUPPORT_CO_TEST_HPP

#include <mocker/async/awaitable.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <exception>

namespace mocker::test {

/// Runs a coroutine to its end on an `io_context` of its own and rethrows what left it.
inline void run(awaitable<void> task) {
    asio::io_context context(1);
    std::exception_ptr thrown;
    bool ended = false;
    asio::co_spawn(context, std::move(task), [&](std::exception_ptr e) {
        thrown = e;
        ended = true;
    });
    context.run();
    if (thrown) std::rethrow_exception(thrown);
    ASSERT_TRUE(ended) << "the coroutine waits for something that never comes";
}

} // namespace mocker::test

/** A GoogleTest whose body is a coroutine: `CO_TEST(channel, ends_after_close) { ... co_return; }`.
    GoogleTest's `ASSERT_*` return from a function and do not compile here: use `EXPECT_*`, `CO_ASSERT_TRUE`, `CO_REQUIRE`. */
#define CO_TEST(suite, name) \
    static ::mocker::awaitable<void> suite##_##name##_body(); \
    TEST(suite, name) { ::mocker::test::run(suite##_##name##_body()); } \
    static ::mocker::awaitable<void> suite##_##name##_body()

#define CO_ASSERT_TRUE(...) \
    do { \
        bool const co_assert_ok = static_cast<bool>(__VA_ARGS__); \
        EXPECT_TRUE(co_assert_ok) << #__VA_ARGS__; \
        if (!co_assert_ok) co_return; \
    } while (false)

/// Binds the value of a `result`, or fails the test with its message.
#define CO_REQUIRE(name, ...) \
    auto name##_result = __VA_ARGS__; \
    EXPECT_TRUE(name##_result.has_value()) << name##_result.error().message(); \
    if (!name##_result) co_return; \
    [[maybe_unused]] auto& name = *name##_result

#endif
