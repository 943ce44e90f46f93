#ifndef MOCKER_NETWORK_BRIDGE_HPP
#define MOCKER_NETWORK_BRIDGE_HPP

#include <mocker/config.hpp>
#include <mocker/core/error.hpp>
#include <mocker/linux/network_plan.hpp>
#include <mocker/network/address_pool.hpp>
#include <mocker/network/endpoint.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mocker::network {

/// Which bridge, addresses and rules an engine calls its own. Two engines on one machine differ in all three.
struct bridge_options {
    std::string name = "mocker0";   ///< the bridge's interface name, at most 15 characters
    std::string cidr{};             ///< the bridge's address and the length of its subnet ("172.17.0.1/16"); empty: the
                                    ///< first of Docker's address pools that no route or address of the host overlaps
    std::string table{};            ///< the nftables table (family ip) that holds every rule of this bridge; empty: one
                                    ///< called like the bridge
};

/** The default network: containers on one bridge with private addresses, masqueraded towards the outside.

    A packet passes only what every table of the host accepts. Rules of ours accept what leaves the bridge and what
    answers it, and drop what others send to containers unasked. Where iptables(8) works through nftables, its FORWARD chain
    (whose policy Docker sets to DROP) gets two accepting rules as well. Chains that drop in tables of other owners
    (firewalld's, or those of the legacy iptables modules) cannot be overruled from here: there the administrator has to
    let the bridge through.

    Everything is done by netlink in this process. What the kernel holds belongs to the machine, not to this object:
    destroying it leaves the bridge and its rules, so that containers run on; `remove` takes them down.

    Addresses are given out lowest first, as Docker does, and are kept in memory only; after a restart the engine gives
    its endpoints back with `adopt`. The MAC address follows from the address, so a neighbour's stale ARP entry for a
    reused address is still right.

    @par Example
    @code
    MOCKER_TRY_RETURN(bridge, network::bridge::open({}));
    MOCKER_TRY_RETURN(endpoint, bridge.allocate(container_id));
    launch.network = bridge.plan(endpoint);
    @endcode */
class bridge {
public:
    /** Creates the bridge with its address, turns IPv4 forwarding on and installs the rules in one atomic batch; takes
        over, and repairs, what an earlier run has left.

        @par Errors errc::malformed `cidr` or `name` cannot be; errc::unavailable no free pool is left; `EPERM` without
        CAP_NET_ADMIN; `EEXIST` an interface of that name is no bridge; whatever else the kernel reports. */
    MOCKER_DECL static result<bridge> open(bridge_options options);

    /** Reserves an address and an interface name for a container: the lowest free address, or @p wanted.
        A container that has an endpoint already gets the same again.
        @par Errors errc::malformed @p wanted is not of this subnet; errc::forbidden it is taken; errc::unavailable all
        addresses are. */
    MOCKER_DECL result<endpoint> allocate(std::string container_id, std::optional<std::string> wanted = std::nullopt);

    /// Marks as taken what an endpoint from before a restart holds. One of another subnet is remembered too, so that it
    /// can be released, and takes nothing.
    MOCKER_DECL void adopt(endpoint kept);

    /// Frees the container's address. Nothing happens if it has none. The interface goes with its namespace.
    MOCKER_DECL void release(std::string_view container_id);

    /// The container's endpoint, or null.
    MOCKER_DECL endpoint const* find(std::string_view container_id) const noexcept;

    /// What a container's launch does to be on this network.
    MOCKER_DECL linux_::network_plan plan(endpoint const& place) const;

    std::string const& name() const noexcept { return options_.name; }
    std::string subnet() const { return pool_.subnet().text(); }              ///< "172.17.0.0/16"
    std::string gateway() const { return to_string(pool_.gateway()); }        ///< "172.17.0.1"
    unsigned prefix_length() const noexcept { return pool_.subnet().length; } ///< 16

    /// Takes the rules and the bridge down. Running containers lose their connection. Not an error if all is gone.
    MOCKER_DECL result<> remove();

private:
    MOCKER_DECL bridge(bridge_options options, address_pool pool, unsigned index);
    MOCKER_DECL bool holds_interface(std::string_view interface) const noexcept;

    bridge_options options_;
    address_pool pool_;
    unsigned index_;
    std::map<std::string, endpoint, std::less<>> endpoints_{};
};

/// The plan of a container without a network (`--network none`): loopback up, nothing else.
MOCKER_DECL linux_::network_plan loopback_plan();

} // namespace mocker::network

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/network/impl/bridge.ipp>
#endif
#endif
