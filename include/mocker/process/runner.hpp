#ifndef MOCKER_PROCESS_RUNNER_HPP
#define MOCKER_PROCESS_RUNNER_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/process/command.hpp>

#include <memory>

namespace mocker::process {

/** Runs programs. What needs other programs takes a `runner&`, so that its tests can give it a `recording_runner`.

    @par Example
    @code
    auto const runner = process::make_runner(co_await asio::this_coro::executor);
    MOCKER_TRY(version, co_await runner->run(process::command("git", "--version")));
    if (version.ok()) std::cout << version.output;
    @endcode */
class runner {
public:
    virtual ~runner() = default;

    /** Runs @p cmd until it has exited and its output is drained, also that of its own children if they keep it open.

        Both outputs are read while it runs, so it never waits for us. A non-zero exit is a value, not an error.
        A process leads a group of its own, unless it inherits a terminal as its input and so has to stay in our group.
        @par Errors those of `spawn`; `asio::error::timed_out` after `timeout`, the group being gone then; `errno` of a
        file to read or write; the error of an `input::source` or `output::stream`.
        @par Cancellation terminal: SIGTERM to the group, SIGKILL after `grace`; reaped before this returns.
        @see pidfd_open(2): children are awaited through pidfds, never through SIGCHLD */
    virtual awaitable<result<outcome>> run(command cmd) = 0;
};

/// The runner that runs programs for real.
MOCKER_DECL std::unique_ptr<runner> make_runner(asio::any_io_executor executor);

} // namespace mocker::process

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/process/impl/runner.ipp>
#endif
#endif
