#ifndef MOCKER_ENGINE_WAIT_HPP
#define MOCKER_ENGINE_WAIT_HPP

#include <mocker/async/event.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace mocker::engine {

/// What to wait for.
enum class wait_condition : std::uint8_t {
    not_running, ///< the container is not running; at once if so already
    next_exit,   ///< its next exit
    removed,     ///< it is gone
};

/// How the container ended.
struct wait_result {
    int status_code = 0;
    std::string error{}; ///< why it could not be started
};

/// A waiter that was registered: it sees whatever happens from then on, whenever the result is fetched.
class wait_handle {
public:
    /// Internal: what the engine and the waiter share.
    struct shared_state {
        explicit shared_state(asio::any_io_executor executor) : changed(std::move(executor)) {}
        bool done = false;
        bool closed = false; ///< nobody will tell any more
        wait_condition condition = wait_condition::not_running;
        wait_result value{};
        async::event changed;
    };

    explicit wait_handle(std::shared_ptr<shared_state> s) : state_(std::move(s)) {}

    bool ready() const noexcept { return state_->done; }

    /// Returns once it has happened, with the real exit status, also when the container is removed by then.
    /// @par Errors errc::unavailable if the engine shuts down first.
    MOCKER_DECL awaitable<result<wait_result>> get();

private:
    std::shared_ptr<shared_state> state_;
};

} // namespace mocker::engine

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/engine/impl/wait.ipp>
#endif
#endif
