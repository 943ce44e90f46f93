#ifndef MOCKER_REGISTRY_FAILURE_HPP
#define MOCKER_REGISTRY_FAILURE_HPP

#include <mocker/core/error.hpp>
#include <mocker/oci/reference.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mocker::registry {

/// What a registry, or its token server, answered instead of what it was asked for.
struct failure {
    unsigned status = 0;
    std::string code{};    ///< of the distribution-spec, such as `MANIFEST_UNKNOWN`; empty if the answer was another
    std::string message{}; ///< the registry's sentence
    std::optional<std::chrono::seconds> retry_after{};

    /// `manifest unknown: manifest unknown`, as Docker joins code and message.
    MOCKER_DECL std::string text() const;
    /// Whether the same request may succeed a little later.
    MOCKER_DECL bool transient() const noexcept;
};

/** Reads the answer of status @p status. Any body is tolerated: what is no JSON of the specification is replaced by
   what the status means, and control characters by blanks.
    @param missing the code that a bare 404 stands for. */
MOCKER_DECL failure parse_failure(unsigned status, std::string_view body,
                                  std::string_view missing = "MANIFEST_UNKNOWN");

/// The value of a `Retry-After` header in seconds; a date, or anything else, gives nothing.
MOCKER_DECL std::optional<std::chrono::seconds> parse_retry_after(std::string_view header) noexcept;

/** The error that Docker reports for @p what when it pulls @p name: `manifest for nginx:x not found: manifest unknown:
    manifest unknown`. */
MOCKER_DECL error pull_error(failure const& what, oci::reference const& name);

} // namespace mocker::registry

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/registry/impl/failure.ipp>
#endif
#endif
