#ifndef MOCKER_HTTP_IMPL_SOCKET_STREAM_IPP
#define MOCKER_HTTP_IMPL_SOCKET_STREAM_IPP

#include <mocker/async/event.hpp>
#include <mocker/async/with_timeout.hpp>
#include <mocker/http/detail/socket_transport.hpp>
#include <mocker/http/impl/socket_transport.ipp>
#include <mocker/http/socket_stream.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <vector>

namespace mocker::http {
namespace detail {

MOCKER_DECL error last_error(std::string what) { return error::from_errno(errno, std::move(what)); }

MOCKER_DECL void set_option(int fd, int level, int name) {
    int const on = 1;
    ::setsockopt(fd, level, name, &on, sizeof on);
}

MOCKER_DECL result<stream_socket> adopt_socket(asio::any_io_executor executor, unique_fd fd) {
    int family = 0;
    socklen_t size = sizeof family;
    if (::getsockopt(fd.get(), SOL_SOCKET, SO_DOMAIN, &family, &size) != 0) return last_error("getsockopt");
    stream_socket socket(std::move(executor));
    error_code ec;
    socket.assign(asio::generic::stream_protocol(family, 0), fd.get(), ec);
    if (ec) return error(ec, "watch a socket");
    fd.release();
    return socket;
}

MOCKER_DECL sockaddr_un unix_address(std::string const& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), std::min(path.size(), sizeof address.sun_path - 1));
    return address;
}

MOCKER_DECL result<> connect_now(int fd, sockaddr const* address, socklen_t size) {
    while (::connect(fd, address, size) != 0)
        if (errno != EINTR) return error(error_code(errno, boost::system::system_category()));
    return {};
}

} // namespace detail

MOCKER_DECL result<any_stream> make_socket_stream(asio::any_io_executor executor, unique_fd fd) {
    MOCKER_TRY_RETURN(socket, detail::adopt_socket(std::move(executor), std::move(fd)));
    sockaddr_storage name{};
    socklen_t size = sizeof name;
    auto const handle = socket.native_handle();
    if (::getsockname(handle, reinterpret_cast<sockaddr*>(&name), &size) != 0) return detail::last_error("getsockname");
    if (name.ss_family == AF_INET || name.ss_family == AF_INET6) {
        detail::set_option(handle, IPPROTO_TCP, TCP_NODELAY);
        detail::set_option(handle, SOL_SOCKET, SO_KEEPALIVE);
    }
    return any_stream(std::make_unique<detail::socket_transport>(std::move(socket)));
}

MOCKER_DECL result<any_stream> connect_unix_now(asio::any_io_executor executor, std::string const& path) {
    auto const what = "connect to " + path;
    if (path.size() >= sizeof(sockaddr_un::sun_path)) return error::from_errno(ENAMETOOLONG, what);
    auto const address = detail::unix_address(path);
    unique_fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return detail::last_error(what);
    auto const connected = detail::connect_now(fd.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address);
    if (!connected) return error(connected.error().code(), what);
    return make_socket_stream(std::move(executor), std::move(fd));
}

MOCKER_DECL awaitable<result<any_stream>> connect_unix(std::string path) {
    auto const executor = co_await asio::this_coro::executor;
    for (;;) {
        auto stream = connect_unix_now(executor, path);
        // The listener's queue is full, and a unix socket does not say when there is room.
        if (stream || stream.error().code() != asio::error::try_again) co_return std::move(stream);
        co_await async::sleep(std::chrono::milliseconds(5));
    }
}

namespace detail {

/// A name being resolved by a thread of Asio's. Whoever asked may leave before the answer comes.
struct resolution {
    explicit resolution(asio::any_io_executor const& executor) : resolver(executor), changed(executor) {}

    asio::ip::tcp::resolver resolver;
    async::event changed;
    bool done = false;
    error_code failure{};
    std::vector<asio::ip::tcp::endpoint> found{};

    static void start(std::shared_ptr<resolution> const& self, std::string const& host, std::string const& port) {
        self->resolver.async_resolve(host, port, [self](error_code ec, asio::ip::tcp::resolver::results_type answers) {
            self->done = true;
            self->failure = ec;
            for (auto const& answer : answers) self->found.push_back(answer.endpoint());
            self->changed.notify_all();
        });
    }
};

MOCKER_DECL awaitable<result<std::vector<asio::ip::tcp::endpoint>>> resolve(std::string host, std::string port) {
    std::vector<asio::ip::tcp::endpoint> found;
    std::uint16_t number = 0;
    auto const end = port.data() + port.size();
    if (std::from_chars(port.data(), end, number).ptr != end || port.empty())
        co_return error(errc::malformed, "invalid port: " + port);
    error_code ec;
    if (auto const numeric = asio::ip::make_address(host, ec); !ec) {
        found.emplace_back(numeric, number);
        co_return found;
    }
    auto const executor = co_await asio::this_coro::executor;
    auto const asked = std::make_shared<resolution>(executor);
    resolution::start(asked, host, port);
    while (!asked->done) co_await asked->changed.wait();
    if (asked->failure) co_return error(asked->failure, "resolve " + host);
    co_return std::move(asked->found);
}

MOCKER_DECL awaitable<result<any_stream>> connect_to(asio::ip::tcp::endpoint to) {
    auto const executor = co_await asio::this_coro::executor;
    unique_fd fd(::socket(to.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) co_return last_error("socket");
    auto const handle = fd.get();
    auto const started = connect_now(handle, to.data(), static_cast<socklen_t>(to.size()));
    if (!started && started.error().code() != asio::error::in_progress) co_return started.error();
    MOCKER_TRY(socket, adopt_socket(executor, std::move(fd)));
    auto const [ec] = co_await socket.async_wait(stream_socket::wait_write, as_awaitable_tuple);
    if (ec) co_return error(ec);
    int failure = 0;
    socklen_t size = sizeof failure;
    ::getsockopt(handle, SOL_SOCKET, SO_ERROR, &failure, &size);
    if (failure != 0) co_return error(error_code(failure, boost::system::system_category()));
    set_option(handle, IPPROTO_TCP, TCP_NODELAY);
    set_option(handle, SOL_SOCKET, SO_KEEPALIVE);
    co_return any_stream(std::make_unique<socket_transport>(std::move(socket)));
}

} // namespace detail

MOCKER_DECL awaitable<result<any_stream>> connect_tcp(std::string host, std::string port) {
    if (host.size() > 1 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    MOCKER_TRY(addresses, co_await detail::resolve(host, port));
    error why(asio::error::host_not_found);
    for (auto const& address : addresses) {
        // One address that does not answer must not use up the time of those after it.
        auto const last = &address == &addresses.back();
        result<any_stream> stream = why; // no ?: here, since g++ 12 destroys the temporaries of both branches
        if (last)
            stream = co_await detail::connect_to(address);
        else
            stream = co_await async::with_timeout(detail::connect_to(address), std::chrono::seconds(5));
        if (stream) co_return std::move(*stream);
        why = stream.error();
    }
    co_return error(why.code(), "connect to " + host + ":" + port);
}

} // namespace mocker::http

#endif
