#ifndef MOCKER_NETWORK_ENDPOINT_HPP
#define MOCKER_NETWORK_ENDPOINT_HPP

#include <string>

namespace mocker::network {

/// A container's place in a network. Plain data: whoever keeps containers stores it and gives it back with `adopt`.
struct endpoint {
    std::string container_id{};
    std::string host_interface{};    ///< the host's end of the pair: "veth1a2b3c4"
    std::string address{};           ///< "172.17.0.2"
    std::string gateway{};           ///< "172.17.0.1"
    std::string mac_address{};       ///< "02:42:ac:11:00:02"
    unsigned prefix_length = 0;      ///< 16

    friend bool operator==(endpoint const&, endpoint const&) = default;
};

} // namespace mocker::network

#endif
