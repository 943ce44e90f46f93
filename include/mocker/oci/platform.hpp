#ifndef MOCKER_OCI_PLATFORM_HPP
#define MOCKER_OCI_PLATFORM_HPP

#include <mocker/core/error.hpp>
#include <mocker/core/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::oci {

namespace detail {
class fields;
}

/** What an image runs on, in the words of Go: `linux`, `amd64`, variant `v3`.
    @see OCI image-spec, image-index.md, "platform" */
struct platform {
    std::string os{};
    std::string architecture{};
    std::string variant{};
    std::string os_version{};
    std::vector<std::string> os_features{};

    /// `linux/arm64/v8`, as `docker pull --platform` takes it.
    MOCKER_DECL std::string text() const;
    MOCKER_DECL json::value to_json() const;
    bool operator==(platform const&) const = default;
};

/** Parses `os/architecture[/variant]`, or one of the two alone, the other being the host's; aliases such as `x86_64`
   and `aarch64` become Go's names.
    @par Errors errc::malformed, in containerd's words. */
MOCKER_DECL result<platform> parse_platform(std::string_view text);

/// @p p with aliases replaced and default variants made explicit or dropped, so that equal platforms compare equal.
MOCKER_DECL platform normalized(platform p);

/// What this program runs on.
MOCKER_DECL platform host_platform();

/** How well an image for @p offered runs on @p wanted: 0 is exact, more is a lesser variant, nothing is not at all.
    A machine runs what its older relatives run: amd64/v3 runs amd64/v2, amd64 and 386; arm64 runs arm/v7. */
MOCKER_DECL std::optional<unsigned> compatibility(platform const& wanted, platform const& offered);

namespace detail {
MOCKER_DECL platform read_platform(fields from);
}

} // namespace mocker::oci

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/oci/impl/platform.ipp>
#endif
#endif
