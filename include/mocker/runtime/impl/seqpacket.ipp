#ifndef MOCKER_RUNTIME_IMPL_SEQPACKET_IPP
#define MOCKER_RUNTIME_IMPL_SEQPACKET_IPP

#include <mocker/core/file.hpp>
#include <mocker/runtime/detail/seqpacket.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

#include <cerrno>
#include <cstdio>

namespace mocker::runtime::detail {

MOCKER_DECL seqpacket::seqpacket(asio::any_io_executor executor, unique_fd fd) : descriptor_(std::move(executor)) {
    if (fd) descriptor_.assign(fd.release());
}

MOCKER_DECL void seqpacket::close() {
    error_code ignored;
    descriptor_.close(ignored);
}

MOCKER_DECL awaitable<result<std::size_t>> seqpacket::receive(char* buffer, std::size_t size) {
    for (bool reset_seen = false;;) {
        if (!descriptor_.is_open()) co_return error::from_errno(EBADF, "shim");
        auto const got = ::recv(descriptor_.native_handle(), buffer, size, MSG_DONTWAIT);
        if (got >= 0) co_return static_cast<std::size_t>(got);
        if (errno == EINTR) continue;
        // The other side closed before it had read all; what it sent before is still there.
        if (errno == ECONNRESET && !std::exchange(reset_seen, true)) continue;
        if (errno == ECONNRESET) co_return std::size_t(0);
        if (errno != EAGAIN) co_return error::from_errno(errno, "shim");
        auto const [failed] =
            co_await descriptor_.async_wait(asio::posix::stream_descriptor::wait_read, as_awaitable_tuple);
        if (failed) co_return error(failed, "shim");
    }
}

MOCKER_DECL awaitable<result<>> seqpacket::send(std::string_view message) { return send(message, {}); }

MOCKER_DECL awaitable<result<>> seqpacket::send(std::string_view first, std::string_view second) {
    for (;;) {
        if (!descriptor_.is_open()) co_return error::from_errno(EPIPE, "shim");
        iovec parts[2] = {{const_cast<char*>(first.data()), first.size()},
                          {const_cast<char*>(second.data()), second.size()}};
        msghdr message{};
        message.msg_iov = parts;
        message.msg_iovlen = second.empty() ? 1 : 2;
        if (::sendmsg(descriptor_.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) co_return result<>{};
        if (errno == EINTR) continue;
        if (errno == ECONNRESET) co_return error::from_errno(EPIPE, "shim");
        if (errno != EAGAIN) co_return error::from_errno(errno, "shim");
        auto const [failed] =
            co_await descriptor_.async_wait(asio::posix::stream_descriptor::wait_write, as_awaitable_tuple);
        if (failed) co_return error(failed, "shim");
    }
}

MOCKER_DECL result<unique_fd> connect_shim(std::string const& state_directory) {
    MOCKER_TRY_RETURN(directory, open_file(state_directory, O_PATH | O_DIRECTORY));
    unique_fd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    if (!fd) return error::from_errno(errno, "socket");
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/shim.sock", directory.get());
    int connected;
    do connected = ::connect(fd.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address);
    while (connected != 0 && errno == EINTR);
    if (connected != 0) return error::from_errno(errno, state_directory + "/shim.sock");
    return fd;
}

MOCKER_DECL result<std::pair<unique_fd, unique_fd>> seqpacket_pair() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return error::from_errno(errno, "socketpair");
    return std::pair(unique_fd(ends[0]), unique_fd(ends[1]));
}

} // namespace mocker::runtime::detail

#endif
