/** @file
    The version of the library and of the programs that are built from it. CMake and the Conan recipe read it from
    here, so this is the only place to change. */
#ifndef MOCKER_VERSION_HPP
#define MOCKER_VERSION_HPP

#define MOCKER_VERSION "0.1.0"

namespace mocker {

/// The version of this library, as `MAJOR.MINOR.PATCH` (semantic versioning 2.0.0).
inline constexpr char const* version = MOCKER_VERSION;

/// The newest Docker Engine API that `mockerd` speaks.
inline constexpr char const* api_version = "1.51";

/// The oldest Docker Engine API that `mockerd` speaks.
inline constexpr char const* min_api_version = "1.24";

} // namespace mocker

#endif
