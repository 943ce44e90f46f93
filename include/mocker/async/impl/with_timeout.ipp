#ifndef MOCKER_ASYNC_IMPL_WITH_TIMEOUT_IPP
#define MOCKER_ASYNC_IMPL_WITH_TIMEOUT_IPP

#include <mocker/async/event.hpp>
#include <mocker/async/with_timeout.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>

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

/// Sleeps; if cancelled, ends without an exception: nearly every timeout is not reached, and exceptions take long.
MOCKER_DECL awaitable<void> sleep_quietly(std::chrono::nanoseconds duration) {
    asio::steady_timer timer(co_await asio::this_coro::executor,
                             std::chrono::duration_cast<asio::steady_timer::duration>(duration));
    co_await timer.async_wait(as_awaitable_tuple);
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
    bool const in_time = co_await first_of(std::move(task), detail::sleep_quietly(limit)) == 0;
    if (in_time) co_return true;
    auto const state = co_await asio::this_coro::cancellation_state; // of the caller: this is no timeout
    if (state.cancelled() != asio::cancellation_type::none) throw boost::system::system_error(asio::error::operation_aborted);
    co_return false;
}

} // namespace mocker::async

#endif
