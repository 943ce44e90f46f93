#ifndef MOCKER_PROCESS_IMPL_RUNNER_IPP
#define MOCKER_PROCESS_IMPL_RUNNER_IPP

#include <mocker/process/runner.hpp>

#include <mocker/async/task_group.hpp>
#include <mocker/async/with_timeout.hpp>
#include <mocker/process/child.hpp>
#include <mocker/process/detail/plumbing.hpp>
#include <mocker/process/spawn.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>

#include <signal.h>
#include <unistd.h>

#include <exception>

namespace mocker::process {
namespace detail {

/// A program that was started, and our ends of its pipes.
struct started {
    spawned process{};
    bool leads_group = true;
    unique_fd in{}, out{}, err{};
};

MOCKER_DECL result<started> start(command& cmd) {
    MOCKER_TRY_RETURN(in, open_input(cmd.in));
    MOCKER_TRY_RETURN(out, open_output(cmd.out, STDOUT_FILENO, STDOUT_FILENO));
    MOCKER_TRY_RETURN(err, open_output(cmd.err, STDERR_FILENO, out.theirs));
    started begun;
    // Who reads from a terminal has to be in its foreground group, and that is ours.
    begun.leads_group = cmd.in.what() != input::kind::inherit || ::isatty(STDIN_FILENO) == 0;
    spawn_request request;
    request.argv = cmd.argv;
    request.environment = cmd.full_environment();
    request.directory = cmd.directory;
    request.descriptors = {{in.theirs, STDIN_FILENO}, {out.theirs, STDOUT_FILENO}, {err.theirs, STDERR_FILENO}};
    request.new_group = begun.leads_group;
    request.parent_death_signal = cmd.end_with_us ? SIGKILL : 0;
    MOCKER_TRY_RETURN(process, spawn(request));
    begun.process = std::move(process);
    begun.in = std::move(in.ours);
    begun.out = std::move(out.ours);
    begun.err = std::move(err.ours);
    return begun;
}

/// Gives up our copies of what the program has got, so that the other ends see its end.
MOCKER_DECL void release_descriptors(command& cmd) {
    if (cmd.in.what() == input::kind::descriptor) cmd.in = input::null();
    if (cmd.out.what() == output::kind::descriptor) cmd.out = output::null();
    if (cmd.err.what() == output::kind::descriptor) cmd.err = output::null();
}

/// Returns when every task of @p tasks has ended; false if that took longer than @p limit.
MOCKER_DECL awaitable<bool> join_within(async::task_group& tasks, std::optional<std::chrono::nanoseconds> limit) {
    if (limit) co_return co_await async::race(tasks.join(), *limit);
    co_await tasks.join();
    co_return true;
}

MOCKER_DECL awaitable<void> until_exited(child& process) { co_await process.exited(); }

class system_runner final : public runner {
public:
    explicit system_runner(asio::any_io_executor executor) : executor_(std::move(executor)) {}

    awaitable<result<outcome>> run(command cmd) override {
        MOCKER_TRY(begun, start(cmd));
        release_descriptors(cmd);
        child process(executor_, std::move(begun.process), begun.leads_group);
        drained out, err;
        result<> fed;
        async::task_group tasks(executor_);
        if (begun.in) tasks.spawn(feed(descriptor(begun.in), cmd.in.next(), fed));
        if (begun.out) tasks.spawn(drain(descriptor(begun.out), cmd.out, cmd.capture_limit, out));
        if (begun.err) tasks.spawn(drain(descriptor(begun.err), cmd.err, cmd.capture_limit, err));
        tasks.spawn(until_exited(process));

        bool in_time = false;
        std::exception_ptr thrown;
        try {
            in_time = co_await join_within(tasks, cmd.timeout);
        } catch (...) {
            thrown = std::current_exception();
        }
        if (!in_time) {
            co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
            co_await process.terminate(cmd.grace);
            tasks.cancel();
            co_await join_quietly(tasks, thrown);
            if (thrown) std::rethrow_exception(thrown);
            co_return error(asio::error::timed_out, cmd.describe());
        }
        MOCKER_TRY(status, co_await process.wait());
        for (auto const* state : {&fed, &out.state, &err.state})
            if (!*state) co_return state->error();
        outcome done;
        done.status = status;
        done.output = std::move(out.bytes);
        done.errors = std::move(err.bytes);
        done.truncated = out.truncated || err.truncated;
        co_return done;
    }

private:
    asio::posix::stream_descriptor descriptor(unique_fd& fd) { return {executor_, fd.release()}; }

    /// Joins tasks that were cancelled; the first exception counts, and what they throw now only if there was none.
    static awaitable<void> join_quietly(async::task_group& tasks, std::exception_ptr& thrown) {
        try {
            co_await tasks.join();
        } catch (...) {
            if (!thrown) thrown = std::current_exception();
        }
    }

    asio::any_io_executor executor_;
};

} // namespace detail

MOCKER_DECL std::unique_ptr<runner> make_runner(asio::any_io_executor executor) {
    return std::make_unique<detail::system_runner>(std::move(executor));
}

} // namespace mocker::process

#endif
