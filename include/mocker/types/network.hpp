/// @file Networks of the Engine API: what `create` asks for and `inspect` shows (Engine API v1.51, `Network*`, `Endpoint*`).
#ifndef MOCKER_TYPES_NETWORK_HPP
#define MOCKER_TYPES_NETWORK_HPP

#include <mocker/types/json_mapping.hpp>

namespace mocker::types {

/// Addresses that a client asks for.
struct endpoint_ipam_config {
    std::string ipv4_address, ipv6_address;
    string_list link_local_ips;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v.omit_empty("IPv4Address", self.ipv4_address);
        v.omit_empty("IPv6Address", self.ipv6_address);
        v.omit_empty("LinkLocalIPs", self.link_local_ips);
    }
};

/// The connection of a container to a network (`EndpointSettings`).
struct endpoint_settings {
    std::optional<endpoint_ipam_config> ipam_config;
    std::optional<string_list> links, aliases;
    std::string mac_address;
    std::optional<string_map> driver_opts;
    int gw_priority = 0;
    std::string network_id, endpoint_id, gateway, ip_address;
    int ip_prefix_len = 0;
    std::string ipv6_gateway, global_ipv6_address;
    int global_ipv6_prefix_len = 0;
    std::optional<string_list> dns_names;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("IPAMConfig", self.ipam_config);
        v("Links", self.links);
        v("Aliases", self.aliases);
        v("MacAddress", self.mac_address);
        v("DriverOpts", self.driver_opts);
        v("GwPriority", self.gw_priority);
        v("NetworkID", self.network_id);
        v("EndpointID", self.endpoint_id);
        v("Gateway", self.gateway);
        v("IPAddress", self.ip_address);
        v("IPPrefixLen", self.ip_prefix_len);
        v("IPv6Gateway", self.ipv6_gateway);
        v("GlobalIPv6Address", self.global_ipv6_address);
        v("GlobalIPv6PrefixLen", self.global_ipv6_prefix_len);
        v("DNSNames", self.dns_names);
    }
};

/// The networks that a new container joins, by name or ID (`NetworkingConfig`).
struct networking_config {
    std::optional<std::map<std::string, endpoint_settings>> endpoints_config;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("EndpointsConfig", self.endpoints_config);
    }
};

/// One address pool of a network.
struct ipam_pool {
    std::string subnet, ip_range, gateway;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v.omit_empty("Subnet", self.subnet);
        v.omit_empty("IPRange", self.ip_range);
        v.omit_empty("Gateway", self.gateway);
    }
};

/// Address management of a network (`IPAM`).
struct ipam {
    std::string driver = "default";
    std::optional<string_map> options;
    std::optional<std::vector<ipam_pool>> config;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Driver", self.driver);
        v("Options", self.options);
        v("Config", self.config);
    }
};

/// A container in the view of its network (`NetworkContainer`).
struct endpoint_resource {
    std::string name, endpoint_id, mac_address, ipv4_address, ipv6_address;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Name", self.name);
        v("EndpointID", self.endpoint_id);
        v("MacAddress", self.mac_address);
        v("IPv4Address", self.ipv4_address);
        v("IPv6Address", self.ipv6_address);
    }
};

/// A network (`Network`).
struct network {
    std::string name, id, created, scope = "local", driver;
    bool enable_ipv4 = true, enable_ipv6 = false;
    types::ipam ipam;
    bool internal = false, attachable = false, ingress = false;
    json::value config_from = json::object{{"Network", ""}};
    bool config_only = false;
    std::map<std::string, endpoint_resource> containers;
    string_map options, labels;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Name", self.name);
        v("Id", self.id);
        v("Created", self.created);
        v("Scope", self.scope);
        v("Driver", self.driver);
        v("EnableIPv4", self.enable_ipv4);
        v("EnableIPv6", self.enable_ipv6);
        v("IPAM", self.ipam);
        v("Internal", self.internal);
        v("Attachable", self.attachable);
        v("Ingress", self.ingress);
        v("ConfigFrom", self.config_from);
        v("ConfigOnly", self.config_only);
        v("Containers", self.containers);
        v("Options", self.options);
        v("Labels", self.labels);
    }
};

} // namespace mocker::types

#endif
