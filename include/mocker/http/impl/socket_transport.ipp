#ifndef MOCKER_HTTP_IMPL_SOCKET_TRANSPORT_IPP
#define MOCKER_HTTP_IMPL_SOCKET_TRANSPORT_IPP

#include <mocker/http/detail/socket_transport.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>

namespace mocker::http::detail {

MOCKER_DECL void hangup_watch::answer(error_code ec) {
    if (!fired || ec == asio::error::operation_aborted) return;
    pollfd state{fd, POLLRDHUP, 0};
    ::poll(&state, 1, 0);
    auto const wanted = end_is_gone ? POLLHUP | POLLERR | POLLRDHUP : POLLHUP | POLLERR;
    auto const tell = std::exchange(fired, nullptr);
    tell((state.revents & wanted) != 0);
}

MOCKER_DECL socket_transport::~socket_transport() { socket_transport::unwatch(); }

MOCKER_DECL awaitable<void> socket_transport::be_fair(std::size_t bytes) {
    unshared_bytes_ += bytes;
    if (unshared_bytes_ < 1024 * 1024) co_return;
    unshared_bytes_ = 0;
    co_await asio::post(socket_.get_executor(), asio::use_awaitable);
}

MOCKER_DECL awaitable<result<std::size_t>> socket_transport::read_some(asio::mutable_buffer into) {
    unshared_bytes_ = 0;
    auto const [ec, size] = co_await socket_.async_receive(asio::mutable_buffers_1(into), as_awaitable_tuple);
    if (ec == asio::error::eof) co_return std::size_t(0);
    if (ec) co_return error(ec);
    co_return size;
}

/// Sends what there is room for; the number of bytes, or -1 and errno.
MOCKER_DECL ssize_t send_some(int fd, std::span<iovec> pieces) {
    msghdr header{};
    header.msg_iov = pieces.data();
    header.msg_iovlen = pieces.size();
    for (;;) {
        auto const sent = ::sendmsg(fd, &header, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0 || errno != EINTR) return sent;
    }
}

/// Takes @p bytes from the front of @p pieces.
MOCKER_DECL std::span<iovec> drop_front(std::span<iovec> pieces, std::size_t bytes) {
    while (!pieces.empty() && bytes >= pieces.front().iov_len) {
        bytes -= pieces.front().iov_len;
        pieces = pieces.subspan(1);
    }
    if (!pieces.empty()) {
        pieces.front().iov_base = static_cast<char*>(pieces.front().iov_base) + bytes;
        pieces.front().iov_len -= bytes;
    }
    return pieces;
}

MOCKER_DECL awaitable<result<>> socket_transport::write(std::span<asio::const_buffer const> data) {
    std::array<iovec, 4> storage;
    while (!data.empty()) {
        auto const count = std::min(data.size(), storage.size());
        for (std::size_t i = 0; i != count; ++i) storage[i] = {const_cast<void*>(data[i].data()), data[i].size()};
        data = data.subspan(count);
        auto left = drop_front(std::span(storage).first(count), 0);
        while (!left.empty()) {
            auto const sent = send_some(fd(), left);
            if (sent < 0 && errno != EAGAIN) co_return error(error_code(errno, boost::system::system_category()));
            if (sent >= 0) {
                left = drop_front(left, static_cast<std::size_t>(sent));
                if ((unshared_bytes_ += static_cast<std::size_t>(sent)) >= 1024 * 1024) co_await be_fair(0);
                continue;
            }
            unshared_bytes_ = 0;
            auto const [ec] = co_await socket_.async_wait(stream_socket::wait_write, as_awaitable_tuple);
            if (ec) co_return error(ec);
        }
    }
    co_return result<>{};
}

MOCKER_DECL result<> socket_transport::shutdown_send() {
    error_code ec;
    socket_.shutdown(stream_socket::shutdown_send, ec);
    if (ec) return error(ec);
    return {};
}

MOCKER_DECL void socket_transport::cancel() {
    error_code ignored;
    socket_.cancel(ignored);
}

MOCKER_DECL void socket_transport::close() {
    unwatch();
    error_code ignored;
    socket_.close(ignored);
}

MOCKER_DECL int socket_transport::native_handle() const { return socket_.is_open() ? fd() : -1; }

MOCKER_DECL asio::any_io_executor socket_transport::executor() const {
    return const_cast<stream_socket&>(socket_).get_executor();
}

MOCKER_DECL void socket_transport::watch(bool end_is_gone, std::function<void(bool)> fired) {
    unwatch();
    watch_ = std::make_shared<hangup_watch>(hangup_watch{native_handle(), end_is_gone, std::move(fired)});
    auto const kind = end_is_gone ? stream_socket::wait_read : stream_socket::wait_error;
    auto on_event = [asked = watch_](error_code ec) { asked->answer(ec); };
    socket_.async_wait(kind, asio::bind_cancellation_slot(watch_cancelled_.slot(), std::move(on_event)));
}

MOCKER_DECL void socket_transport::unwatch() {
    if (!watch_) return;
    auto const asked = std::exchange(watch_, nullptr);
    if (std::exchange(asked->fired, nullptr)) watch_cancelled_.emit(asio::cancellation_type::all);
}

MOCKER_DECL bool socket_transport::tells_full_close() const {
    int family = 0;
    socklen_t size = sizeof family;
    return ::getsockopt(fd(), SOL_SOCKET, SO_DOMAIN, &family, &size) == 0 && family == AF_UNIX;
}

MOCKER_DECL bool socket_transport::is_quiet() const {
    char byte;
    return ::recv(fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

} // namespace mocker::http::detail

#endif
