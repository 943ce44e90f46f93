#ifndef MOCKER_ENGINE_IMPL_EVENTS_IPP
#define MOCKER_ENGINE_IMPL_EVENTS_IPP

#include <mocker/engine/events.hpp>

#include <string_view>

namespace mocker::engine {

/// What a listener has not read yet. Shared, so that it may go while the bus tells others.
struct event_subscription::queue {
    explicit queue(asio::any_io_executor executor) : changed(std::move(executor)) {}
    static constexpr std::size_t limit = 16'384;

    std::deque<event> waiting{};
    bool overflowed = false;
    bool closed = false;
    async::event changed;
};

MOCKER_DECL std::optional<std::string> event::attribute(std::string_view name) const {
    for (auto const& [key, value] : attributes)
        if (key == name) return value;
    return std::nullopt;
}

MOCKER_DECL event_subscription::~event_subscription() = default;

MOCKER_DECL awaitable<result<std::optional<event>>> event_subscription::next() {
    auto const q = queue_;
    while (q->waiting.empty() && !q->closed && !q->overflowed) co_await q->changed.wait();
    if (!q->waiting.empty()) {
        std::optional<event> first(std::move(q->waiting.front()));
        q->waiting.pop_front();
        co_return first;
    }
    if (q->overflowed) co_return error(errc::unavailable, "the reader of the events is too slow");
    co_return std::optional<event>();
}

MOCKER_DECL event_bus::event_bus(asio::any_io_executor executor) : executor_(std::move(executor)) {}
MOCKER_DECL event_bus::~event_bus() { close(); }

MOCKER_DECL void event_bus::emit(event e) {
    static constexpr std::size_t remembered = 256;
    if (e.time == time_point{}) e.time = now();
    std::erase_if(listeners_, [](auto const& weak) { return weak.expired(); });
    for (auto const& weak : listeners_) {
        auto const q = weak.lock();
        if (!q || q->overflowed) continue;
        if (q->waiting.size() >= event_subscription::queue::limit) q->overflowed = true;
        else q->waiting.push_back(e);
        q->changed.notify_all();
    }
    past_.push_back(std::move(e));
    if (past_.size() > remembered) past_.pop_front();
}

MOCKER_DECL std::unique_ptr<event_subscription> event_bus::subscribe() {
    auto q = std::make_shared<event_subscription::queue>(executor_);
    listeners_.push_back(q);
    return std::unique_ptr<event_subscription>(new event_subscription(std::move(q)));
}

MOCKER_DECL void event_bus::close() {
    for (auto const& weak : listeners_)
        if (auto const q = weak.lock()) {
            q->closed = true;
            q->changed.notify_all();
        }
    listeners_.clear();
}

} // namespace mocker::engine

#endif
