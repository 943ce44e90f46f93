#ifndef MOCKER_ENGINE_EVENTS_HPP
#define MOCKER_ENGINE_EVENTS_HPP

#include <mocker/async/event.hpp>
#include <mocker/core/time.hpp>

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mocker::engine {

/// Something that happened, as `GET /events` tells it.
struct event {
    std::string type{};     ///< `container`, `image`, `network`, `volume`
    std::string action{};   ///< `create`, `start`, `die`, `exec_create: ls -l`, ...
    std::string actor_id{}; ///< of the container, or reference of the image, ...
    std::vector<std::pair<std::string, std::string>> attributes{};
    time_point time{};

    /// The value of the attribute @p name, or nothing.
    MOCKER_DECL std::optional<std::string> attribute(std::string_view name) const;
};

class event_bus;

/// One listener. Sees every event emitted since it subscribed, in order.
class event_subscription {
public:
    MOCKER_DECL ~event_subscription();
    event_subscription(event_subscription const&) = delete;
    event_subscription& operator=(event_subscription const&) = delete;

    /** The next event; nothing once the engine shuts down.
        @par Errors errc::unavailable after the reader fell too far behind.
        @par Cancellation loses nothing: the next call gives the event that this one waited for. */
    MOCKER_DECL awaitable<result<std::optional<event>>> next();

private:
    friend class event_bus;
    struct queue;
    explicit event_subscription(std::shared_ptr<queue> q) : queue_(std::move(q)) {}

    std::shared_ptr<queue> queue_;
};

/** Tells every listener what happens, and remembers the last 256 events.

    @par Example
    @code
    auto const events = engine.events().subscribe();
    while (auto e = co_await events->next()) { if (!*e) break; print((*e)->action); }
    @endcode */
class event_bus {
public:
    MOCKER_DECL explicit event_bus(asio::any_io_executor executor);
    MOCKER_DECL ~event_bus();

    /// Hands @p e to every listener. Sets its time, unless it has one.
    MOCKER_DECL void emit(event e);

    /// A new listener; it misses nothing from now on.
    MOCKER_DECL std::unique_ptr<event_subscription> subscribe();

    /// The remembered events, oldest first.
    std::deque<event> const& past() const noexcept { return past_; }

    /// Ends every subscription.
    MOCKER_DECL void close();

private:
    asio::any_io_executor executor_;
    std::deque<event> past_;
    std::vector<std::weak_ptr<event_subscription::queue>> listeners_;
};

} // namespace mocker::engine

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/engine/impl/events.ipp>
#endif
#endif
