#ifndef MOCKER_ENGINE_NETWORK_FILES_HPP
#define MOCKER_ENGINE_NETWORK_FILES_HPP

#include <mocker/types/host_config.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mocker::engine {

/// An IPv4 or IPv6 address in its text form.
MOCKER_DECL bool is_address(std::string_view text);

/// `80`, `80/tcp`, `8000-8010/udp`: ports as images and containers name them.
MOCKER_DECL bool is_port(std::string_view text);

/// The name and the address of an entry of `--add-host`, `NAME:ADDRESS` or `NAME:host-gateway`. Nothing if it is none.
MOCKER_DECL std::optional<std::pair<std::string, std::string>> split_extra_host(std::string_view entry);

/** The content of a container's `/etc/hosts`.
    @param address of the container; empty: it has none of its own
    @param gateway what `host-gateway` stands for */
MOCKER_DECL std::string hosts_file(types::host_config const& host, std::string_view hostname, std::string_view domainname,
                                   std::string_view address, std::string_view gateway);

/** The content of a container's `/etc/resolv.conf`: that of the host, changed as the container's configuration says.
    @param host_file the host's
    @param own_network the container does not see the host's loopback: name servers there are left out, and if none
    remains, Google's are used, as Docker does */
MOCKER_DECL std::string resolv_conf_file(types::host_config const& host, std::string_view host_file, bool own_network);

} // namespace mocker::engine

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/engine/impl/network_files.ipp>
#endif
#endif
