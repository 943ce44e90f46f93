#ifndef MOCKER_ASYNC_IMPL_WITH_TIMEOUT_IPP
#define MOCKER_ASYNC_IMPL_WITH_TIMEOUT_IPP

#include <mocker/async/event.hpp>
#include <mocker/async/with_timeout.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <exception>

namespace mocker::async {
namespace detail {

MOCKER_DECL awaitable<void> store_exception(awaitable<void> task, std::exception_ptr& thrown) {
    try {
        co_await std::move(task);
    } catch (...) {
        thrown = std::current_exception();
    }
}

} // namespace detail

MOCKER_DECL awaitable<int> first_of(awaitable<void> first, awaitable<void> second) {
    using namespace asio::experimental::awaitable_operators;
    std::exception_ptr thrown[2];
    auto const winner = co_await (detail::store_exception(std::move(first), thrown[0]) ||
                                  detail::store_exception(std::move(second), thrown[1]));
    if (thrown[winner.index()]) std::rethrow_exception(thrown[winner.index()]);
    co_return static_cast<int>(winner.index());
}

MOCKER_DECL awaitable<bool> race(awaitable<void> task, std::chrono::nanoseconds limit) {
    co_return co_await first_of(std::move(task), sleep(limit)) == 0;
}

} // namespace mocker::async

#endif
