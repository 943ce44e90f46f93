#ifndef MOCKER_CLI_IMPL_SIGNALS_IPP
#define MOCKER_CLI_IMPL_SIGNALS_IPP

#include <mocker/cli/signals.hpp>

#include <csignal>
#include <cstring>
#include <utility>

namespace mocker::cli {

MOCKER_DECL std::string signal_name(int number) {
    char const* const name = ::sigabbrev_np(number);
    return name ? name : std::to_string(number);
}

MOCKER_DECL signal_listener::signal_listener(asio::any_io_executor executor, bool all) : signals_(std::move(executor)) {
    boost::system::error_code ignored; // of a signal that cannot be caught here
    signals_.add(SIGWINCH, ignored);
    if (!all) return;
    for (int const signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGCONT, SIGTSTP})
        signals_.add(signal, ignored);
}

MOCKER_DECL awaitable<std::optional<int>> signal_listener::next() {
    auto const [failed, number] = co_await signals_.async_wait(as_awaitable_tuple);
    co_return failed ? std::nullopt : std::optional<int>(number);
}

} // namespace mocker::cli

#endif
