#ifndef MOCKER_NETWORK_IMPL_ADDRESS_POOL_IPP
#define MOCKER_NETWORK_IMPL_ADDRESS_POOL_IPP

#include <mocker/network/address_pool.hpp>

#include <algorithm>

namespace mocker::network {

MOCKER_DECL address_pool::address_pool(ipv4_network subnet, ipv4 gateway)
    : subnet_(subnet), gateway_(gateway), lowest_(number(subnet.base) + 1) {}

MOCKER_DECL bool address_pool::assignable(ipv4 a) const noexcept {
    return subnet_.contains(a) && a != subnet_.base && a != subnet_.last() && a != gateway_;
}

MOCKER_DECL std::optional<ipv4> address_pool::take_lowest() {
    for (std::uint32_t n = lowest_; n < number(subnet_.last()); ++n) {
        lowest_ = n;
        if (take(ipv4{n})) {
            ++lowest_;
            return ipv4{n};
        }
    }
    return std::nullopt;
}

MOCKER_DECL bool address_pool::take(ipv4 wanted) { return assignable(wanted) && taken_.insert(number(wanted)).second; }

MOCKER_DECL void address_pool::release(ipv4 address) {
    if (taken_.erase(number(address)) != 0) lowest_ = std::min(lowest_, number(address));
}

MOCKER_DECL std::vector<ipv4_network> default_subnets() {
    std::vector<ipv4_network> all;
    for (std::uint32_t second = 17; second < 32; ++second) all.push_back({ipv4{172u << 24 | second << 16}, 16});
    for (std::uint32_t third = 0; third < 256; third += 16) all.push_back({ipv4{192u << 24 | 168u << 16 | third << 8}, 20});
    return all;
}

MOCKER_DECL std::optional<ipv4_network> first_free(std::span<ipv4_network const> candidates,
                                                   std::span<ipv4_network const> used) {
    auto const free = [&](ipv4_network const& candidate) {
        return std::none_of(used.begin(), used.end(), [&](ipv4_network const& other) {
            return other.length > 1 && other.overlaps(candidate);
        });
    };
    auto const found = std::find_if(candidates.begin(), candidates.end(), free);
    return found == candidates.end() ? std::nullopt : std::optional(*found);
}

} // namespace mocker::network

#endif
