#ifndef MOCKER_OCI_REFERENCE_HPP
#define MOCKER_OCI_REFERENCE_HPP

#include <mocker/core/digest.hpp>
#include <mocker/core/error.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace mocker::oci {

/** The name of an image as Docker reads it: `registry/path:tag@digest`, with the defaults filled in.

    @par Example
    @code
    auto const ref = parse_reference("nginx");
    ref->domain;      // "docker.io"
    ref->path;        // "library/nginx"
    ref->tag;         // "latest"
    ref->familiar();  // "nginx:latest"
    ref->text();      // "docker.io/library/nginx:latest"
    @endcode */
struct reference {
    std::string domain{};                   ///< host, with the port where one was given: `docker.io`, `localhost:5000`
    std::string path{};                     ///< repository within the registry: `library/nginx`
    std::string tag{};                      ///< empty when the reference has none
    std::optional<mocker::digest> digest{}; ///< what the content must hash to, where the reference says so

    /// `domain/path`: names the repository everywhere.
    MOCKER_DECL std::string name() const;
    /// The whole reference in its canonical form.
    MOCKER_DECL std::string text() const;
    /// The repository as a person writes it: without `docker.io/` and `library/`.
    MOCKER_DECL std::string familiar_name() const;
    /// The whole reference as a person writes it: `nginx:latest`.
    MOCKER_DECL std::string familiar() const;
    /// What the registry is asked for: the digest where there is one, else the tag.
    MOCKER_DECL std::string version() const;

    bool operator==(reference const&) const = default;
};

/** Parses @p text as `docker pull` does: a reference with neither tag nor digest means `:latest`.
    @par Errors errc::malformed with Docker's sentence, such as `invalid reference format`.
    @see distribution/reference, ParseNormalizedNamed and TagNameOnly */
MOCKER_DECL result<reference> parse_reference(std::string_view text);

/// As @ref parse_reference, but the tag stays empty when @p text has none: for commands that mean all tags of a name.
MOCKER_DECL result<reference> parse_reference_without_default(std::string_view text);

/** @p ref with @p tag instead of its own tag and digest.
    @par Errors errc::malformed: `invalid tag format`. */
MOCKER_DECL result<reference> with_tag(reference ref, std::string_view tag);

/// Whether @p text may be a tag: 1 to 128 letters, digits, `_`, `.` and `-`, the first neither `.` nor `-`.
MOCKER_DECL bool is_tag(std::string_view text) noexcept;

/// Whether @p text has the form of a full identifier: 64 hexadecimal digits in lower case.
MOCKER_DECL bool is_identifier(std::string_view text) noexcept;

} // namespace mocker::oci

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/oci/impl/reference.ipp>
#endif
#endif
