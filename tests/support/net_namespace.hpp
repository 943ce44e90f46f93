#ifndef MOCKER_TESTS_SUPPORT_NET_NAMESPACE_HPP
#define MOCKER_TESTS_SUPPORT_NET_NAMESPACE_HPP

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

namespace mocker::test {

/// Runs @p body in a network namespace of its own, gone afterwards. Needs root.
inline void in_new_network(std::function<void()> const& body) {
    std::thread([&] {
        ASSERT_EQ(::unshare(CLONE_NEWNET), 0) << "unshare: " << std::strerror(errno);
        body();
    }).join();
}

/** A process in a network namespace of its own, as a container's first process is. It runs @p body once `go` is called;
    `wait` gives what it returned. */
class net_process {
public:
    explicit net_process(std::function<int()> const& body) {
        int ready[2], gate[2];
        if (::pipe2(ready, O_CLOEXEC) != 0 || ::pipe2(gate, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
        pid_ = ::fork();
        if (pid_ == 0) {
            char byte = ::unshare(CLONE_NEWNET) == 0 ? 'y' : 'n';
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            ::close(gate[1]);
            if (::write(ready[1], &byte, 1) != 1 || ::read(gate[0], &byte, 1) != 1) ::_exit(99);
            ::_exit(body());
        }
        char byte = 0;
        ::close(ready[1]);
        ::close(gate[0]);
        in_namespace_ = ::read(ready[0], &byte, 1) == 1 && byte == 'y';
        ::close(ready[0]);
        gate_ = gate[1];
    }
    net_process(net_process const&) = delete;
    net_process& operator=(net_process const&) = delete;
    ~net_process() {
        if (gate_ >= 0) ::close(gate_);
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
    }

    bool in_namespace() const { return in_namespace_; }
    pid_t pid() const { return pid_; }
    void go() { EXPECT_EQ(::write(gate_, "g", 1), 1); }
    int wait() {
        int status = 0;
        ::waitpid(pid_, &status, 0);
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

private:
    pid_t pid_ = -1;
    int gate_ = -1;
    bool in_namespace_ = false;
};

inline sockaddr_in tcp_address(std::string const& address, int port) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    ::inet_pton(AF_INET, address.c_str(), &to.sin_addr);
    return to;
}

/// A listening TCP socket of the calling thread's namespace.
inline int listen_on(std::string const& address, int port) {
    int const fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto const at = tcp_address(address, port);
    if (::bind(fd, reinterpret_cast<sockaddr const*>(&at), sizeof at) != 0 || ::listen(fd, 8) != 0) return -1;
    return fd;
}

/// 0 once a TCP connection stands, else the error number; gives up after @p seconds.
inline int connect_to(std::string const& address, int port, int seconds = 5) {
    int const fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    timeval const limit{seconds, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    auto const to = tcp_address(address, port);
    int const failed = ::connect(fd, reinterpret_cast<sockaddr const*>(&to), sizeof to) == 0 ? 0 : errno;
    ::close(fd);
    return failed;
}

/// The address from which the next connection comes to a listening socket.
inline std::string accept_from(int listener) {
    sockaddr_in from{};
    socklen_t size = sizeof from;
    int const fd = ::accept(listener, reinterpret_cast<sockaddr*>(&from), &size);
    char text[INET_ADDRSTRLEN] = "";
    if (fd >= 0) ::inet_ntop(AF_INET, &from.sin_addr, text, sizeof text);
    if (fd >= 0) ::close(fd);
    return text;
}

} // namespace mocker::test

#endif
