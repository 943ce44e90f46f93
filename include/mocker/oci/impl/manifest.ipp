#ifndef MOCKER_OCI_IMPL_MANIFEST_IPP
#define MOCKER_OCI_IMPL_MANIFEST_IPP

#include <mocker/oci/detail/document.hpp>
#include <mocker/oci/limits.hpp>
#include <mocker/oci/manifest.hpp>

#include <limits>

namespace mocker::oci {
MOCKER_DECL result<manifest> manifest::parse(std::string_view text, std::string_view transport_type) {
    MOCKER_TRY_RETURN(document, detail::parse_document(text, "manifest"));
    MOCKER_CHECK_RETURN(detail::check_schema(document));
    std::optional<error> failure;
    detail::fields from(document, {}, failure);
    manifest out;
    from.integer("schemaVersion", 2, 2, detail::presence::required);
    if (from.has("manifests")) from.fail("manifests", "belongs to an index, not to a manifest");
    out.media_type = detail::document_type(from, transport_type, is_manifest_type, media_types::manifest);
    out.config = detail::read_descriptor(from.object("config", detail::presence::required));
    auto const& layers = from.array("layers", layer_limit, detail::presence::required);
    std::int64_t room = std::numeric_limits<std::int64_t>::max(); // so that layers_size() cannot overflow
    for (std::size_t i = 0; i < layers.size() && !failure; ++i) {
        auto element = from.element("layers", i, layers[i]);
        auto layer = detail::read_descriptor(element);
        if (layer.media_type.empty()) element.fail("mediaType", "is missing");
        if (layer.size > room) element.fail("size", "the sizes of the layers exceed 2^63-1 bytes");
        room -= layer.size;
        out.layers.push_back(std::move(layer));
    }
    out.annotations = from.text_map("annotations");
    out.artifact_type = from.text("artifactType");
    if (from.has("subject")) out.subject = detail::read_descriptor(from.object("subject"));
    if (failure) return failure->within("manifest");
    return out;
}

MOCKER_DECL json::value manifest::to_json() const {
    json::array list;
    for (auto const& layer : layers) list.push_back(layer.to_json());
    json::object out{{"schemaVersion", 2}, {"mediaType", media_type}};
    if (!artifact_type.empty()) out["artifactType"] = artifact_type;
    out["config"] = config.to_json();
    out["layers"] = std::move(list);
    if (subject) out["subject"] = subject->to_json();
    if (!annotations.empty()) out["annotations"] = detail::to_json(annotations);
    return out;
}

MOCKER_DECL std::int64_t manifest::layers_size() const noexcept {
    std::int64_t sum = 0;
    for (auto const& layer : layers) sum += layer.size;
    return sum;
}

MOCKER_DECL result<> check_image_manifest(manifest const& m) {
    if (!is_image_config_type(m.config.media_type)) {
        bool const plugin = m.config.media_type == "application/vnd.docker.plugin.v1+json";
        return error(errc::malformed, "Encountered remote \"" + m.config.media_type + "\"(" +
                                          (plugin ? "plugin" : "unknown") + ") when fetching");
    }
    for (std::size_t i = 0; i < m.layers.size(); ++i)
        if (!is_layer_type(m.layers[i].media_type))
            return error(errc::malformed, "manifest: field layers[" + std::to_string(i) +
                                              "].mediaType: unsupported layer media type \"" + m.layers[i].media_type +
                                              "\"");
    return {};
}

MOCKER_DECL result<> check_layers(manifest const& m, image_config const& config) {
    if (m.layers.size() == config.diff_ids.size()) return {};
    return error(errc::malformed,
                 "layers from manifest don't match image configuration: " + std::to_string(m.layers.size()) +
                     " layers, " + std::to_string(config.diff_ids.size()) + " diff_ids");
}

} // namespace mocker::oci

#endif
