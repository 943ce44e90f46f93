#ifndef MOCKER_CORE_IMPL_DIGEST_IPP
#define MOCKER_CORE_IMPL_DIGEST_IPP

#include <mocker/core/digest.hpp>

#include <algorithm>

namespace mocker {
namespace detail {

MOCKER_DECL bool is_lower_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

} // namespace detail

MOCKER_DECL result<digest> digest::parse(std::string_view text) {
    auto const colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size())
        return error(errc::malformed, "invalid checksum digest format");
    if (text.substr(0, colon) != "sha256") return error(errc::unsupported, "unsupported digest algorithm");
    auto const hex = text.substr(colon + 1);
    if (hex.size() != 64) return error(errc::malformed, "invalid checksum digest length");
    if (!detail::is_lower_hex(hex)) return error(errc::malformed, "invalid checksum digest format");
    return digest(std::string(text));
}

} // namespace mocker

#endif
