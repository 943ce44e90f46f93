#ifndef MOCKER_ENGINE_SECCOMP_PROFILE_HPP
#define MOCKER_ENGINE_SECCOMP_PROFILE_HPP

#include <mocker/core/error.hpp>
#include <mocker/oci/runtime_spec.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace mocker::engine {

/** Reads a seccomp profile in Docker's format, and resolves its conditions for this machine and for a process whose
    bounding set is @p capabilities.
    @par Errors errc::malformed, "Decoding seccomp profile failed: ..." */
MOCKER_DECL result<oci::seccomp> parse_seccomp_profile(std::string_view json, std::vector<std::string> const& capabilities);

} // namespace mocker::engine

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/engine/impl/seccomp_profile.ipp>
#endif
#endif
