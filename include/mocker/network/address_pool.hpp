#ifndef MOCKER_NETWORK_ADDRESS_POOL_HPP
#define MOCKER_NETWORK_ADDRESS_POOL_HPP

#include <mocker/config.hpp>
#include <mocker/core/error.hpp>
#include <mocker/network/address.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <vector>

namespace mocker::network {

/** The addresses of one subnet: which are taken, and which comes next.

    Network, broadcast and gateway address are never given out. The lowest free one comes first, as with Docker: a
    container that starts after another has gone gets its address. */
class address_pool {
public:
    /// @pre @p gateway lies in @p subnet, whose length is at most 30
    MOCKER_DECL address_pool(ipv4_network subnet, ipv4 gateway);

    ipv4_network const& subnet() const noexcept { return subnet_; }
    ipv4 gateway() const noexcept { return gateway_; }

    /// Takes the lowest free address; none if all are taken.
    MOCKER_DECL std::optional<ipv4> take_lowest();

    /// Takes @p wanted. False if it is taken already or never given out.
    MOCKER_DECL bool take(ipv4 wanted);

    MOCKER_DECL void release(ipv4 address);

    std::size_t taken() const noexcept { return taken_.size(); }

private:
    MOCKER_DECL bool assignable(ipv4 a) const noexcept;

    ipv4_network subnet_;
    ipv4 gateway_;
    std::set<std::uint32_t> taken_{};
    std::uint32_t lowest_; ///< every assignable address below this one is taken
};

/// Docker's default address pools for local networks, cut into subnets, in the order in which they are tried.
MOCKER_DECL std::vector<ipv4_network> default_subnets();

/// The first of @p candidates that overlaps nothing in @p used. A default route does not count, whole (length 0) or, as
/// VPNs like to set it, in two halves (length 1).
MOCKER_DECL std::optional<ipv4_network> first_free(std::span<ipv4_network const> candidates,
                                                   std::span<ipv4_network const> used);

} // namespace mocker::network

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/network/impl/address_pool.ipp>
#endif
#endif
