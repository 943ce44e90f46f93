#ifndef MOCKER_LINUX_NETWORK_PLAN_HPP
#define MOCKER_LINUX_NETWORK_PLAN_HPP

#include <mocker/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace mocker::linux_ {

/** What gives a new network namespace its interfaces: complete netlink requests, as bytes.

    It is made before anything is forked, so that the shim and the container's first process only copy a number to an
    offset and send. Both parts may be empty (network `host`: nothing to do).

    @par Example
    The shim, right after it has cloned the init, and the init once the shim has told it to go on:
    @code
    for (std::size_t at : plan.host_pid_offsets) store_number(plan.host.data() + at, init_pid);
    if (int e = perform_requests(plan.host.data(), plan.host.size()); e != 0) return e;
    // --- inside ---
    std::uint32_t const index = if_nametoindex(plan.container_interface.c_str());
    for (std::size_t at : plan.container_index_offsets) store_number(plan.container.data() + at, index);
    if (int e = perform_requests(plan.container.data(), plan.container.size()); e != 0) return e;
    @endcode */
struct network_plan {
    /// Sent in the host's network namespace, right after the clone: creates the veth pair, its peer already inside the
    /// namespace of the process whose id is stored at @ref host_pid_offsets, and attaches the host's end, up, to the
    /// bridge. One request.
    std::string host{};
    std::vector<std::size_t> host_pid_offsets{};        ///< 32-bit numbers in `host`: the init's process id (as seen by the sender)

    /// Sent inside the container's network namespace, after `host`: loopback up; address, interface up, default route.
    std::string container{};
    std::vector<std::size_t> container_index_offsets{}; ///< 32-bit numbers in `container`: the index of `container_interface`
    std::string container_interface{};                  ///< "eth0"; empty if there is only loopback
};

/// Stores a 32-bit number in host byte order at @p where, which need not be aligned.
MOCKER_DECL void store_number(char* where, std::uint32_t number) noexcept;

/** Sends netlink requests (each with NLM_F_ACK) to the routing part of the kernel, in the network namespace of the
    calling thread, and awaits every acknowledgement. Makes only system calls: usable between clone and exec.

    @return 0, or the error number of the first request that was refused (or of the socket). The requests after it have
    been tried all the same.
    @see rtnetlink(7) */
MOCKER_DECL int perform_requests(char const* requests, std::size_t size) noexcept;

namespace detail {

/// As `perform_requests`, through an open netlink socket of any protocol; stops reading at the first error.
MOCKER_DECL int exchange_requests(int fd, char const* requests, std::size_t size) noexcept;

} // namespace detail

} // namespace mocker::linux_

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/linux/impl/network_plan.ipp>
#endif
#endif
