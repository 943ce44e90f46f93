// Before the guard: it brings the bodies, which need this header.
#include <mocker/http/socket_stream.hpp>

#ifndef MOCKER_HTTP_DETAIL_SOCKET_TRANSPORT_HPP
#define MOCKER_HTTP_DETAIL_SOCKET_TRANSPORT_HPP

#include <mocker/core/unique_fd.hpp>
#include <mocker/http/any_stream.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace mocker::http::detail {

using stream_socket = asio::generic::stream_protocol::socket;

/// A question that socket_transport::watch has asked; shared with the reactor, which may hold it for longer.
struct hangup_watch {
    int fd;
    bool end_is_gone;
    std::function<void(bool)> fired;

    MOCKER_DECL void answer(error_code ec);
};

/** A connected socket. Reading leaves the first attempt to Asio, which knows when it would be in vain; writing attempts
    by itself and asks the reactor only if the socket is full. So a small exchange costs one recv and one sendmsg. */
class socket_transport : public stream_interface {
public:
    explicit socket_transport(stream_socket socket) : socket_(std::move(socket)) {}
    MOCKER_DECL ~socket_transport() override;

    MOCKER_DECL awaitable<result<std::size_t>> read_some(asio::mutable_buffer into) override;
    MOCKER_DECL awaitable<result<>> write(std::span<asio::const_buffer const> data) override;
    MOCKER_DECL result<> shutdown_send() override;
    MOCKER_DECL void cancel() override;
    MOCKER_DECL void close() override;
    MOCKER_DECL int native_handle() const override;
    MOCKER_DECL asio::any_io_executor executor() const override;
    MOCKER_DECL void watch(bool end_is_gone, std::function<void(bool)> fired) override;
    MOCKER_DECL void unwatch() override;
    MOCKER_DECL bool tells_full_close() const override;
    MOCKER_DECL bool is_quiet() const override;

    stream_socket& socket() noexcept { return socket_; }

protected:
    /// Lets others run after much was done without waiting: a fast peer must not keep the loop to itself.
    MOCKER_DECL awaitable<void> be_fair(std::size_t bytes);

    int fd() const { return const_cast<stream_socket&>(socket_).native_handle(); }

private:
    asio::cancellation_signal watch_cancelled_; // before the socket, whose operations may name it
    std::shared_ptr<hangup_watch> watch_;
    stream_socket socket_;
    std::size_t unshared_bytes_ = 0;
};

// System calls of several bodies.
MOCKER_DECL error last_error(std::string what);
MOCKER_DECL void set_option(int fd, int level, int name);
/// Gives the socket to the reactor of @p executor.
MOCKER_DECL result<stream_socket> adopt_socket(asio::any_io_executor executor, unique_fd fd);
/// Precondition: @p path fits.
MOCKER_DECL sockaddr_un unix_address(std::string const& path);
/// connect(2), which for a non-blocking TCP socket fails with `in_progress`.
MOCKER_DECL result<> connect_now(int fd, sockaddr const* address, socklen_t size);

} // namespace mocker::http::detail

#endif
