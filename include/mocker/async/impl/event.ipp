#ifndef MOCKER_ASYNC_IMPL_EVENT_IPP
#define MOCKER_ASYNC_IMPL_EVENT_IPP

#include <mocker/async/event.hpp>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

namespace mocker::async {

MOCKER_DECL awaitable<void> event::wait() {
    co_await timer_.async_wait(as_awaitable_tuple);
    // A notification and a cancellation both end the wait of the timer; only the latter leaves a mark.
    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
        throw boost::system::system_error(asio::error::operation_aborted);
}

MOCKER_DECL awaitable<void> sleep(std::chrono::nanoseconds duration) {
    asio::steady_timer timer(co_await asio::this_coro::executor,
                             std::chrono::duration_cast<asio::steady_timer::duration>(duration));
    co_await timer.async_wait(asio::use_awaitable);
}

} // namespace mocker::async

#endif
