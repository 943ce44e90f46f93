#ifndef MOCKER_ASYNC_WITH_TIMEOUT_HPP
#define MOCKER_ASYNC_WITH_TIMEOUT_HPP

#include <mocker/async/awaitable.hpp>

#include <boost/asio/error.hpp>

#include <chrono>

namespace mocker::async {

/** Awaits @p task, or cancels it after @p limit and awaits its end.

    The one place where two operations race: Asio's `||` waits for the first success, so an operand that throws would
    look like a timeout.
    @return true if the task ended by itself.
    @par Errors rethrows what the task threw.
    @par Cancellation passed on to the task. */
MOCKER_DECL awaitable<bool> race(awaitable<void> task, std::chrono::nanoseconds limit);

/** Awaits both until the first ends, then cancels the other and awaits its end.
    @return 0 if @p first ended first, else 1.
    @par Errors rethrows what the one that ended first threw. */
MOCKER_DECL awaitable<int> first_of(awaitable<void> first, awaitable<void> second);

/** The result of @p op, or `asio::error::timed_out` if it took longer than @p limit.
    @par Example
    @code
    MOCKER_TRY(reply, co_await async::with_timeout(client.send(std::move(get)), 30s));
    @endcode */
template <class T>
awaitable<result<T>> with_timeout(awaitable<result<T>> op, std::chrono::nanoseconds limit) {
    result<T> out = error(asio::error::timed_out);
    auto const store = [&]() -> awaitable<void> { out = co_await std::move(op); };
    bool const in_time = co_await race(store(), limit);
    if (!in_time) co_return error(asio::error::timed_out);
    co_return std::move(out);
}

} // namespace mocker::async

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/async/impl/with_timeout.ipp>
#endif
#endif
