#ifndef MOCKER_ASYNC_OFFLOAD_HPP
#define MOCKER_ASYNC_OFFLOAD_HPP

#include <mocker/async/awaitable.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>

#include <type_traits>

namespace mocker::async {

namespace detail {

template <class Function>
awaitable<std::invoke_result_t<Function&>> run_offloaded(Function function) {
    co_return function();
}

} // namespace detail

/** Runs @p function on a thread of @p pool and gives its result back on the loop of the caller.

    For what would block the loop: hashing, unpacking, `fsync`. The function owns what it uses; it shares nothing with
    the loop.
    @par Cancellation the function runs to its end and its result is given; what is awaited next throws.
    @par Example
    @code
    auto const digest = co_await async::offload(pool, [path] { return sha256_of_file(path); });
    @endcode */
template <class Function>
awaitable<std::invoke_result_t<Function&>> offload(asio::thread_pool& pool, Function function) {
    // A cancellation must not reach the coroutine on the pool: Asio would let it throw out of the pool's thread.
    co_return co_await asio::co_spawn(pool.get_executor(), detail::run_offloaded<Function>(std::move(function)),
                                      asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable));
}

} // namespace mocker::async

#endif
