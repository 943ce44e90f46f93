#ifndef MOCKER_RUNTIME_PROCESS_HPP
#define MOCKER_RUNTIME_PROCESS_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/core/time.hpp>

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mocker::runtime {

/// How a process ended.
struct exit_status {
    int code = 0;            ///< as a shell gives it: 128 + n after signal n
    int signal = 0;          ///< that ended it, or 0
    bool oom_killed = false; ///< the kernel killed something in its cgroup for want of memory
    time_point finished_at{};
    bool operator==(exit_status const&) const = default;
};

/// Bytes that a process wrote. With a terminal all is `out`.
struct output {
    enum class stream : std::uint8_t { out = 1, err = 2 };
    stream from = stream::out;
    std::string data{};
};

/** A client of the standard streams of one process. Any number may be attached; one that does not read holds the
   process back. Destroying it detaches: the process goes on, and its stdin stays open. */
class attachment {
public:
    virtual ~attachment() = default;

    /** The next bytes the process wrote, or nothing once it has ended and everything was read.
        @par Cancellation terminal; nothing is lost that a later read could not give. One reader at a time. */
    virtual awaitable<result<std::optional<output>>> read() = 0;

    /** Writes all of @p data to the stdin of the process, as fast as it reads.
        @par Errors `EPIPE` the process closed its stdin or has ended. One writer at a time. */
    virtual awaitable<result<>> write_stdin(std::string_view data) = 0;

    /// Ends the stdin of the process, after what was written. Nothing happens on a terminal.
    virtual awaitable<result<>> close_stdin() = 0;
};

/** A process in a container, ready to run, running or ended: the connection to its shim.

    Dropping it before @ref start undoes the process. After start it runs on by itself: runtime::reattach finds it. */
class process {
public:
    virtual ~process() = default;

    /// Its id on the host; for a process that had ended when it was found again, -1.
    virtual pid_t pid() const noexcept = 0;

    /** Opens the gate: the program is executed. Returns once it is.
        @par Errors errc::command_not_found, errc::command_not_executable with the text of docker and runc;
       errc::internal naming the step that failed. After an error nothing is left of the process. */
    virtual awaitable<result<>> start() = 0;

    /** Its end, with all its output drained and its log complete. Any number of waiters; also after the fact.
        @par Errors errc::unavailable if it was never started and is gone. */
    virtual awaitable<result<exit_status>> wait() = 0;

    /// Sends it a signal. @par Errors `ESRCH` it has ended.
    virtual awaitable<result<>> kill(int signal) = 0;

    /// Sets the size of its terminal. @par Errors errc::conflict it has none; `ESRCH` it has ended.
    virtual awaitable<result<>> resize(std::uint16_t rows, std::uint16_t columns) = 0;

    /** Attaches a client to some of its streams. What it wrote before is in its log only; attach before @ref start and
        nothing is missed. Without @p out and @p err, read() waits for the end.
        @par Errors `ESRCH` it has ended. */
    virtual awaitable<result<std::unique_ptr<attachment>>> attach(bool in, bool out, bool err) = 0;
};

} // namespace mocker::runtime

#endif
