#ifndef MOCKER_ENGINE_DETAIL_ASYNC_MUTEX_HPP
#define MOCKER_ENGINE_DETAIL_ASYNC_MUTEX_HPP

#include <mocker/async/event.hpp>

#include <utility>

namespace mocker::engine::detail {

/** Lets one coroutine of a strand at a time do something that takes several steps.
    @code
    auto const lock = co_await mutex.lock();
    @endcode */
class async_mutex {
public:
    explicit async_mutex(asio::any_io_executor executor) : unlocked_(std::move(executor)) {}

    /// Holds the mutex until it is destroyed. The mutex must live that long.
    class guard {
    public:
        explicit guard(async_mutex* of) noexcept : of_(of) {}
        guard(guard&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
        guard& operator=(guard&&) = delete;
        ~guard() {
            if (!of_) return;
            of_->locked_ = false;
            of_->unlocked_.notify_all();
        }

    private:
        async_mutex* of_;
    };

    /// @par Cancellation the mutex is not taken.
    MOCKER_DECL awaitable<guard> lock();

private:
    async::event unlocked_;
    bool locked_ = false;
};

} // namespace mocker::engine::detail

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/engine/impl/async_mutex.ipp>
#endif
#endif
