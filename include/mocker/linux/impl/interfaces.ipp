#ifndef MOCKER_LINUX_IMPL_INTERFACES_IPP
#define MOCKER_LINUX_IMPL_INTERFACES_IPP

#include <mocker/linux/interfaces.hpp>

#include <arpa/inet.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

namespace mocker::linux_ {
namespace detail {

MOCKER_DECL std::string find_text(std::string_view attributes, std::uint16_t type) {
    auto const value = find_attribute(attributes, type);
    return value ? std::string(value->substr(0, value->find('\0'))) : std::string();
}

/// Splits the payload of a message into its fixed header and its attributes. False if it is too short.
template <class Header>
bool split(std::string_view payload, Header& header, std::string_view& attributes) {
    if (payload.size() < NLMSG_ALIGN(sizeof header)) return false;
    std::memcpy(&header, payload.data(), sizeof header);
    attributes = payload.substr(NLMSG_ALIGN(sizeof header));
    return true;
}

MOCKER_DECL std::size_t address_request(netlink_requests& to, std::uint16_t type, std::uint16_t flags, unsigned index,
                                        std::uint32_t address, unsigned length) {
    std::size_t const at = to.bytes().size() + NLMSG_HDRLEN + offsetof(ifaddrmsg, ifa_index);
    ifaddrmsg header{};
    header.ifa_family = AF_INET;
    header.ifa_prefixlen = static_cast<std::uint8_t>(length);
    header.ifa_index = index;
    to.begin(type, flags, header);
    to.put_number(IFA_LOCAL, htonl(address));
    to.put_number(IFA_ADDRESS, htonl(address));
    if (type == RTM_NEWADDR && length < 31) {
        to.put_number(IFA_BROADCAST, htonl(address | (length == 0 ? ~0u : ~(~0u << (32 - length)))));
    }
    return at;
}

MOCKER_DECL result<std::vector<netlink_message>> dump(std::string_view request, std::string const& what) {
    MOCKER_TRY_RETURN(socket, netlink_socket::open(NETLINK_ROUTE));
    return socket.ask(request, what);
}

} // namespace detail

MOCKER_DECL void add_bridge(netlink_requests& to, std::string_view name, mac const& hardware_address) {
    to.begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, ifinfomsg{});
    to.put_text(IFLA_IFNAME, name);
    to.put(IFLA_ADDRESS, hardware_address.data(), hardware_address.size());
    auto const info = to.open_nest(IFLA_LINKINFO);
    to.put(IFLA_INFO_KIND, "bridge", 6);
    auto const data = to.open_nest(IFLA_INFO_DATA);
    to.put_number(IFLA_BR_STP_STATE, 0);
    to.close_nest(data);
    to.close_nest(info);
}

MOCKER_DECL std::size_t add_veth(netlink_requests& to, veth_pair const& pair) {
    ifinfomsg host{};
    host.ifi_flags = IFF_UP;
    host.ifi_change = IFF_UP;
    to.begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, host);
    to.put_text(IFLA_IFNAME, pair.host);
    to.put_number(IFLA_MASTER, pair.master);
    auto const info = to.open_nest(IFLA_LINKINFO);
    to.put(IFLA_INFO_KIND, "veth", 4);
    auto const data = to.open_nest(IFLA_INFO_DATA);
    auto const peer = to.open_nest(VETH_INFO_PEER);
    ifinfomsg const unconfigured{};
    to.append(&unconfigured, sizeof unconfigured);
    to.put_text(IFLA_IFNAME, pair.peer);
    to.put(IFLA_ADDRESS, pair.peer_address.data(), pair.peer_address.size());
    std::size_t const pid = to.put_number(IFLA_NET_NS_PID, 0);
    to.close_nest(peer);
    to.close_nest(data);
    to.close_nest(info);
    return pid;
}

MOCKER_DECL std::size_t set_up(netlink_requests& to, unsigned index) {
    std::size_t const at = to.bytes().size() + NLMSG_HDRLEN + offsetof(ifinfomsg, ifi_index);
    ifinfomsg header{};
    header.ifi_index = static_cast<int>(index);
    header.ifi_flags = IFF_UP;
    header.ifi_change = IFF_UP;
    to.begin(RTM_NEWLINK, 0, header);
    return at;
}

MOCKER_DECL std::size_t without_ipv6_address(netlink_requests& to, unsigned index) {
    std::size_t const at = to.bytes().size() + NLMSG_HDRLEN + offsetof(ifinfomsg, ifi_index);
    ifinfomsg header{};
    header.ifi_index = static_cast<int>(index);
    to.begin(RTM_NEWLINK, 0, header);
    auto const families = to.open_nest(IFLA_AF_SPEC);
    auto const inet6 = to.open_nest(AF_INET6);
    to.put_byte(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
    to.close_nest(inet6);
    to.close_nest(families);
    return at;
}

MOCKER_DECL std::size_t add_address(netlink_requests& to, unsigned index, std::uint32_t address, unsigned length) {
    return detail::address_request(to, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, index, address, length);
}

MOCKER_DECL void delete_address(netlink_requests& to, unsigned index, std::uint32_t address, unsigned length) {
    detail::address_request(to, RTM_DELADDR, 0, index, address, length);
}

MOCKER_DECL std::size_t add_default_route(netlink_requests& to, unsigned index, std::uint32_t gateway) {
    rtmsg header{};
    header.rtm_family = AF_INET;
    header.rtm_table = RT_TABLE_MAIN;
    header.rtm_protocol = RTPROT_BOOT;
    header.rtm_scope = RT_SCOPE_UNIVERSE;
    header.rtm_type = RTN_UNICAST;
    to.begin(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, header);
    to.put_number(RTA_GATEWAY, htonl(gateway));
    return to.put_number(RTA_OIF, index);
}

MOCKER_DECL void delete_link(netlink_requests& to, unsigned index) {
    ifinfomsg header{};
    header.ifi_index = static_cast<int>(index);
    to.begin(RTM_DELLINK, 0, header);
}

MOCKER_DECL result<std::optional<link>> find_link(std::string const& name) {
    netlink_requests request;
    request.begin(RTM_GETLINK, 0, ifinfomsg{});
    request.put_text(IFLA_IFNAME, name);
    auto const answer = detail::dump(request.bytes(), "look up interface " + name);
    if (!answer && answer.error().code().value() == ENODEV) return std::optional<link>();
    if (!answer) return answer.error();
    for (auto const& message : *answer) {
        ifinfomsg header;
        std::string_view attributes;
        if (message.type != RTM_NEWLINK || !detail::split(message.payload, header, attributes)) continue;
        link found;
        found.index = static_cast<unsigned>(header.ifi_index);
        found.up = (header.ifi_flags & IFF_UP) != 0;
        found.name = detail::find_text(attributes, IFLA_IFNAME);
        found.master = find_number(attributes, IFLA_MASTER).value_or(0);
        if (auto const info = find_attribute(attributes, IFLA_LINKINFO)) {
            found.kind = detail::find_text(*info, IFLA_INFO_KIND);
        }
        return std::optional<link>(std::move(found));
    }
    return std::optional<link>();
}

MOCKER_DECL result<std::vector<interface_address>> list_addresses() {
    netlink_requests request;
    ifaddrmsg ipv4{};
    ipv4.ifa_family = AF_INET;
    request.begin(RTM_GETADDR, NLM_F_DUMP, ipv4);
    MOCKER_TRY_RETURN(messages, detail::dump(request.bytes(), "list addresses"));
    std::vector<interface_address> all;
    for (auto const& message : messages) {
        ifaddrmsg header;
        std::string_view attributes;
        if (message.type != RTM_NEWADDR || !detail::split(message.payload, header, attributes)) continue;
        if (auto const address = find_number(attributes, IFA_LOCAL); address && header.ifa_family == AF_INET) {
            all.push_back({header.ifa_index, ntohl(*address), header.ifa_prefixlen});
        }
    }
    return all;
}

MOCKER_DECL result<std::vector<route>> list_routes() {
    netlink_requests request;
    rtmsg ipv4{};
    ipv4.rtm_family = AF_INET;
    request.begin(RTM_GETROUTE, NLM_F_DUMP, ipv4);
    MOCKER_TRY_RETURN(messages, detail::dump(request.bytes(), "list routes"));
    std::vector<route> all;
    for (auto const& message : messages) {
        rtmsg header;
        std::string_view attributes;
        if (message.type != RTM_NEWROUTE || !detail::split(message.payload, header, attributes)) continue;
        if (header.rtm_family != AF_INET || header.rtm_table == RT_TABLE_LOCAL) continue;
        route found;
        found.destination = ntohl(find_number(attributes, RTA_DST).value_or(0));
        found.length = header.rtm_dst_len;
        found.index = find_number(attributes, RTA_OIF).value_or(0);
        all.push_back(found);
    }
    return all;
}

MOCKER_DECL bool has_ipv6() { return ::access("/proc/sys/net/ipv6", F_OK) == 0; }

} // namespace mocker::linux_

#endif
