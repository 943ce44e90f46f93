#ifndef MOCKER_HTTP_IMPL_SERVER_IPP
#define MOCKER_HTTP_IMPL_SERVER_IPP

#include <mocker/async/with_timeout.hpp>
#include <mocker/http/detail/server_state.hpp>
#include <mocker/http/server.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <iterator>
#include <utility>

namespace mocker::http {

MOCKER_DECL void server::state::add(any_stream stream) {
    auto const place = connections.emplace(connections.end(), shared_from_this(), std::move(stream));
    // Whatever leaves a connection's coroutine, only that connection is over.
    auto on_end = [self = shared_from_this(), place](std::exception_ptr) { self->ended(place); };
    asio::co_spawn(executor, place->run(), asio::bind_cancellation_slot(place->slot(), std::move(on_end)));
}

MOCKER_DECL void server::state::ended(std::list<detail::connection>::iterator which) {
    connections.erase(which);
    if (!connections.empty()) return;
    next_look = clock::time_point::max();
    timer.cancel();
    changed.notify_all();
}

MOCKER_DECL awaitable<void> server::state::all_ended() {
    while (!connections.empty()) co_await changed.wait();
}

MOCKER_DECL void server::state::look_at(clock::time_point when) {
    if (when >= next_look) return;
    next_look = when;
    timer.expires_at(when);
    timer.async_wait([weak = weak_from_this()](error_code ec) {
        auto const self = weak.lock();
        if (self && !ec) self->look();
    });
}

MOCKER_DECL void server::state::look() {
    auto const now = clock::now();
    auto next = clock::time_point::max();
    next_look = clock::time_point::max();
    for (auto& connection : connections) next = std::min(next, connection.check(now));
    if (next != clock::time_point::max()) look_at(next);
}

MOCKER_DECL std::string const& server::state::date_text() {
    auto const now = std::time(nullptr);
    if (now == date_of) return date;
    // By hand: strftime(3) would use the names of the locale (RFC 9110, section 5.6.7).
    static constexpr char const* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr char const* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm t{};
    ::gmtime_r(&now, &t);
    char text[64];
    auto const size = std::snprintf(text, sizeof text, "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n", days[t.tm_wday],
                                    t.tm_mday, months[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
    date.assign(text, static_cast<std::size_t>(std::max(size, 0)));
    date_of = now;
    return date;
}

namespace detail {

/// Names an acceptor among those that a shutdown closes, for as long as it is served.
class served_acceptor {
public:
    served_acceptor(std::vector<acceptor*>& all, acceptor& one) : all_(all), one_(&one) { all_.push_back(one_); }
    ~served_acceptor() { std::erase(all_, one_); }
    served_acceptor(served_acceptor const&) = delete;
    served_acceptor& operator=(served_acceptor const&) = delete;

private:
    std::vector<acceptor*>& all_;
    acceptor* one_;
};

} // namespace detail

MOCKER_DECL server::server(asio::any_io_executor executor, router const& routes, server_options options)
    : state_(std::make_shared<state>(std::move(executor), routes, std::move(options))) {}

MOCKER_DECL server::~server() {
    state_->stopping = true;
    for (auto& connection : state_->connections) connection.end();
}

MOCKER_DECL awaitable<error> server::serve(acceptor& from) {
    auto const self = state_;
    if (self->stopping) co_return error(asio::error::operation_aborted);
    detail::served_acceptor const served(self->acceptors, from);
    for (;;) {
        auto stream = co_await from.accept();
        if (!stream) co_return stream.error();
        self->add(std::move(*stream));
    }
}

MOCKER_DECL void server::add(any_stream connection) { state_->add(std::move(connection)); }

MOCKER_DECL awaitable<void> server::shutdown() {
    auto const self = state_;
    self->stopping = true;
    for (auto* const listening : self->acceptors) listening->close();
    for (auto& connection : self->connections) connection.stop_if_idle();
    if (co_await async::race(self->all_ended(), self->options.shutdown_limit)) co_return;
    for (auto& connection : self->connections) connection.end();
    co_await self->all_ended();
}

MOCKER_DECL std::size_t server::connections() const noexcept { return state_->connections.size(); }

} // namespace mocker::http

#endif
