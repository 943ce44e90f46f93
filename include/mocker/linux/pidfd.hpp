/** @file
    Processes by descriptor: a pidfd never means another process, whatever became of the number. */
#ifndef MOCKER_LINUX_PIDFD_HPP
#define MOCKER_LINUX_PIDFD_HPP

#include <mocker/core/error.hpp>
#include <mocker/core/unique_fd.hpp>

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>

namespace mocker::linux_ {

/// A descriptor of the process @p pid; becomes readable when it ends. @par Errors `ESRCH` there is none.
/// @see pidfd_open(2)
MOCKER_DECL result<unique_fd> open_pidfd(pid_t pid);

/// @par Errors `ESRCH` it has ended. @see pidfd_send_signal(2)
MOCKER_DECL result<> send_signal(unique_fd const& pidfd, int signal);

/// When a process began, in clock ticks since boot (proc(5), stat, field 22); nothing if there is no such process.
MOCKER_DECL std::optional<std::uint64_t> process_start_time(pid_t pid);

/// Kills the process @p pid, if it is still the one that began at @p start_time, and awaits its end. Blocks.
/// @par Errors `ETIMEDOUT` it is alive after @p limit (it hangs in the kernel).
MOCKER_DECL result<> kill_process(pid_t pid, std::uint64_t start_time, std::chrono::milliseconds limit);

} // namespace mocker::linux_

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/linux/impl/pidfd.ipp>
#endif
#endif
