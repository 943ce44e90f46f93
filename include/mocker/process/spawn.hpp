/** @file
    Starting a program, as fast as the kernel can: the bare operation under `child` and `runner`, without Asio. */
#ifndef MOCKER_PROCESS_SPAWN_HPP
#define MOCKER_PROCESS_SPAWN_HPP

#include <mocker/core/error.hpp>
#include <mocker/core/unique_fd.hpp>

#include <sys/types.h>

#include <string>
#include <vector>

namespace mocker::process {

/// A descriptor that the new program gets.
struct inherited_fd {
    int source = -1; ///< ours; not closed
    int target = -1; ///< its number there
};

/// What to start, every choice resolved.
struct spawn_request {
    std::vector<std::string> argv{};        ///< a name without `/` is looked up in the `PATH` of @ref environment
    std::vector<std::string> environment{}; ///< the whole of it, `NAME=value`
    std::string directory{};                ///< where it starts; empty: here
    std::vector<inherited_fd> descriptors{}; ///< what it gets beside our own 0, 1 and 2; nothing else
    bool new_group = true;                  ///< leader of a process group of its own
    bool new_session = false;               ///< leader of a session of its own; implies @ref new_group
    bool controlling_terminal = false;      ///< its descriptor 0 becomes the terminal of its new session
    int parent_death_signal = 0;            ///< sent to it when the thread that started it ends (prctl(2)); 0: none
};

/// A process that runs the program: nobody has waited for it yet.
struct spawned {
    pid_t pid = -1;
    unique_fd pidfd{}; ///< becomes readable when it ends
};

/** Starts a program and returns once it is executing.

    The child shares our memory until it executes (as `vfork` does), so that the size of this process costs nothing and
    a failure is reported with the step and the `errno` of the child. No shell is involved. In the child, signals that
    we handle have their default action, so has SIGPIPE, and none is blocked.
    @par Errors `ENOENT` no such program or directory; `EACCES` it may not be executed; `ENOEXEC` not a program;
    `EINVAL` no argument at all, or one with a NUL inside; `EAGAIN` process limit; `E2BIG` arguments too long.
    @see clone(2), execve(2), pidfd_open(2) */
MOCKER_DECL result<spawned> spawn(spawn_request const& request);

/// The environment of this process, `NAME=value`.
MOCKER_DECL std::vector<std::string> current_environment();

/** Where @p program is found in @p path (directories separated by `:`), in the order in which execvp(3) tries.
    A name that holds a `/` is its own only place. */
MOCKER_DECL std::vector<std::string> search_path(std::string const& program, std::string const& path);

} // namespace mocker::process

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/process/impl/spawn.ipp>
#endif
#endif
