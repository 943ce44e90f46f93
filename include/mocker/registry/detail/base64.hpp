#ifndef MOCKER_REGISTRY_DETAIL_BASE64_HPP
#define MOCKER_REGISTRY_DETAIL_BASE64_HPP

#include <mocker/config.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace mocker::registry::detail {

/// RFC 4648, section 4, or with @p url_safe section 5; padded.
MOCKER_DECL std::string base64_encode(std::string_view bytes, bool url_safe = false);

/// Reads both alphabets, with or without padding; nothing if @p text is neither.
MOCKER_DECL std::optional<std::string> base64_decode(std::string_view text);

} // namespace mocker::registry::detail

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/registry/impl/base64.ipp>
#endif
#endif
