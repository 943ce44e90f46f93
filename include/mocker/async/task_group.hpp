#ifndef MOCKER_ASYNC_TASK_GROUP_HPP
#define MOCKER_ASYNC_TASK_GROUP_HPP

#include <mocker/async/awaitable.hpp>

#include <cstddef>
#include <memory>

namespace mocker::async {

/** Owns tasks that run beside their starter: nothing here is ever detached.

    Whoever starts a task leaves only after @ref join. As a data member a group comes last, so that its tasks may use
    every member above it. Used from one strand.

    @par Example
    @code
    async::task_group sessions(co_await asio::this_coro::executor);
    sessions.spawn(serve(std::move(first)));
    sessions.spawn(serve(std::move(second)));
    co_await sessions.join();
    @endcode */
class task_group {
public:
    MOCKER_DECL explicit task_group(asio::any_io_executor executor);
    /// Cancels what still runs. The tasks must not use their owner afterwards, so `join` first.
    MOCKER_DECL ~task_group();
    task_group(task_group const&) = delete;
    task_group& operator=(task_group const&) = delete;

    /// Starts @p task. It takes its parameters by value: it outlives the expression that made it.
    MOCKER_DECL void spawn(awaitable<void> task);

    /// Asks every running task to end (terminal cancellation). Those started later are not concerned.
    MOCKER_DECL void cancel();

    /** Returns once no task is left, including those started meanwhile.
        @par Errors rethrows the first exception, other than a cancellation, that left a task.
        @par Cancellation the tasks run on, and still have to be joined. */
    MOCKER_DECL awaitable<void> join();

    /// The number of tasks that have not ended.
    MOCKER_DECL std::size_t size() const noexcept;

private:
    struct state;
    std::shared_ptr<state> state_;
};

} // namespace mocker::async

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/async/impl/task_group.ipp>
#endif
#endif
