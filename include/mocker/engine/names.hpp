#ifndef MOCKER_ENGINE_NAMES_HPP
#define MOCKER_ENGINE_NAMES_HPP

#include <mocker/core/error.hpp>

#include <string>
#include <string_view>

namespace mocker::engine {

/// The name of a container as users write it, without the slash that the API puts in front.
MOCKER_DECL std::string_view without_slash(std::string_view name) noexcept;

/// Docker's rule for names of containers: `[a-zA-Z0-9][a-zA-Z0-9_.-]+`. @par Errors errc::malformed with Docker's text.
MOCKER_DECL result<> check_container_name(std::string_view name);

/// A name such as `quiet_lovelace`; with @p attempt above 0, a digit follows.
MOCKER_DECL std::string random_name(unsigned attempt = 0);

} // namespace mocker::engine

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/engine/impl/names.ipp>
#endif
#endif
