#ifndef MOCKER_REGISTRY_HOSTS_HPP
#define MOCKER_REGISTRY_HOSTS_HPP

#include <mocker/core/error.hpp>

#include <boost/asio/ip/address.hpp>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mocker::registry {

/// Whom a request goes to: the scheme, host and port of a URL.
struct origin {
    bool tls = true;
    std::string host{}; ///< an IPv6 address stands without brackets
    std::string port{}; ///< never empty

    /// `https://quay.io`, `http://[::1]:5000`: the port only where it is not the usual one.
    MOCKER_DECL std::string text() const;
    /// `quay.io`, `[::1]:5000`.
    MOCKER_DECL std::string authority() const;
    auto operator<=>(origin const&) const = default;
};

/// A URL in two parts.
struct location {
    origin where{};
    std::string target{}; ///< path and query, at least `/`
};

/** The origin of the registry @p domain, which is `host[:port]`; `docker.io` is `registry-1.docker.io`.
    @par Errors errc::malformed. */
MOCKER_DECL result<origin> registry_origin(std::string_view domain, bool tls);

/** Reads an absolute `http` or `https` URL.
    @par Errors errc::malformed, also for a user name in it, a blank or a control character. */
MOCKER_DECL result<location> parse_url(std::string_view url);

/** The URL that the `Location` header @p text means, seen from @p base (RFC 9110, section 10.2.2). A fragment is
   dropped.
    @par Errors errc::malformed. */
MOCKER_DECL result<location> resolve_location(location const& base, std::string_view text);

/** The registries that may be used without a valid certificate: loopback, and those that were declared.
    @see dockerd, `--insecure-registry` */
class insecure_list {
public:
    insecure_list() = default;
    /// @param entries hosts, `host:port`, addresses or CIDR blocks.
    MOCKER_DECL explicit insecure_list(std::vector<std::string> const& entries);

    /// Whether @p where is loopback by its name or address, or was declared. Names are not looked up.
    MOCKER_DECL bool contains(origin const& where) const;
    /// Whether an address that a name was resolved to is loopback, or lies in a declared block.
    MOCKER_DECL bool contains(boost::asio::ip::address const& address) const;

private:
    std::vector<std::string> hosts_;
    std::vector<std::pair<boost::asio::ip::address, unsigned>> blocks_;
};

/// Whether @p host, a name or an address without brackets, is this machine itself.
MOCKER_DECL bool is_loopback(std::string_view host);

} // namespace mocker::registry

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/registry/impl/hosts.ipp>
#endif
#endif
