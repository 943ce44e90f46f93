#ifndef MOCKER_CLI_TERMINAL_HPP
#define MOCKER_CLI_TERMINAL_HPP

#include <mocker/core/error.hpp>

#include <optional>

namespace mocker::cli {

/// Whether @p fd is a terminal.
MOCKER_DECL bool is_terminal(int fd);

struct terminal_size {
    unsigned rows = 0, columns = 0;
    bool operator==(terminal_size const&) const = default;
};

/// The size of the terminal @p fd; nothing if it is none or has no size.
MOCKER_DECL std::optional<terminal_size> get_terminal_size(int fd);

/** Passes every key on as it is typed: no echo, no line editing, no signals (see cfmakeraw(3)).

    The terminal is put back by the destructor, by @ref restore_terminal, and when the program dies from a signal that
   can be caught. One at a time. */
class raw_mode {
public:
    /// @par Errors those of tcgetattr(3) and tcsetattr(3).
    MOCKER_DECL static result<raw_mode> enter(int fd);
    raw_mode(raw_mode&& other) noexcept : active_(other.active_) { other.active_ = false; }
    raw_mode& operator=(raw_mode&&) = delete;
    MOCKER_DECL ~raw_mode();

private:
    raw_mode() = default;
    bool active_ = true;
};

/// Puts the terminal back as it was before @ref raw_mode. Safe in a signal handler; does nothing if it is not raw.
MOCKER_DECL void restore_terminal() noexcept;

} // namespace mocker::cli

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/cli/impl/terminal.ipp>
#endif
#endif
