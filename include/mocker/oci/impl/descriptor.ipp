#ifndef MOCKER_OCI_IMPL_DESCRIPTOR_IPP
#define MOCKER_OCI_IMPL_DESCRIPTOR_IPP

#include <mocker/oci/descriptor.hpp>
#include <mocker/oci/detail/fields.hpp>

#include <limits>

namespace mocker::oci {
namespace detail {

MOCKER_DECL descriptor read_descriptor(fields from) {
    descriptor out;
    out.media_type = from.text("mediaType");
    out.size = from.integer("size", 0, std::numeric_limits<std::int64_t>::max(), presence::required);
    out.digest = from.digest("digest");
    out.urls = from.texts("urls");
    out.annotations = from.text_map("annotations");
    out.artifact_type = from.text("artifactType");
    if (from.has("platform")) out.platform = read_platform(from.object("platform"));
    return out;
}

} // namespace detail

MOCKER_DECL result<descriptor> parse_descriptor(json::value const& value) {
    std::optional<error> failure;
    auto out = detail::read_descriptor(detail::fields(value, {}, failure));
    if (failure) return failure->within("descriptor");
    return out;
}

MOCKER_DECL json::value descriptor::to_json() const {
    json::object out{{"mediaType", media_type}, {"digest", digest.text()}, {"size", size}};
    if (!urls.empty()) out["urls"] = detail::to_json(urls);
    if (!annotations.empty()) out["annotations"] = detail::to_json(annotations);
    if (platform) out["platform"] = platform->to_json();
    if (!artifact_type.empty()) out["artifactType"] = artifact_type;
    return out;
}

} // namespace mocker::oci

#endif
