#ifndef MOCKER_LINUX_CAPABILITIES_HPP
#define MOCKER_LINUX_CAPABILITIES_HPP

#include <mocker/core/error.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::linux_ {

/// The number of a capability, `CAP_CHOWN` or `chown` in any case; nothing if there is none of that name.
/// @see capabilities(7)
MOCKER_DECL std::optional<unsigned> capability_number(std::string_view name);

/// `CAP_CHOWN` and so on, by number.
MOCKER_DECL std::string capability_name(unsigned number);

/// One bit for each of @p names. @par Errors errc::malformed: `invalid capability: "CAP_X"`.
MOCKER_DECL result<std::uint64_t> capability_mask(std::vector<std::string> const& names);

/// How many capabilities have a name here: 41, CAP_CHOWN to CAP_CHECKPOINT_RESTORE.
MOCKER_DECL unsigned capability_count() noexcept;

} // namespace mocker::linux_

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/linux/impl/capabilities.ipp>
#endif
#endif
