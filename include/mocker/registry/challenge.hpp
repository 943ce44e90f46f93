#ifndef MOCKER_REGISTRY_CHALLENGE_HPP
#define MOCKER_REGISTRY_CHALLENGE_HPP

#include <mocker/config.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mocker::registry {

/// How a registry wants to be asked: one challenge of a `WWW-Authenticate` header.
struct challenge {
    std::string scheme{};                                          ///< lower case: `bearer`, `basic`
    std::vector<std::pair<std::string, std::string>> parameters{}; ///< names in lower case

    /// The parameter @p name, or an empty view.
    MOCKER_DECL std::string_view parameter(std::string_view name) const noexcept;
};

/** The challenges of a `WWW-Authenticate` header (RFC 9110, section 11.6.1), in order. What is malformed is skipped:
   the worst header gives no challenge.
    @code
    auto const asked = parse_challenges(R"(Bearer realm="https://auth.docker.io/token",service="registry.docker.io")");
    asked[0].parameter("service"); // "registry.docker.io"
    @endcode */
MOCKER_DECL std::vector<challenge> parse_challenges(std::string_view header);

} // namespace mocker::registry

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/registry/impl/challenge.ipp>
#endif
#endif
