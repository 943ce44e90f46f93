/// @file What a document from a registry or an archive may ask of us.
#ifndef MOCKER_OCI_LIMITS_HPP
#define MOCKER_OCI_LIMITS_HPP

#include <cstddef>

namespace mocker::oci {

/// Bytes of a manifest, an index or an image configuration (distribution-spec: registries accept at least 4 MiB).
inline constexpr std::size_t document_size_limit = std::size_t(4) << 20;

/// Layers of an image: as in Docker, whose reason is the room that mount(2) gives to the names of the lower
/// directories.
inline constexpr std::size_t layer_limit = 125;

/// Entries of an index.
inline constexpr std::size_t index_entry_limit = 10'000;

} // namespace mocker::oci

#endif
