#ifndef MOCKER_ENGINE_IMPL_SIGNALS_IPP
#define MOCKER_ENGINE_IMPL_SIGNALS_IPP

#include <mocker/engine/signals.hpp>

#include <signal.h>

#include <array>
#include <charconv>
#include <string>
#include <utility>

namespace mocker::engine {
namespace detail {

/// What SIGRTMIN is for programs in the container; the C library of the host keeps the first ones for itself.
inline constexpr int first_realtime_signal = 34, last_realtime_signal = 64;

inline constexpr std::array<std::pair<std::string_view, int>, 37> signal_names{{
    {"ABRT", SIGABRT},     {"ALRM", SIGALRM},     {"BUS", SIGBUS},   {"CHLD", SIGCHLD},     {"CLD", SIGCHLD},
    {"CONT", SIGCONT},     {"FPE", SIGFPE},       {"HUP", SIGHUP},   {"ILL", SIGILL},       {"INT", SIGINT},
    {"IO", SIGIO},         {"IOT", SIGIOT},       {"KILL", SIGKILL}, {"PIPE", SIGPIPE},     {"POLL", SIGPOLL},
    {"PROF", SIGPROF},     {"PWR", SIGPWR},       {"QUIT", SIGQUIT}, {"SEGV", SIGSEGV},     {"STKFLT", SIGSTKFLT},
    {"STOP", SIGSTOP},     {"SYS", SIGSYS},       {"TERM", SIGTERM}, {"TRAP", SIGTRAP},     {"TSTP", SIGTSTP},
    {"TTIN", SIGTTIN},     {"TTOU", SIGTTOU},     {"URG", SIGURG},   {"USR1", SIGUSR1},     {"USR2", SIGUSR2},
    {"VTALRM", SIGVTALRM}, {"WINCH", SIGWINCH},   {"XCPU", SIGXCPU}, {"XFSZ", SIGXFSZ},     {"UNUSED", SIGSYS},
    {"RTMIN", first_realtime_signal}, {"RTMAX", last_realtime_signal},
}};

/// A decimal number that is the whole of @p text, or -1.
MOCKER_DECL int whole_number(std::string_view text) noexcept {
    int number = -1;
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failed == std::errc() && end == text.data() + text.size() ? number : -1;
}

} // namespace detail

MOCKER_DECL result<int> parse_signal(std::string_view text) {
    auto const failed = error(errc::malformed, "invalid signal: " + std::string(text));
    if (int const number = detail::whole_number(text); number >= 0) {
        if (number < 1 || number > detail::last_realtime_signal) return failed;
        return number;
    }
    std::string name;
    for (char c : text) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    std::string_view rest = name;
    if (rest.starts_with("SIG")) rest.remove_prefix(3);
    for (auto const& [known, number] : detail::signal_names)
        if (rest == known) return number;
    bool const upwards = rest.starts_with("RTMIN+"), downwards = rest.starts_with("RTMAX-");
    if (!upwards && !downwards) return failed;
    int const distance = detail::whole_number(rest.substr(6));
    if (distance < 0 || distance > detail::last_realtime_signal - detail::first_realtime_signal) return failed;
    return upwards ? detail::first_realtime_signal + distance : detail::last_realtime_signal - distance;
}

} // namespace mocker::engine

#endif
