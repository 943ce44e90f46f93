#ifndef MOCKER_OCI_DESCRIPTOR_HPP
#define MOCKER_OCI_DESCRIPTOR_HPP

#include <mocker/core/digest.hpp>
#include <mocker/core/json.hpp>
#include <mocker/oci/platform.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mocker::oci {

/** Points at a piece of content: what it is, how long it is, and what it hashes to.
    @see OCI image-spec, descriptor.md */
struct descriptor {
    std::string media_type{};
    mocker::digest digest{};
    std::int64_t size = 0; ///< bytes; never negative
    std::vector<std::string> urls{};
    std::map<std::string, std::string> annotations{};
    std::optional<oci::platform> platform{};
    std::string artifact_type{};

    MOCKER_DECL json::value to_json() const;
    bool operator==(descriptor const&) const = default;
};

/// Reads a descriptor that is already parsed JSON.
/// @par Errors errc::malformed, naming the field.
MOCKER_DECL result<descriptor> parse_descriptor(json::value const& value);

namespace detail {
MOCKER_DECL descriptor read_descriptor(fields from);
}

} // namespace mocker::oci

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/oci/impl/descriptor.ipp>
#endif
#endif
