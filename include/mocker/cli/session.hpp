#ifndef MOCKER_CLI_SESSION_HPP
#define MOCKER_CLI_SESSION_HPP

#include <mocker/cli/context.hpp>
#include <mocker/cli/detach_keys.hpp>
#include <mocker/cli/signals.hpp>
#include <mocker/cli/terminal.hpp>
#include <mocker/client/attachment.hpp>

#include <functional>
#include <optional>
#include <string>

namespace mocker::cli {

/// How a session ended.
enum class session_end {
    finished, ///< the container closed its output
    detached, ///< by the detach keys
};

struct session_options {
    bool in = false;           ///< passes our standard input on
    bool tty = false;          ///< the container has a terminal: keys go on as they are typed
    std::string detach_keys{}; ///< as bytes
    /// Tells the container the size of our terminal.
    std::function<awaitable<void>(terminal_size)> resize{};
    /// Passes a signal on; without it signals do to us what they do.
    std::function<awaitable<void>(std::string)> signal{};
};

/** Our terminal or pipes, connected to the standard streams of a container or an exec.

    The terminal is raw and signals are caught from the construction on, so construct it before the container starts.
    @par Cancellation of @ref run: terminal; the terminal is put back. */
class session {
public:
    MOCKER_DECL session(context& c, client::attachment streams, session_options options);
    session(session const&) = delete;
    session& operator=(session const&) = delete;

    /// Tells the container the size of our terminal, if both have one.
    MOCKER_DECL awaitable<void> resize();

    /// Passes data and signals on until the container closes its output, or the user detaches.
    MOCKER_DECL awaitable<result<session_end>> run();

private:
    MOCKER_DECL awaitable<void> pump_input();
    MOCKER_DECL awaitable<result<>> pump_output();
    MOCKER_DECL awaitable<void> pump_signals();

    context& context_;
    client::attachment streams_;
    session_options options_;
    signal_listener signals_;
    std::optional<raw_mode> raw_;
    bool detached_ = false;
};

} // namespace mocker::cli

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/cli/impl/session.ipp>
#endif
#endif
