#ifndef MOCKER_REGISTRY_CREDENTIALS_HPP
#define MOCKER_REGISTRY_CREDENTIALS_HPP

#include <mocker/core/error.hpp>

#include <string>
#include <string_view>

namespace mocker::registry {

/// Who asks a registry for something. All empty means anybody.
struct credentials {
    credentials() = default;
    credentials(std::string username_, std::string password_)
        : username(std::move(username_)), password(std::move(password_)) {}

    std::string username{};
    std::string password{};
    std::string identity_token{}; ///< a refresh token: shown to the token server alone, never to the registry
    std::string registry_token{}; ///< a bearer token that is ready to use
    std::string server_address{}; ///< whom these are for, where known

    bool anonymous() const noexcept { return username.empty() && identity_token.empty() && registry_token.empty(); }
    bool operator==(credentials const&) const = default;
};

/** Reads the header `X-Registry-Auth` of the Engine API: JSON in base64, of either alphabet, with or without padding.
    Empty text and `{}` mean anybody.
    @par Errors errc::malformed. Docker ignores such a header when it pulls or pushes.
    @see Engine API, "Authentication" */
MOCKER_DECL result<credentials> parse_registry_auth(std::string_view header);

/// The value of `X-Registry-Auth` for @p who.
MOCKER_DECL std::string to_registry_auth(credentials const& who);

/// The value of `Authorization` for a user and a password (RFC 7617).
MOCKER_DECL std::string basic_authorization(credentials const& who);

} // namespace mocker::registry

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/registry/impl/credentials.ipp>
#endif
#endif
