#ifndef MOCKER_ASYNC_EVENT_HPP
#define MOCKER_ASYNC_EVENT_HPP

#include <mocker/async/awaitable.hpp>

#include <boost/asio/steady_timer.hpp>

namespace mocker::async {

/** Wakes coroutines that wait for a condition of their own, as `std::condition_variable` does for threads.

    @par Example
    @code
    while (!ready) co_await changed.wait();   // elsewhere: ready = true; changed.notify_all();
    @endcode */
class event {
public:
    explicit event(asio::any_io_executor executor) : timer_(std::move(executor), asio::steady_timer::time_point::max()) {}

    /// Wakes every coroutine that waits now. One that starts to wait later is not woken.
    void notify_all() { timer_.cancel(); }

    /// Returns after the next @ref notify_all. May also return on its own: check the condition again.
    MOCKER_DECL awaitable<void> wait();

private:
    asio::steady_timer timer_;
};

/// Returns after @p duration.
MOCKER_DECL awaitable<void> sleep(std::chrono::nanoseconds duration);

} // namespace mocker::async

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/async/impl/event.ipp>
#endif
#endif
