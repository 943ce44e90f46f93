#ifndef MOCKER_LINUX_IMPL_NETLINK_IPP
#define MOCKER_LINUX_IMPL_NETLINK_IPP

#include <mocker/linux/netlink.hpp>
#include <mocker/linux/network_plan.hpp>

#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

namespace mocker::linux_ {

MOCKER_DECL void netlink_requests::start(std::uint16_t type, std::uint16_t flags) {
    message_ = bytes_.size();
    nlmsghdr header{};
    header.nlmsg_type = type;
    header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
    header.nlmsg_seq = ++sequence_;
    append(&header, sizeof header);
}

MOCKER_DECL std::size_t netlink_requests::append(void const* data, std::size_t size) {
    std::size_t const at = bytes_.size();
    bytes_.append(static_cast<char const*>(data), size);
    bytes_.resize(at + NLMSG_ALIGN(size));
    update_length();
    return at;
}

MOCKER_DECL void netlink_requests::update_length() {
    auto const length = static_cast<std::uint32_t>(bytes_.size() - message_);
    std::memcpy(bytes_.data() + message_ + offsetof(nlmsghdr, nlmsg_len), &length, sizeof length);
}

MOCKER_DECL std::size_t netlink_requests::put(std::uint16_t type, void const* value, std::size_t size) {
    nlattr header{};
    header.nla_type = type;
    header.nla_len = static_cast<std::uint16_t>(NLA_HDRLEN + size);
    append(&header, sizeof header);
    return append(value, size);
}

MOCKER_DECL std::size_t netlink_requests::put_text(std::uint16_t type, std::string_view text) {
    std::string const terminated(text);
    return put(type, terminated.c_str(), terminated.size() + 1);
}

MOCKER_DECL std::size_t netlink_requests::open_nest(std::uint16_t type) {
    nlattr header{};
    header.nla_type = static_cast<std::uint16_t>(type | NLA_F_NESTED);
    return append(&header, sizeof header);
}

MOCKER_DECL void netlink_requests::close_nest(std::size_t nest) {
    auto const length = static_cast<std::uint16_t>(bytes_.size() - nest);
    std::memcpy(bytes_.data() + nest + offsetof(nlattr, nla_len), &length, sizeof length);
}

MOCKER_DECL result<netlink_datagram> parse_netlink(std::string_view bytes) {
    netlink_datagram parsed;
    while (!bytes.empty()) {
        nlmsghdr header;
        if (bytes.size() < sizeof header) return error::from_errno(EBADMSG, "netlink message");
        std::memcpy(&header, bytes.data(), sizeof header);
        if (header.nlmsg_len < sizeof header || header.nlmsg_len > bytes.size()) {
            return error::from_errno(EBADMSG, "netlink message");
        }
        auto const payload = bytes.substr(sizeof header, header.nlmsg_len - sizeof header);
        if (header.nlmsg_type == NLMSG_ERROR || header.nlmsg_type == NLMSG_DONE) {
            int number = 0; // of an error, the first field; a dump that failed half way has it as well
            if (payload.size() >= sizeof number) std::memcpy(&number, payload.data(), sizeof number);
            if (number < 0) return error::from_errno(-number, {});
            parsed.done = true;
        } else if (header.nlmsg_type != NLMSG_NOOP) {
            parsed.messages.push_back({header.nlmsg_type, std::string(payload)});
        }
        bytes.remove_prefix(std::min<std::size_t>(NLMSG_ALIGN(header.nlmsg_len), bytes.size()));
    }
    return parsed;
}

MOCKER_DECL std::optional<std::string_view> find_attribute(std::string_view attributes, std::uint16_t type) {
    while (attributes.size() >= sizeof(nlattr)) {
        nlattr header;
        std::memcpy(&header, attributes.data(), sizeof header);
        if (header.nla_len < sizeof header || header.nla_len > attributes.size()) return std::nullopt;
        if ((header.nla_type & NLA_TYPE_MASK) == type) return attributes.substr(sizeof header, header.nla_len - sizeof header);
        attributes.remove_prefix(std::min<std::size_t>(NLA_ALIGN(header.nla_len), attributes.size()));
    }
    return std::nullopt;
}

MOCKER_DECL std::optional<std::uint32_t> find_number(std::string_view attributes, std::uint16_t type) {
    auto const value = find_attribute(attributes, type);
    std::uint32_t number = 0;
    if (!value || value->size() != sizeof number) return std::nullopt;
    std::memcpy(&number, value->data(), sizeof number);
    return number;
}

MOCKER_DECL result<netlink_socket> netlink_socket::open(int protocol) {
    unique_fd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
    if (!fd) return error::from_errno(errno, "netlink socket");
    return netlink_socket(std::move(fd));
}

MOCKER_DECL result<> netlink_socket::perform(std::string_view requests, std::string const& what) {
    if (int const number = detail::exchange_requests(fd_.get(), requests.data(), requests.size()); number != 0) {
        return error::from_errno(number, what);
    }
    return {};
}

MOCKER_DECL result<std::vector<netlink_message>> netlink_socket::ask(std::string_view request, std::string const& what) {
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    auto const* to = reinterpret_cast<sockaddr const*>(&kernel);
    if (::sendto(fd_.get(), request.data(), request.size(), MSG_NOSIGNAL, to, sizeof kernel) < 0) {
        return error::from_errno(errno, what);
    }
    std::vector<netlink_message> all;
    std::string buffer(64 * 1024, '\0'); // no dump of the kernel makes larger datagrams
    for (bool done = false; !done;) {
        auto const got = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return error::from_errno(errno, what);
        auto parsed = parse_netlink({buffer.data(), static_cast<std::size_t>(got)});
        if (!parsed) return parsed.error().within(what);
        for (auto& message : parsed->messages) all.push_back(std::move(message));
        done = parsed->done;
    }
    return all;
}

} // namespace mocker::linux_

#endif
