#ifndef MOCKER_REGISTRY_OPTIONS_HPP
#define MOCKER_REGISTRY_OPTIONS_HPP

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace mocker::registry {

/// How a registry is talked to.
struct client_options {
    client_options() = default;

    /// Hosts, `host:port` or CIDR blocks that may be talked to without valid certificates, or in plain HTTP. Loopback
    /// addresses always may.
    std::vector<std::string> insecure_registries{};
    std::string user_agent{"mocker"};
    /// Directory with `HOST[:PORT]/*.crt`, `*.cert` and `*.key`, as Docker reads it; empty for none.
    std::string certificates{"/etc/docker/certs.d"};
    std::chrono::milliseconds connect_timeout{30'000};
    std::chrono::milliseconds response_timeout{60'000};  ///< from a request to the header of its answer
    std::chrono::milliseconds stall_timeout{60'000};     ///< without a byte of a blob that is being read
    unsigned attempts = 5;                               ///< of a transfer that makes no progress
    std::chrono::milliseconds retry_delay{250};          ///< before the second attempt; doubles with each
    std::chrono::milliseconds retry_after_limit{30'000}; ///< the longest `Retry-After` of a registry that is waited out
    std::size_t connections = 8;                         ///< kept alive for each host
};

} // namespace mocker::registry

#endif
