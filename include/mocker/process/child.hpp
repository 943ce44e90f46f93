#ifndef MOCKER_PROCESS_CHILD_HPP
#define MOCKER_PROCESS_CHILD_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/process/exit_status.hpp>
#include <mocker/process/spawn.hpp>

#include <boost/asio/posix/stream_descriptor.hpp>

#include <chrono>
#include <optional>

namespace mocker::process {

/** A process of ours that runs, or has ended: the owner of its pidfd.

    It never outlives its owner: the destructor kills what still runs and reaps it. Nothing here uses SIGCHLD, so a
    program with its own children is not disturbed; one that ignores SIGCHLD loses the exit statuses (waitid(2)). */
class child {
public:
    /// What @ref signal reaches.
    enum class reach { process, group };

    /// @param leads_group the process leads a group of its own: signals and the end concern all of the group.
    MOCKER_DECL child(asio::any_io_executor executor, spawned process, bool leads_group);
    MOCKER_DECL ~child();
    child(child const&) = delete;
    child& operator=(child const&) = delete;

    pid_t pid() const noexcept { return pid_; }

    /// How it ended, once somebody has waited for it.
    std::optional<exit_status> const& status() const noexcept { return status_; }

    /** Returns once the process has ended, without reaping it: its pid and group are still its own.
        @par Cancellation throws; the process runs on. */
    MOCKER_DECL awaitable<void> exited();

    /** Waits for the end and reaps the process. Any number of tasks may wait.
        @par Errors `ECHILD` somebody else has reaped it.
        @par Cancellation throws; the process runs on. */
    MOCKER_DECL awaitable<result<exit_status>> wait();

    /** Sends @p number to the process, or to all of its group if it leads one.
        @par Errors `ESRCH` it has ended and was reaped. */
    MOCKER_DECL result<> signal(int number, reach to = reach::group);

    /** Ends the process: SIGTERM, after @p grace SIGKILL; what is left of its group once it has ended gets SIGKILL.
        Reaped when this returns. Cannot be cancelled. */
    MOCKER_DECL awaitable<void> terminate(std::chrono::milliseconds grace);

private:
    result<> reap(int options);

    pid_t pid_;
    bool leads_group_;
    asio::posix::stream_descriptor pidfd_;
    std::optional<exit_status> status_;
};

} // namespace mocker::process

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/process/impl/child.ipp>
#endif
#endif
