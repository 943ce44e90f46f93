#ifndef MOCKER_ASYNC_CHANNEL_HPP
#define MOCKER_ASYNC_CHANNEL_HPP

#include <mocker/async/event.hpp>

#include <cstddef>
#include <deque>
#include <optional>

namespace mocker::async {

/** Passes values from one task to another on the same strand; a full channel makes the sender wait.

    The end is a message of its own: what was sent before @ref close is still received.
    @par Example
    @code
    co_await lines.send("first");          // one task
    while (auto line = co_await lines.receive()) print(*line);   // the other; ends after lines.close()
    @endcode */
template <class T>
class channel {
public:
    /// @param capacity values held before `send` waits; at least 1.
    channel(asio::any_io_executor executor, std::size_t capacity) : changed_(std::move(executor)), capacity_(capacity) {}

    /// Appends @p value, once there is room. False if the channel was closed: the value is dropped.
    awaitable<bool> send(T value) {
        while (!closed_ && queue_.size() >= capacity_) co_await changed_.wait();
        if (closed_) co_return false;
        queue_.push_back(std::move(value));
        changed_.notify_all();
        co_return true;
    }

    /// Appends @p value unless the channel is full or closed.
    bool try_send(T value) {
        if (closed_ || queue_.size() >= capacity_) return false;
        queue_.push_back(std::move(value));
        changed_.notify_all();
        return true;
    }

    /// The next value, or nothing once the channel is closed and empty.
    awaitable<std::optional<T>> receive() {
        while (queue_.empty() && !closed_) co_await changed_.wait();
        if (queue_.empty()) co_return std::nullopt;
        std::optional<T> value(std::move(queue_.front()));
        queue_.pop_front();
        changed_.notify_all();
        co_return value;
    }

    /// No more values will be sent. What is queued is still received.
    void close() {
        closed_ = true;
        changed_.notify_all();
    }

    bool is_closed() const noexcept { return closed_; }

private:
    event changed_;
    std::size_t capacity_;
    std::deque<T> queue_;
    bool closed_ = false;
};

} // namespace mocker::async

#endif
