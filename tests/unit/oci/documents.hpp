/// @file Documents that the tests of this folder start from.
#ifndef MOCKER_TESTS_UNIT_OCI_DOCUMENTS_HPP
#define MOCKER_TESTS_UNIT_OCI_DOCUMENTS_HPP

#include <mocker/core/error.hpp>

#include <string>
#include <string_view>

namespace mocker::test {

inline std::string const digest_a = "sha256:" + std::string(64, 'a');
inline std::string const digest_b = "sha256:" + std::string(64, 'b');

inline std::string const oci_manifest = R"({
  "schemaVersion": 2,
  "mediaType": "application/vnd.oci.image.manifest.v1+json",
  "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": ")" +
                                        digest_a + R"(", "size": 7},
  "layers": [
    {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": ")" +
                                        digest_b + R"(", "size": 32654},
    {"mediaType": "application/vnd.oci.image.layer.v1.tar+zstd", "digest": ")" +
                                        digest_a + R"(", "size": 0,
     "annotations": {"a": "b"}}
  ],
  "annotations": {"org.opencontainers.image.version": "1"}
})";

inline std::string const docker_list = R"({
  "schemaVersion": 2,
  "mediaType": "application/vnd.docker.distribution.manifest.list.v2+json",
  "manifests": [
    {"mediaType": "application/vnd.docker.distribution.manifest.v2+json", "digest": ")" +
                                       digest_a + R"(", "size": 1,
     "platform": {"architecture": "386", "os": "linux"}},
    {"mediaType": "application/vnd.docker.distribution.manifest.v2+json", "digest": ")" +
                                       digest_b + R"(", "size": 2,
     "platform": {"architecture": "amd64", "os": "linux"}},
    {"mediaType": "application/vnd.docker.distribution.manifest.v2+json", "digest": ")" +
                                       digest_a + R"(", "size": 3,
     "platform": {"architecture": "arm", "os": "linux", "variant": "v7"}},
    {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": ")" +
                                       digest_b + R"(", "size": 4,
     "annotations": {"vnd.docker.reference.type": "attestation-manifest"},
     "platform": {"architecture": "unknown", "os": "unknown"}}
  ]
})";

/// @p text with the first @p from replaced by @p to.
inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
    auto const at = text.find(from);
    if (at == std::string::npos) return "(" + std::string(from) + " does not occur)";
    return text.replace(at, from.size(), to);
}

template <class T>
std::string message_of(result<T> const& r) {
    return r ? "accepted" : r.error().message();
}

} // namespace mocker::test

#endif
