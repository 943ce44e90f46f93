#ifndef MOCKER_API_IMPL_VERSION_IPP
#define MOCKER_API_IMPL_VERSION_IPP

#include <mocker/api/version.hpp>

#include <mocker/version.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

namespace mocker::api {
namespace detail {

/// `1.43`; digits, a dot, digits and nothing else.
MOCKER_DECL std::optional<version> parse_version(std::string_view text) noexcept {
    version v;
    auto const* const end = text.data() + text.size();
    auto const major = std::from_chars(text.data(), end, v.major);
    if (major.ec != std::errc() || major.ptr == end || *major.ptr != '.') return std::nullopt;
    auto const minor = std::from_chars(major.ptr + 1, end, v.minor);
    if (minor.ec != std::errc() || minor.ptr != end) return std::nullopt;
    return v;
}

} // namespace detail

MOCKER_DECL version newest_version() noexcept { return detail::parse_version(api_version).value_or(version()); }
MOCKER_DECL version oldest_version() noexcept { return detail::parse_version(min_api_version).value_or(version()); }

MOCKER_DECL version served_version(std::string_view segment) noexcept {
    if (segment.empty() || segment.front() != 'v') return newest_version();
    auto const asked = detail::parse_version(segment.substr(1));
    return asked ? std::clamp(*asked, oldest_version(), newest_version()) : newest_version();
}

MOCKER_DECL versioned_path split_version(std::string_view path) noexcept {
    if (!path.starts_with("/v")) return {newest_version(), path};
    auto const slash = path.find('/', 1);
    if (slash == std::string_view::npos || !detail::parse_version(path.substr(2, slash - 2))) return {newest_version(), path};
    return {served_version(path.substr(1, slash - 1)), path.substr(slash)};
}

} // namespace mocker::api

#endif
