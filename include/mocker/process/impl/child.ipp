#ifndef MOCKER_PROCESS_IMPL_CHILD_IPP
#define MOCKER_PROCESS_IMPL_CHILD_IPP

#include <mocker/process/child.hpp>

#include <mocker/async/with_timeout.hpp>

#include <boost/asio/cancellation_state.hpp>

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace mocker::process {

MOCKER_DECL child::child(asio::any_io_executor executor, spawned process, bool leads_group)
    : pid_(process.pid), leads_group_(leads_group), pidfd_(std::move(executor), process.pidfd.release()) {}

MOCKER_DECL child::~child() {
    if (status_) return;
    (void)signal(SIGKILL);
    (void)reap(0);
}

MOCKER_DECL result<> child::reap(int options) {
    if (status_) return {};
    siginfo_t info{};
    auto const id = static_cast<id_t>(pid_);
    while (::waitid(P_PID, id, &info, WEXITED | options) != 0) {
        if (errno != EINTR) return error::from_errno(errno, "wait for process " + std::to_string(pid_));
    }
    if (info.si_pid == 0) return {};
    exit_status ended;
    (info.si_code == CLD_EXITED ? ended.code : ended.signal) = info.si_status;
    status_ = ended;
    return {};
}

MOCKER_DECL awaitable<void> child::exited() {
    if (!status_) co_await pidfd_.async_wait(asio::posix::stream_descriptor::wait_read, asio::use_awaitable);
}

MOCKER_DECL awaitable<result<exit_status>> child::wait() {
    while (!status_) {
        co_await exited();
        MOCKER_CHECK(reap(WNOHANG));
    }
    co_return *status_;
}

MOCKER_DECL result<> child::signal(int number, reach to) {
    if (status_) return error::from_errno(ESRCH, "signal process " + std::to_string(pid_));
    // Not reaped yet, so both the pid and the group still are this child's.
    pid_t const target = leads_group_ && to == reach::group ? -pid_ : pid_;
    if (::kill(target, number) == 0) return {};
    return error::from_errno(errno, "signal process " + std::to_string(pid_));
}

MOCKER_DECL awaitable<void> child::terminate(std::chrono::milliseconds grace) {
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    if (status_) co_return;
    (void)signal(SIGTERM);
    (void)signal(SIGCONT); // a stopped process acts on SIGTERM only when it goes on
    co_await async::race(exited(), grace);
    (void)signal(SIGKILL);
    (void)co_await wait();
}

} // namespace mocker::process

#endif
