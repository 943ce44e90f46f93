#ifndef MOCKER_CLI_IMPL_INPUT_IPP
#define MOCKER_CLI_IMPL_INPUT_IPP

#include <mocker/cli/input.hpp>

#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace mocker::cli {

MOCKER_DECL input::input(asio::any_io_executor executor, int fd) : fd_(fd) {
    unique_fd watcher(::epoll_create1(EPOLL_CLOEXEC));
    epoll_event interest{};
    interest.events = EPOLLIN;
    if (watcher && ::epoll_ctl(watcher.get(), EPOLL_CTL_ADD, fd, &interest) == 0)
        ready_.emplace(std::move(executor), watcher.release());
}

MOCKER_DECL awaitable<result<std::size_t>> input::read_some(asio::mutable_buffer into) {
    for (;;) {
        if (ready_) {
            auto const [failed] =
                co_await ready_->async_wait(asio::posix::stream_descriptor::wait_read, as_awaitable_tuple);
            if (failed) co_return error(failed);
        }
        auto const size = ::read(fd_, into.data(), into.size());
        if (size >= 0) co_return static_cast<std::size_t>(size);
        if (errno != EINTR && errno != EAGAIN) co_return error::from_errno(errno, "read");
    }
}

} // namespace mocker::cli

#endif
