#ifndef MOCKER_LINUX_INTERFACES_HPP
#define MOCKER_LINUX_INTERFACES_HPP

#include <mocker/config.hpp>
#include <mocker/core/error.hpp>
#include <mocker/linux/netlink.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/** @file
    Network interfaces, addresses and routes: requests to make them (plain data, see @ref netlink_requests), and questions
    about those of the calling thread's network namespace. IPv4 addresses are numbers, first byte highest.
    @see rtnetlink(7) */
namespace mocker::linux_ {

using mac = std::array<std::uint8_t, 6>;

// --- requests

/// A bridge that forwards at once and takes part in no spanning tree.
MOCKER_DECL void add_bridge(netlink_requests& to, std::string_view name, mac const& hardware_address);

/// A veth pair: @p host here, attached to the bridge with index @p master and up; @p peer in another namespace.
struct veth_pair {
    std::string host{};
    unsigned master = 0;
    std::string peer = "eth0";
    mac peer_address{};
};

/// One request that makes the pair with its peer already in the namespace of a process.
/// @return the offset at which the process id (32 bits) is to be stored
MOCKER_DECL std::size_t add_veth(netlink_requests& to, veth_pair const& pair);

/// @return the offset of the interface's index, for those who learn it later
MOCKER_DECL std::size_t set_up(netlink_requests& to, unsigned index);

/// Gives the interface no IPv6 link-local address when it goes up. Needs a kernel with IPv6.
MOCKER_DECL std::size_t without_ipv6_address(netlink_requests& to, unsigned index);

MOCKER_DECL std::size_t add_address(netlink_requests& to, unsigned index, std::uint32_t address, unsigned length);
MOCKER_DECL void delete_address(netlink_requests& to, unsigned index, std::uint32_t address, unsigned length);
/// @return the offset of the interface's index
MOCKER_DECL std::size_t add_default_route(netlink_requests& to, unsigned index, std::uint32_t gateway);
MOCKER_DECL void delete_link(netlink_requests& to, unsigned index);

// --- questions

/// The index of the loopback interface in every namespace.
inline constexpr unsigned loopback_index = 1;

struct link {
    unsigned index = 0;
    std::string name{};
    std::string kind{}; ///< "bridge", "veth"; empty for hardware
    bool up = false;
    unsigned master = 0; ///< index of the bridge it is attached to
};

/// The interface called @p name, if there is one.
MOCKER_DECL result<std::optional<link>> find_link(std::string const& name);

struct interface_address {
    unsigned index = 0;
    std::uint32_t address = 0;
    unsigned length = 0;
};
MOCKER_DECL result<std::vector<interface_address>> list_addresses();

struct route {
    std::uint32_t destination = 0;
    unsigned length = 0; ///< 0: the default route
    unsigned index = 0;  ///< of the interface; 0 if there is none
};
/// The routes of all tables, without those that the kernel keeps for local addresses and broadcasts.
MOCKER_DECL result<std::vector<route>> list_routes();

/// Whether this namespace knows IPv6 at all.
MOCKER_DECL bool has_ipv6();

} // namespace mocker::linux_

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/linux/impl/interfaces.ipp>
#endif
#endif
