#ifndef MOCKER_CORE_ID_HPP
#define MOCKER_CORE_ID_HPP

#include <mocker/config.hpp>

#include <string>
#include <string_view>

namespace mocker {

/// A new identifier of a container, exec, network or anonymous volume: 64 hexadecimal digits from getrandom(2). Its first
/// twelve are never all decimal, so that the short form is no number (as Docker does).
MOCKER_DECL std::string random_id();

/// The first twelve digits of @p id, which tools show. A leading `sha256:` is dropped.
inline std::string short_id(std::string_view id) {
    if (auto const colon = id.find(':'); colon != std::string_view::npos) id.remove_prefix(colon + 1);
    return std::string(id.substr(0, 12));
}

} // namespace mocker

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/core/impl/id.ipp>
#endif
#endif
