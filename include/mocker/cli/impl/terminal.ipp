#ifndef MOCKER_CLI_IMPL_TERMINAL_IPP
#define MOCKER_CLI_IMPL_TERMINAL_IPP

#include <mocker/cli/terminal.hpp>

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>

namespace mocker::cli {
namespace detail {

struct saved_terminal {
    std::atomic<int> fd{-1};
    termios settings{};
};

MOCKER_DECL saved_terminal& saved() noexcept {
    static saved_terminal state;
    return state;
}

/// Runs when the program dies: puts the terminal back, then lets the signal do what it does.
MOCKER_DECL void restore_and_die(int signal) {
    restore_terminal();
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

MOCKER_DECL void catch_deadly_signals() {
    for (int const signal : {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGHUP, SIGINT, SIGQUIT, SIGTERM}) {
        struct sigaction old {};
        if (::sigaction(signal, nullptr, &old) != 0 || old.sa_handler != SIG_DFL) continue; // somebody handles it
        struct sigaction handler {};
        handler.sa_handler = restore_and_die;
        handler.sa_flags = SA_NODEFER | static_cast<int>(SA_RESETHAND);
        ::sigaction(signal, &handler, nullptr);
    }
}

} // namespace detail

MOCKER_DECL bool is_terminal(int fd) { return ::isatty(fd) == 1; }

MOCKER_DECL std::optional<terminal_size> get_terminal_size(int fd) {
    winsize size{};
    if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || (size.ws_row == 0 && size.ws_col == 0)) return std::nullopt;
    return terminal_size{size.ws_row, size.ws_col};
}

MOCKER_DECL result<raw_mode> raw_mode::enter(int fd) {
    termios settings{};
    if (::tcgetattr(fd, &settings) != 0) return error::from_errno(errno, "tcgetattr");
    auto& state = detail::saved();
    state.settings = settings;
    state.fd = fd;
    detail::catch_deadly_signals();
    ::cfmakeraw(&settings);
    if (::tcsetattr(fd, TCSANOW, &settings) != 0) {
        int const failed = errno;
        state.fd = -1;
        return error::from_errno(failed, "tcsetattr");
    }
    return raw_mode();
}

MOCKER_DECL raw_mode::~raw_mode() {
    if (active_) restore_terminal();
}

MOCKER_DECL void restore_terminal() noexcept {
    auto& state = detail::saved();
    if (int const fd = state.fd.exchange(-1); fd >= 0) ::tcsetattr(fd, TCSANOW, &state.settings);
}

} // namespace mocker::cli

#endif
