#ifndef MOCKER_LINUX_IMPL_NETWORK_PLAN_IPP
#define MOCKER_LINUX_IMPL_NETWORK_PLAN_IPP

#include <mocker/linux/network_plan.hpp>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace mocker::linux_ {
namespace detail {

/// How many of these requests the kernel will acknowledge.
MOCKER_DECL std::size_t count_requests(char const* requests, std::size_t size) noexcept {
    std::size_t count = 0;
    for (std::size_t at = 0; at + sizeof(nlmsghdr) <= size;) {
        nlmsghdr header;
        std::memcpy(&header, requests + at, sizeof header);
        if (header.nlmsg_len < sizeof header) break;
        if ((header.nlmsg_flags & NLM_F_ACK) != 0) ++count;
        at += NLMSG_ALIGN(header.nlmsg_len);
    }
    return count;
}

/// Reads the acknowledgements of one datagram: how many there were, and the first error among them.
MOCKER_DECL std::size_t read_acknowledgements(char const* data, std::size_t size, int& first_error) noexcept {
    std::size_t count = 0;
    for (std::size_t at = 0; at + sizeof(nlmsghdr) <= size;) {
        nlmsghdr header;
        std::memcpy(&header, data + at, sizeof header);
        if (header.nlmsg_len < sizeof header || header.nlmsg_len > size - at) break;
        if (header.nlmsg_type == NLMSG_ERROR && header.nlmsg_len >= sizeof header + sizeof(nlmsgerr)) {
            nlmsgerr verdict;
            std::memcpy(&verdict, data + at + NLMSG_HDRLEN, sizeof verdict);
            if (first_error == 0) first_error = -verdict.error;
            ++count;
        }
        at += NLMSG_ALIGN(header.nlmsg_len);
    }
    return count;
}

MOCKER_DECL int exchange_requests(int fd, char const* requests, std::size_t size) noexcept {
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    auto const* to = reinterpret_cast<sockaddr const*>(&kernel);
    ssize_t sent;
    do sent = ::sendto(fd, requests, size, MSG_NOSIGNAL, to, sizeof kernel);
    while (sent < 0 && errno == EINTR);
    if (sent < 0) return errno;
    int first_error = 0;
    alignas(nlmsghdr) char buffer[8192]; // an acknowledgement holds at most the request and a text
    for (std::size_t awaited = count_requests(requests, size); awaited > 0;) {
        ssize_t const got = ::recv(fd, buffer, sizeof buffer, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errno;
        std::size_t const acknowledged = read_acknowledgements(buffer, static_cast<std::size_t>(got), first_error);
        if (first_error != 0) return first_error; // of a batch that fails as a whole, there is no more to come
        awaited -= acknowledged < awaited ? acknowledged : awaited;
    }
    return 0;
}

} // namespace detail

MOCKER_DECL void store_number(char* where, std::uint32_t number) noexcept { std::memcpy(where, &number, sizeof number); }

MOCKER_DECL int perform_requests(char const* requests, std::size_t size) noexcept {
    if (size == 0) return 0;
    int const fd = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0) return errno;
    int const error_number = detail::exchange_requests(fd, requests, size);
    ::close(fd);
    return error_number;
}

} // namespace mocker::linux_

#endif
