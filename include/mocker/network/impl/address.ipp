#ifndef MOCKER_NETWORK_IMPL_ADDRESS_IPP
#define MOCKER_NETWORK_IMPL_ADDRESS_IPP

#include <mocker/network/address.hpp>

#include <charconv>
#include <cstdio>

namespace mocker::network {
namespace detail {

/// A decimal number of at most three digits, without leading zeros, from the front of @p text.
MOCKER_DECL bool take_decimal(std::string_view& text, unsigned limit, unsigned& value) {
    auto const parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    auto const digits = static_cast<std::size_t>(parsed.ptr - text.data());
    if (parsed.ec != std::errc() || digits > 3 || value > limit) return false;
    if (digits > 1 && text.front() == '0') return false;
    text.remove_prefix(digits);
    return true;
}

} // namespace detail

MOCKER_DECL std::string to_string(ipv4 address) {
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8) {
        text += std::to_string(number(address) >> shift & 0xff);
        if (shift > 0) text += '.';
    }
    return text;
}

MOCKER_DECL result<ipv4> parse_ipv4(std::string_view text) {
    std::string_view rest = text;
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
        unsigned byte = 0;
        bool const separated = i == 0 || (!rest.empty() && rest.front() == '.');
        if (i > 0 && separated) rest.remove_prefix(1);
        if (!separated || !detail::take_decimal(rest, 255, byte)) {
            return error(errc::malformed, "invalid IPv4 address: " + std::string(text));
        }
        value = value << 8 | byte;
    }
    if (!rest.empty()) return error(errc::malformed, "invalid IPv4 address: " + std::string(text));
    return ipv4{value};
}

MOCKER_DECL std::string mac_address_of(ipv4 address) {
    char text[18];
    std::uint32_t const n = number(address);
    std::snprintf(text, sizeof text, "02:42:%02x:%02x:%02x:%02x", n >> 24 & 0xff, n >> 16 & 0xff, n >> 8 & 0xff, n & 0xff);
    return text;
}

MOCKER_DECL std::string ipv4_network::text() const { return to_string(base) + '/' + std::to_string(length); }

MOCKER_DECL result<ipv4_interface> parse_cidr(std::string_view text) {
    auto const invalid = [&] { return error(errc::malformed, "invalid CIDR address: " + std::string(text)); };
    auto const slash = text.find('/');
    if (slash == std::string_view::npos) return invalid();
    auto const address = parse_ipv4(text.substr(0, slash));
    auto rest = text.substr(slash + 1);
    unsigned length = 0;
    if (!address || !detail::take_decimal(rest, 32, length) || !rest.empty()) return invalid();
    return ipv4_interface{*address, network_of(*address, length)};
}

} // namespace mocker::network

#endif
