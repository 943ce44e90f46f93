#ifndef MOCKER_NETWORK_ADDRESS_HPP
#define MOCKER_NETWORK_ADDRESS_HPP

#include <mocker/config.hpp>
#include <mocker/core/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace mocker::network {

/// An IPv4 address as a number, first byte highest, so that the next address is the next number.
enum class ipv4 : std::uint32_t {};

constexpr std::uint32_t number(ipv4 a) noexcept { return static_cast<std::uint32_t>(a); }

/// "172.17.0.2".
MOCKER_DECL std::string to_string(ipv4 address);

/// Reads four decimal numbers. @par Errors errc::malformed
MOCKER_DECL result<ipv4> parse_ipv4(std::string_view text);

/// Docker's MAC address for an IPv4 address: "02:42:ac:11:00:02".
MOCKER_DECL std::string mac_address_of(ipv4 address);

/// An IPv4 network: an address whose host bits are zero, and how many bits are not host bits.
struct ipv4_network {
    ipv4 base{};
    unsigned length = 32; ///< 0 to 32

    constexpr std::uint32_t mask() const noexcept { return length == 0 ? 0 : ~std::uint32_t{0} << (32 - length); }
    constexpr ipv4 last() const noexcept { return ipv4{number(base) | ~mask()}; } ///< the broadcast address
    constexpr bool contains(ipv4 a) const noexcept { return (number(a) & mask()) == number(base); }
    constexpr bool overlaps(ipv4_network const& other) const noexcept {
        return contains(other.base) || other.contains(base);
    }
    MOCKER_DECL std::string text() const; ///< "172.17.0.0/16"

    friend bool operator==(ipv4_network const&, ipv4_network const&) = default;
};

/// The network of @p length bits that holds @p address.
constexpr ipv4_network network_of(ipv4 address, unsigned length) noexcept {
    ipv4_network const whole{ipv4{}, length};
    return {ipv4{number(address) & whole.mask()}, length};
}

/// An address and the network around it, as an interface has them.
struct ipv4_interface {
    ipv4 address{};
    ipv4_network network{};
    friend bool operator==(ipv4_interface const&, ipv4_interface const&) = default;
};

/// Reads "172.17.0.1/16". @par Errors errc::malformed "invalid CIDR address: X"
MOCKER_DECL result<ipv4_interface> parse_cidr(std::string_view text);

} // namespace mocker::network

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/network/impl/address.ipp>
#endif
#endif
