#ifndef MOCKER_LINUX_IMPL_PIDFD_IPP
#define MOCKER_LINUX_IMPL_PIDFD_IPP

#include <mocker/core/file.hpp>
#include <mocker/linux/pidfd.hpp>

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <string>

namespace mocker::linux_ {

MOCKER_DECL result<unique_fd> open_pidfd(pid_t pid) {
    unique_fd fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!fd) return error::from_errno(errno, "process " + std::to_string(pid));
    return fd;
}

MOCKER_DECL result<> send_signal(unique_fd const& pidfd, int signal) {
    if (::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) != 0)
        return error::from_errno(errno, "signal " + std::to_string(signal));
    return {};
}

MOCKER_DECL std::optional<std::uint64_t> process_start_time(pid_t pid) {
    auto const text = read_file("/proc/" + std::to_string(pid) + "/stat", 4096);
    if (!text) return std::nullopt;
    auto at = text->rfind(')'); // the name before it may hold anything
    for (int field = 2; at != std::string::npos && field < 22; ++field) at = text->find(' ', at + 1);
    if (at == std::string::npos) return std::nullopt;
    std::uint64_t ticks = 0;
    auto const* const first = text->data() + at + 1;
    if (std::from_chars(first, text->data() + text->size(), ticks).ec != std::errc()) return std::nullopt;
    return ticks;
}

MOCKER_DECL result<> kill_process(pid_t pid, std::uint64_t start_time, std::chrono::milliseconds limit) {
    if (pid <= 1) return {};
    auto const pidfd = open_pidfd(pid);
    // The number is looked at after the descriptor was opened: if they match, the descriptor is that process.
    if (!pidfd || process_start_time(pid) != start_time) return {};
    if (auto sent = send_signal(*pidfd, SIGKILL); !sent) return {};
    auto const deadline = std::chrono::steady_clock::now() + limit;
    for (;;) {
        auto const left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        pollfd ended{pidfd->get(), POLLIN, 0};
        if (::poll(&ended, 1, left.count() > 0 ? static_cast<int>(left.count()) : 0) > 0) return {};
        if (left.count() <= 0) return error::from_errno(ETIMEDOUT, "process " + std::to_string(pid));
    }
}

} // namespace mocker::linux_

#endif
