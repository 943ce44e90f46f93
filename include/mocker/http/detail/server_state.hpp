// Before the guard: it brings the bodies, which need this header.
#include <mocker/http/server.hpp>

#ifndef MOCKER_HTTP_DETAIL_SERVER_STATE_HPP
#define MOCKER_HTTP_DETAIL_SERVER_STATE_HPP

#include <mocker/async/event.hpp>
#include <mocker/http/detail/connection.hpp>

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <ctime>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace mocker::http {

/// What a server shares with its connections, which may outlive it by a moment when it is destroyed without shutdown.
struct server::state : std::enable_shared_from_this<server::state> {
    using clock = std::chrono::steady_clock;

    state(asio::any_io_executor ex, router const& r, server_options o)
        : executor(ex), routes(&r), options(std::move(o)), changed(ex), timer(ex) {
        options.common_headers.append_to(common_text);
    }

    asio::any_io_executor executor;
    router const* routes;
    server_options options;
    std::string common_text{};
    async::event changed;
    asio::steady_timer timer;
    clock::time_point next_look = clock::time_point::max();
    bool stopping = false;
    std::vector<acceptor*> acceptors{};
    std::list<detail::connection> connections{};

    MOCKER_DECL void add(any_stream stream);
    /// Makes the timer look at all connections at @p when or earlier.
    MOCKER_DECL void look_at(clock::time_point when);
    /// Acts on what is due at any connection.
    MOCKER_DECL void look();
    MOCKER_DECL void ended(std::list<detail::connection>::iterator which);
    MOCKER_DECL awaitable<void> all_ended();
    /// `Date: ...\r\n`, formatted once a second.
    MOCKER_DECL std::string const& date_text();

    std::time_t date_of = 0;
    std::string date{};
};

} // namespace mocker::http

#endif
