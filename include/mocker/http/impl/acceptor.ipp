#ifndef MOCKER_HTTP_IMPL_ACCEPTOR_IPP
#define MOCKER_HTTP_IMPL_ACCEPTOR_IPP

#include <mocker/async/event.hpp>
#include <mocker/http/acceptor.hpp>
#include <mocker/http/detail/socket_transport.hpp>
#include <mocker/http/socket_stream.hpp>

#include <boost/asio/error.hpp>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

namespace mocker::http {
namespace detail {

/// The file of a unix socket, removed at the end if it is still the one that was made.
class socket_file {
public:
    socket_file() = default;
    socket_file(std::string path, struct stat const& made)
        : path_(std::move(path)), device_(made.st_dev), inode_(made.st_ino) {}
    socket_file(socket_file&& other) noexcept
        : path_(std::exchange(other.path_, {})), device_(other.device_), inode_(other.inode_) {}
    socket_file& operator=(socket_file&& other) noexcept {
        std::swap(path_, other.path_);
        std::swap(device_, other.device_);
        std::swap(inode_, other.inode_);
        return *this;
    }
    ~socket_file() { remove(); }

    void remove() {
        struct stat now {};
        auto const path = std::exchange(path_, {});
        if (path.empty() || ::lstat(path.c_str(), &now) != 0) return;
        if (now.st_dev == device_ && now.st_ino == inode_) ::unlink(path.c_str());
    }

private:
    std::string path_{};
    dev_t device_{};
    ino_t inode_{};
};

class socket_acceptor final : public acceptor {
public:
    socket_acceptor(stream_socket listener, std::string endpoint, socket_file file)
        : listener_(std::move(listener)), endpoint_(std::move(endpoint)), file_(std::move(file)) {}

    awaitable<result<any_stream>> accept() override {
        auto const executor = listener_.get_executor();
        while (listener_.is_open()) {
            unique_fd fd(::accept4(listener_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
            if (fd) {
                auto stream = make_socket_stream(executor, std::move(fd));
                if (stream) co_return std::move(*stream);
                co_await async::sleep(std::chrono::milliseconds(50)); // one lost for want of memory or watches
                continue;
            }
            switch (errno) {
            case EAGAIN:
                if (auto const [ec] = co_await listener_.async_wait(stream_socket::wait_read, as_awaitable_tuple); ec)
                    co_return error(ec, endpoint_);
                break;
            case EMFILE:
            case ENFILE:
            case ENOBUFS:
            case ENOMEM: co_await async::sleep(std::chrono::milliseconds(50)); break;
            case EBADF:
            case EFAULT:
            case EINVAL:
            case ENOTSOCK:
            case EOPNOTSUPP: co_return error::from_errno(errno, "accept on " + endpoint_);
            default: break; // the failure of one connection, accept(2)
            }
        }
        co_return error(asio::error::operation_aborted, endpoint_);
    }

    void close() override {
        file_.remove();
        error_code ignored;
        listener_.close(ignored);
    }

    std::string endpoint() const override { return endpoint_; }

private:
    stream_socket listener_;
    std::string endpoint_;
    socket_file file_;
};

MOCKER_DECL result<std::unique_ptr<acceptor>> make_acceptor(asio::any_io_executor executor, unique_fd fd,
                                                            std::string endpoint, socket_file file) {
    if (::listen(fd.get(), SOMAXCONN) != 0) return error::from_errno(errno, "listen on " + endpoint);
    MOCKER_TRY_RETURN(listener, adopt_socket(std::move(executor), std::move(fd)));
    std::unique_ptr<acceptor> out =
        std::make_unique<socket_acceptor>(std::move(listener), std::move(endpoint), std::move(file));
    return out;
}

/// Whether somebody listens on the socket at @p path. A full queue is somebody.
MOCKER_DECL bool is_listened_on(std::string const& path) {
    unique_fd const fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    auto const address = unix_address(path);
    auto const connected = connect_now(fd.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address);
    return connected || connected.error().code() != asio::error::connection_refused;
}

/** Removes a socket that nobody listens on. It is moved aside first: should another program have replaced it since it
    was looked at, that one's is put back. */
MOCKER_DECL result<> remove_stale_socket(std::string const& path) {
    auto const what = "listen on unix://" + path;
    struct stat seen {
    }, moved{};
    if (::lstat(path.c_str(), &seen) != 0) return errno == ENOENT ? result<>() : error::from_errno(errno, what);
    if (!S_ISSOCK(seen.st_mode)) return error::from_errno(EADDRINUSE, what + " (it is not a socket)");
    if (is_listened_on(path)) return error::from_errno(EADDRINUSE, what);
    auto const aside = path + ".stale-" + std::to_string(::getpid());
    if (::renameat2(AT_FDCWD, path.c_str(), AT_FDCWD, aside.c_str(), RENAME_NOREPLACE) != 0)
        return errno == ENOENT ? result<>() : error::from_errno(errno, what);
    if (::lstat(aside.c_str(), &moved) == 0 && (moved.st_ino != seen.st_ino || moved.st_dev != seen.st_dev)) {
        ::renameat2(AT_FDCWD, aside.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE);
        return error::from_errno(EADDRINUSE, what);
    }
    ::unlink(aside.c_str());
    return {};
}

/// Gives the new socket file its group and mode, whatever path leads to it by now.
MOCKER_DECL result<socket_file> set_rights(std::string const& path, unix_listen_options const& options) {
    auto const what = "set the rights of " + path;
    unique_fd const node(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat made {};
    if (!node || ::fstat(node.get(), &made) != 0) return error::from_errno(errno, what);
    if (!S_ISSOCK(made.st_mode)) return error::from_errno(ENOTSOCK, what);
    socket_file file(path, made);
    if (options.group && ::fchownat(node.get(), "", static_cast<uid_t>(-1), *options.group, AT_EMPTY_PATH) != 0)
        return error::from_errno(errno, what);
    auto const by_descriptor = "/proc/self/fd/" + std::to_string(node.get());
    if (::chmod(by_descriptor.c_str(), options.mode) != 0) return error::from_errno(errno, what);
    return file;
}

} // namespace detail

MOCKER_DECL result<std::unique_ptr<acceptor>> listen_unix(asio::any_io_executor executor, std::string path,
                                                          unix_listen_options options) {
    auto const what = "listen on unix://" + path;
    if (path.empty() || path.size() >= sizeof(sockaddr_un::sun_path)) return error::from_errno(ENAMETOOLONG, what);
    MOCKER_CHECK_RETURN(detail::remove_stale_socket(path));
    unique_fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return error::from_errno(errno, what);
    // bind(2) makes the file with the rights of the socket itself: nobody else's until they are set.
    if (::fchmod(fd.get(), 0600) != 0) return error::from_errno(errno, what);
    auto const address = detail::unix_address(path);
    if (::bind(fd.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0)
        return error::from_errno(errno, what);
    MOCKER_TRY_RETURN(file, detail::set_rights(path, options));
    return detail::make_acceptor(std::move(executor), std::move(fd), "unix://" + path, std::move(file));
}

namespace detail {

MOCKER_DECL std::string tcp_endpoint_text(int fd) {
    sockaddr_storage name{};
    socklen_t size = sizeof name;
    char host[NI_MAXHOST], port[NI_MAXSERV];
    auto* const address = reinterpret_cast<sockaddr*>(&name);
    if (::getsockname(fd, address, &size) != 0 ||
        ::getnameinfo(address, size, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return "tcp://";
    auto const brackets = name.ss_family == AF_INET6;
    return std::string("tcp://") + (brackets ? "[" : "") + host + (brackets ? "]" : "") + ":" + port;
}

MOCKER_DECL result<unique_fd> bind_tcp(addrinfo const& to, std::string const& what) {
    unique_fd fd(::socket(to.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
    if (!fd) return error::from_errno(errno, what);
    set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR);
    if (::bind(fd.get(), to.ai_addr, to.ai_addrlen) != 0) return error::from_errno(errno, what);
    return fd;
}

} // namespace detail

MOCKER_DECL result<std::unique_ptr<acceptor>> listen_tcp(asio::any_io_executor executor, std::string const& host,
                                                         std::uint16_t port) {
    auto const what = "listen on tcp://" + host + ":" + std::to_string(port);
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    auto const status =
        ::getaddrinfo(host.empty() ? nullptr : host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (status == EAI_SYSTEM) return error::from_errno(errno, what);
    if (status != 0) return error(errc::malformed, what + ": " + ::gai_strerror(status));
    std::unique_ptr<addrinfo, void (*)(addrinfo*)> const addresses(found, &::freeaddrinfo);
    // All addresses means IPv6's, which takes IPv4 in; where there is no IPv6, the next one is IPv4's.
    auto const* chosen = found;
    for (auto const* a = found; a != nullptr && host.empty(); a = a->ai_next)
        if (a->ai_family == AF_INET6) chosen = a;
    auto bound = detail::bind_tcp(*chosen, what);
    for (auto const* a = found; !bound && a != nullptr; a = a->ai_next)
        if (auto other = detail::bind_tcp(*a, what); other) bound = std::move(other);
    if (!bound) return bound.error();
    auto endpoint = detail::tcp_endpoint_text(bound->get());
    return detail::make_acceptor(std::move(executor), std::move(*bound), std::move(endpoint), {});
}

MOCKER_DECL result<std::unique_ptr<acceptor>> adopt_listener(asio::any_io_executor executor, unique_fd fd) {
    sockaddr_storage name{};
    socklen_t size = sizeof name;
    auto const flags = ::fcntl(fd.get(), F_GETFL);
    if (flags < 0 || ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&name), &size) != 0)
        return error::from_errno(errno, "take over a listening socket");
    ::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK);
    ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
    auto const* const path = reinterpret_cast<sockaddr_un const&>(name).sun_path;
    auto endpoint = name.ss_family == AF_UNIX
                        ? "unix://" + std::string(path, ::strnlen(path, sizeof(sockaddr_un::sun_path)))
                        : detail::tcp_endpoint_text(fd.get());
    return detail::make_acceptor(std::move(executor), std::move(fd), std::move(endpoint), {});
}

} // namespace mocker::http

#endif
