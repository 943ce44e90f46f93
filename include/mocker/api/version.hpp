#ifndef MOCKER_API_VERSION_HPP
#define MOCKER_API_VERSION_HPP

#include <mocker/config.hpp>

#include <compare>
#include <string_view>

namespace mocker::api {

/// A version of the Engine API, compared by number: 1.9 is older than 1.24.
struct version {
    unsigned major = 1;
    unsigned minor = 51;

    auto operator<=>(version const&) const = default;
};

/// The newest version that is served, and the oldest that is known.
MOCKER_DECL version newest_version() noexcept;
MOCKER_DECL version oldest_version() noexcept;

/** The version that a request for @p segment (`v1.43`) is served as: the nearest that is known. Without a prefix a client
    gets the newest. No version refuses a client. */
MOCKER_DECL version served_version(std::string_view segment) noexcept;

/// A path and the version that its prefix asks for.
struct versioned_path {
    api::version version;
    std::string_view path; ///< without the prefix
};

/// Splits `/v1.43/containers/json`. What has no such prefix is a path of the newest version.
MOCKER_DECL versioned_path split_version(std::string_view path) noexcept;

} // namespace mocker::api

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/api/impl/version.ipp>
#endif
#endif
