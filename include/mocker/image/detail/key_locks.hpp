#ifndef MOCKER_IMAGE_DETAIL_KEY_LOCKS_HPP
#define MOCKER_IMAGE_DETAIL_KEY_LOCKS_HPP

#include <mocker/async/event.hpp>

#include <set>
#include <string>
#include <utility>

namespace mocker::image::detail {

/// Lets one task at a time work on a thing, by its name; those who come later wait. On one strand.
class key_locks {
public:
    /// Holds a name until it is destroyed.
    class guard {
    public:
        guard(key_locks& locks, std::string key) : locks_(&locks), key_(std::move(key)) {}
        guard(guard&& other) noexcept : locks_(std::exchange(other.locks_, nullptr)), key_(std::move(other.key_)) {}
        guard& operator=(guard&&) = delete;
        ~guard() {
            if (!locks_) return;
            locks_->held_.erase(key_);
            locks_->changed_.notify_all();
        }

    private:
        key_locks* locks_;
        std::string key_;
    };

    explicit key_locks(asio::any_io_executor executor) : changed_(std::move(executor)) {}

    /// Waits until nobody holds @p key, and holds it. The guard must not outlive this.
    MOCKER_DECL awaitable<guard> lock(std::string key);

private:
    std::set<std::string> held_;
    async::event changed_;
};

} // namespace mocker::image::detail

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/image/impl/key_locks.ipp>
#endif
#endif
