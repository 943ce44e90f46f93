#ifndef MOCKER_CLI_SIGNALS_HPP
#define MOCKER_CLI_SIGNALS_HPP

#include <mocker/async/awaitable.hpp>

#include <boost/asio/signal_set.hpp>

#include <optional>
#include <string>

namespace mocker::cli {

/// The name of a signal without `SIG`, or its number.
MOCKER_DECL std::string signal_name(int number);

/** Catches signals from its construction to its destruction.
    @par Example
    @code
    signal_listener signals(executor, true);
    while (auto const number = co_await signals.next()) forward(*number);
    @endcode */
class signal_listener {
public:
    /// @param all what a user can send; else only the change of the terminal's size.
    MOCKER_DECL signal_listener(asio::any_io_executor executor, bool all);

    /// The next signal; nothing once cancelled, which throws no exception: that is how every session ends.
    MOCKER_DECL awaitable<std::optional<int>> next();

private:
    asio::signal_set signals_;
};

} // namespace mocker::cli

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/cli/impl/signals.ipp>
#endif
#endif
