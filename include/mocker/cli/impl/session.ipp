#ifndef MOCKER_CLI_IMPL_SESSION_IPP
#define MOCKER_CLI_IMPL_SESSION_IPP

#include <mocker/async/task_group.hpp>
#include <mocker/cli/input.hpp>
#include <mocker/cli/session.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include <array>
#include <csignal>
#include <utility>

namespace mocker::cli {

MOCKER_DECL session::session(context& c, client::attachment streams, session_options options)
    : context_(c), streams_(std::move(streams)), options_(std::move(options)),
      signals_(c.executor(), static_cast<bool>(options_.signal)) {
    c.out.flush();
    c.err.flush();
    if (!options_.in || !options_.tty || !is_terminal(0)) return;
    if (auto raw = raw_mode::enter(0)) raw_.emplace(std::move(*raw));
}

MOCKER_DECL awaitable<void> session::resize() {
    auto const size = options_.tty && options_.resize ? get_terminal_size(1) : std::nullopt;
    if (size) co_await options_.resize(*size);
}

MOCKER_DECL awaitable<void> session::pump_input() {
    std::array<char, 32 * 1024> buffer;
    input in(context_.executor(), 0);
    detach_filter filter(options_.detach_keys);
    for (;;) {
        auto const size = co_await in.read_some(asio::buffer(buffer));
        if (!size && size.error().code() == asio::error::operation_aborted) co_return; // the session is over
        if (!size || *size == 0) {
            (void)streams_.close_input();
            co_return;
        }
        std::string_view typed(buffer.data(), *size);
        std::string forwarded;
        if (options_.tty) typed = forwarded = filter.feed(typed);
        if (!typed.empty())
            if (auto sent = co_await streams_.write(typed); !sent) co_return; // the output says how it ended
        if (options_.tty && filter.detached()) {
            detached_ = true;
            streams_.close();
            co_return;
        }
    }
}

MOCKER_DECL awaitable<result<>> session::pump_output() {
    for (;;) {
        MOCKER_TRY(piece, co_await streams_.read());
        if (!piece) break;
        auto& to = piece->from == client::demultiplexer::stream::err ? context_.err : context_.out;
        to.write(piece->data);
        to.flush();
    }
    co_return result<>{};
}

MOCKER_DECL awaitable<void> session::pump_signals() {
    while (auto const signal = co_await signals_.next()) {
        if (*signal == SIGWINCH && options_.tty)
            co_await resize();
        else if (options_.signal)
            co_await options_.signal(signal_name(*signal));
    }
}

MOCKER_DECL awaitable<result<session_end>> session::run() {
    async::task_group beside(context_.executor());
    if (options_.in) beside.spawn(pump_input());
    if (options_.tty || options_.signal) beside.spawn(pump_signals());
    auto ended = co_await pump_output();
    beside.cancel();
    co_await beside.join();
    raw_.reset();
    if (detached_) co_return session_end::detached;
    if (!ended) co_return ended.error();
    co_return session_end::finished;
}

} // namespace mocker::cli

#endif
