#ifndef MOCKER_NETWORK_IMPL_BRIDGE_IPP
#define MOCKER_NETWORK_IMPL_BRIDGE_IPP

#include <mocker/core/file.hpp>
#include <mocker/core/id.hpp>
#include <mocker/linux/interfaces.hpp>
#include <mocker/linux/netlink.hpp>
#include <mocker/linux/nftables.hpp>
#include <mocker/network/bridge.hpp>

#include <fcntl.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace mocker::network {
namespace detail {

/// What the kernel takes as an interface's name, and what we may put into a rule as it is.
MOCKER_DECL result<> check_interface_name(std::string const& name) {
    bool const plain = std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return c > ' ' && c < 0x7f && c != '/' && c != ':' && c != '%' && c != '*';
    });
    if (name.empty() || name.size() >= IFNAMSIZ || name == "." || name == ".." || !plain) {
        return error(errc::malformed, "invalid bridge name: " + name);
    }
    return {};
}

/// The MAC address of a new bridge: fixed, so that it does not follow that of its lowest port.
MOCKER_DECL linux_::mac random_bridge_mac() {
    linux_::mac address{0x02, 0x42, 0, 0, 0, 0};
    for (std::size_t have = 2; have < address.size();) {
        if (auto const got = ::getrandom(address.data() + have, address.size() - have, 0); got > 0) {
            have += static_cast<std::size_t>(got);
        }
    }
    return address;
}

MOCKER_DECL linux_::mac mac_of(ipv4 address) {
    std::uint32_t const n = number(address);
    auto const byte = [n](int shift) { return static_cast<std::uint8_t>(n >> shift & 0xff); };
    return {0x02, 0x42, byte(24), byte(16), byte(8), byte(0)};
}

/// Gives the interface named @p name an index: that of the bridge there is, or of a new one.
MOCKER_DECL result<unsigned> ensure_bridge(std::string const& name) {
    for (int attempt = 0; attempt < 2; ++attempt) {
        MOCKER_TRY_RETURN(found, linux_::find_link(name));
        if (found && found->kind != "bridge") {
            return error::from_errno(EEXIST, "interface " + name + " is not a bridge");
        }
        if (found) return found->index;
        linux_::netlink_requests requests;
        linux_::add_bridge(requests, name, random_bridge_mac());
        MOCKER_TRY_RETURN(socket, linux_::netlink_socket::open(NETLINK_ROUTE));
        auto const made = socket.perform(requests.bytes(), "create bridge " + name);
        if (!made && made.error().code().value() != EEXIST) return made.error(); // else somebody was quicker
    }
    return error(errc::unavailable, "bridge " + name + " comes and goes");
}

/// Everything that addresses and routes of the host occupy, but for what belongs to the interface @p own.
MOCKER_DECL result<std::vector<ipv4_network>> used_networks(unsigned own) {
    std::vector<ipv4_network> used;
    MOCKER_TRY_RETURN(addresses, linux_::list_addresses());
    for (auto const& a : addresses) {
        if (a.index != own) used.push_back(network_of(ipv4{a.address}, a.length));
    }
    MOCKER_TRY_RETURN(routes, linux_::list_routes());
    for (auto const& r : routes) {
        if (r.index != own) used.push_back(network_of(ipv4{r.destination}, r.length));
    }
    return used;
}

/// The address that the bridge is to have: the one asked for, the one it has, or the first of a free pool.
MOCKER_DECL result<ipv4_interface> choose_address(std::string const& cidr, unsigned index) {
    if (!cidr.empty()) {
        MOCKER_TRY_RETURN(asked, parse_cidr(cidr));
        bool const of_host = asked.address != asked.network.base && asked.address != asked.network.last();
        if (asked.network.length > 30 || asked.network.length < 8 || !of_host) {
            return error(errc::malformed, "no address for a bridge: " + cidr);
        }
        return asked;
    }
    MOCKER_TRY_RETURN(addresses, linux_::list_addresses());
    for (auto const& a : addresses) {
        if (a.index == index && a.length <= 30) return ipv4_interface{ipv4{a.address}, network_of(ipv4{a.address}, a.length)};
    }
    MOCKER_TRY_RETURN(used, used_networks(index));
    auto const candidates = default_subnets();
    auto const network = first_free(candidates, used);
    if (!network) return error(errc::unavailable, "all predefined address pools have been fully subnetted");
    return ipv4_interface{ipv4{number(network->base) + 1}, *network};
}

/// Gives the bridge its one address and puts it up.
MOCKER_DECL result<> configure_bridge(std::string const& name, unsigned index, ipv4_interface const& place) {
    linux_::netlink_requests requests;
    MOCKER_TRY_RETURN(addresses, linux_::list_addresses());
    for (auto const& a : addresses) {
        bool const right = ipv4{a.address} == place.address && a.length == place.network.length;
        if (a.index == index && !right) linux_::delete_address(requests, index, a.address, a.length);
    }
    if (linux_::has_ipv6()) linux_::without_ipv6_address(requests, index);
    linux_::add_address(requests, index, number(place.address), place.network.length);
    linux_::set_up(requests, index);
    MOCKER_TRY_RETURN(socket, linux_::netlink_socket::open(NETLINK_ROUTE));
    return socket.perform(requests.bytes(), "configure bridge " + name);
}

MOCKER_DECL result<> enable_forwarding() {
    std::string const path = "/proc/sys/net/ipv4/ip_forward";
    MOCKER_TRY_RETURN(now, read_file(path));
    if (now.starts_with('1')) return {};
    MOCKER_TRY_RETURN(file, open_file(path, O_WRONLY | O_CLOEXEC));
    return write_all(file.get(), "1\n");
}

/// Where iptables keeps its rules when it works through nftables.
inline constexpr char iptables_table[] = "filter";
inline constexpr char iptables_chain[] = "FORWARD";

MOCKER_DECL std::string rule_owner(bridge_options const& options) { return options.table + " " + options.name; }

/// Takes out of the chain of iptables what @ref add_rules has put there.
MOCKER_DECL result<> drop_foreign_rules(linux_::nftables_batch& batch, bridge_options const& options) {
    MOCKER_TRY_RETURN(handles, linux_::find_nftables_rules(iptables_table, iptables_chain, rule_owner(options)));
    for (auto const handle : handles) batch.delete_rule(iptables_table, iptables_chain, handle);
    return {};
}

/** A packet passes only what every base chain accepts. So our chain says what may reach a container, and a FORWARD chain
    of iptables, whose policy is often DROP (Docker sets it), gets two rules that leave the decision to ours. They match
    nothing but interfaces, as iptables(8) cannot show a chain that holds `ct` expressions. */
MOCKER_DECL result<> add_rules(linux_::nftables_batch& batch, bridge_options const& options, ipv4_network const& subnet) {
    using linux_::nftables_rule;
    auto const& table = options.table;
    auto const& bridge = options.name;
    batch.replace_table(table);
    batch.add_chain(table, "forward", linux_::nftables_hook::forward);
    batch.append_rule(table, "forward", nftables_rule().output_interface(bridge).established().accept());
    batch.append_rule(table, "forward", nftables_rule().input_interface(bridge).accept());
    batch.append_rule(table, "forward", nftables_rule().output_interface(bridge).drop());
    batch.add_chain(table, "postrouting", linux_::nftables_hook::postrouting);
    batch.append_rule(table, "postrouting", nftables_rule().source_network(number(subnet.base), subnet.length)
                                                .output_interface_is_not(bridge).masquerade());
    MOCKER_CHECK_RETURN(drop_foreign_rules(batch, options));
    MOCKER_TRY_RETURN(iptables, linux_::nftables_chain_exists(iptables_table, iptables_chain));
    if (!iptables) return {};
    auto const owner = rule_owner(options);
    auto const insert = [&](nftables_rule const& rule) { batch.insert_rule(iptables_table, iptables_chain, rule); };
    insert(nftables_rule().output_interface(bridge).accept().comment(owner));
    insert(nftables_rule().input_interface(bridge).accept().comment(owner));
    return {};
}

} // namespace detail

MOCKER_DECL bridge::bridge(bridge_options options, address_pool pool, unsigned index)
    : options_(std::move(options)), pool_(std::move(pool)), index_(index) {}

MOCKER_DECL result<bridge> bridge::open(bridge_options options) {
    MOCKER_CHECK_RETURN(detail::check_interface_name(options.name));
    if (options.table.empty()) options.table = options.name;
    if (options.table.size() > 64) return error(errc::malformed, "invalid nftables table: " + options.table);
    if (!options.cidr.empty()) { MOCKER_CHECK_RETURN(detail::choose_address(options.cidr, 0)); }
    MOCKER_TRY_RETURN(index, detail::ensure_bridge(options.name));
    MOCKER_TRY_RETURN(place, detail::choose_address(options.cidr, index));
    MOCKER_CHECK_RETURN(detail::configure_bridge(options.name, index, place));
    MOCKER_CHECK_RETURN(detail::enable_forwarding());
    linux_::nftables_batch batch;
    MOCKER_CHECK_RETURN(detail::add_rules(batch, options, place.network));
    MOCKER_CHECK_RETURN(batch.commit());
    return bridge(std::move(options), address_pool(place.network, place.address), index);
}

MOCKER_DECL bool bridge::holds_interface(std::string_view interface) const noexcept {
    return std::any_of(endpoints_.begin(), endpoints_.end(),
                       [&](auto const& entry) { return entry.second.host_interface == interface; });
}

MOCKER_DECL result<endpoint> bridge::allocate(std::string container_id, std::optional<std::string> wanted) {
    if (auto const* const kept = find(container_id); kept != nullptr) return *kept;
    std::optional<ipv4> address;
    if (wanted) {
        MOCKER_TRY_RETURN(parsed, parse_ipv4(*wanted));
        if (!pool_.subnet().contains(parsed)) {
            return error(errc::malformed, "no configured subnet or ip-range contain the IP address " + *wanted);
        }
        if (!pool_.take(parsed)) return error(errc::forbidden, "Address already in use");
        address = parsed;
    } else {
        address = pool_.take_lowest();
    }
    if (!address) return error(errc::unavailable, "no available IPv4 addresses on this network's address pools: bridge");
    endpoint made;
    made.container_id = container_id;
    do made.host_interface = "veth" + random_id().substr(0, 7);
    while (holds_interface(made.host_interface) || ::if_nametoindex(made.host_interface.c_str()) != 0);
    made.address = to_string(*address);
    made.gateway = gateway();
    made.mac_address = mac_address_of(*address);
    made.prefix_length = prefix_length();
    endpoints_.emplace(std::move(container_id), made);
    return made;
}

MOCKER_DECL void bridge::adopt(endpoint kept) {
    if (auto const address = parse_ipv4(kept.address)) pool_.take(*address);
    auto id = kept.container_id;
    endpoints_.insert_or_assign(std::move(id), std::move(kept));
}

MOCKER_DECL void bridge::release(std::string_view container_id) {
    auto const entry = endpoints_.find(container_id);
    if (entry == endpoints_.end()) return;
    auto const address = entry->second.address;
    endpoints_.erase(entry);
    bool const shared = std::any_of(endpoints_.begin(), endpoints_.end(),
                                    [&](auto const& other) { return other.second.address == address; });
    if (auto const parsed = parse_ipv4(address); parsed && !shared) pool_.release(*parsed);
}

MOCKER_DECL endpoint const* bridge::find(std::string_view container_id) const noexcept {
    auto const entry = endpoints_.find(container_id);
    return entry == endpoints_.end() ? nullptr : &entry->second;
}

MOCKER_DECL linux_::network_plan bridge::plan(endpoint const& place) const {
    auto const address = parse_ipv4(place.address).value();
    linux_::network_plan plan;
    plan.container_interface = "eth0";
    linux_::veth_pair pair;
    pair.host = place.host_interface;
    pair.master = index_;
    pair.peer = plan.container_interface;
    pair.peer_address = detail::mac_of(address);
    linux_::netlink_requests host;
    plan.host_pid_offsets.push_back(linux_::add_veth(host, pair));
    plan.host = host.bytes();

    linux_::netlink_requests inside;
    auto& offsets = plan.container_index_offsets; // the index of eth0 is known only there
    linux_::set_up(inside, linux_::loopback_index);
    if (linux_::has_ipv6()) offsets.push_back(linux_::without_ipv6_address(inside, 0));
    offsets.push_back(linux_::add_address(inside, 0, number(address), place.prefix_length));
    offsets.push_back(linux_::set_up(inside, 0));
    offsets.push_back(linux_::add_default_route(inside, 0, number(parse_ipv4(place.gateway).value())));
    plan.container = inside.bytes();
    return plan;
}

MOCKER_DECL result<> bridge::remove() {
    linux_::nftables_batch batch;
    batch.add_table(options_.table); // so that there is one to delete
    batch.delete_table(options_.table);
    MOCKER_CHECK_RETURN(detail::drop_foreign_rules(batch, options_));
    MOCKER_CHECK_RETURN(batch.commit());
    MOCKER_TRY_RETURN(found, linux_::find_link(options_.name));
    if (!found || found->kind != "bridge") return {};
    linux_::netlink_requests requests;
    linux_::delete_link(requests, found->index);
    MOCKER_TRY_RETURN(socket, linux_::netlink_socket::open(NETLINK_ROUTE));
    return socket.perform(requests.bytes(), "remove bridge " + options_.name);
}

MOCKER_DECL linux_::network_plan loopback_plan() {
    linux_::network_plan plan;
    linux_::netlink_requests inside;
    linux_::set_up(inside, linux_::loopback_index);
    plan.container = inside.bytes();
    return plan;
}

} // namespace mocker::network

#endif
