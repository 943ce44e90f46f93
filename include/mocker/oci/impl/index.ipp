#ifndef MOCKER_OCI_IMPL_INDEX_IPP
#define MOCKER_OCI_IMPL_INDEX_IPP

#include <mocker/oci/detail/document.hpp>
#include <mocker/oci/index.hpp>
#include <mocker/oci/limits.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace mocker::oci {
namespace detail {

/// BuildKit keeps the provenance of an image beside it, as manifests for no platform.
MOCKER_DECL bool is_attestation(descriptor const& entry) {
    if (entry.annotations.contains("vnd.docker.reference.type")) return true;
    return entry.platform && entry.platform->os == "unknown" && entry.platform->architecture == "unknown";
}

MOCKER_DECL std::optional<unsigned> suitability(descriptor const& entry, platform const& wanted) {
    if (is_attestation(entry)) return std::nullopt;
    if (!entry.platform || entry.platform->os.empty()) return std::numeric_limits<unsigned>::max();
    return compatibility(wanted, *entry.platform);
}

} // namespace detail

MOCKER_DECL result<index> index::parse(std::string_view text, std::string_view transport_type) {
    MOCKER_TRY_RETURN(document, detail::parse_document(text, "index"));
    MOCKER_CHECK_RETURN(detail::check_schema(document));
    std::optional<error> failure;
    detail::fields from(document, {}, failure);
    index out;
    from.integer("schemaVersion", 2, 2, detail::presence::required);
    if (from.has("layers")) from.fail("layers", "belongs to a manifest, not to an index");
    if (from.has("config")) from.fail("config", "belongs to a manifest, not to an index");
    out.media_type = detail::document_type(from, transport_type, is_index_type, media_types::index);
    auto const& entries = from.array("manifests", index_entry_limit, detail::presence::required);
    for (std::size_t i = 0; i < entries.size() && !failure; ++i)
        out.manifests.push_back(detail::read_descriptor(from.element("manifests", i, entries[i])));
    out.annotations = from.text_map("annotations");
    out.artifact_type = from.text("artifactType");
    if (from.has("subject")) out.subject = detail::read_descriptor(from.object("subject"));
    if (failure) return failure->within("index");
    return out;
}

MOCKER_DECL json::value index::to_json() const {
    json::array list;
    for (auto const& entry : manifests) list.push_back(entry.to_json());
    json::object out{{"schemaVersion", 2}, {"mediaType", media_type}};
    if (!artifact_type.empty()) out["artifactType"] = artifact_type;
    out["manifests"] = std::move(list);
    if (subject) out["subject"] = subject->to_json();
    if (!annotations.empty()) out["annotations"] = detail::to_json(annotations);
    return out;
}

MOCKER_DECL std::vector<descriptor> matching_manifests(index const& list, platform const& wanted) {
    std::vector<std::pair<unsigned, descriptor const*>> ranked;
    for (auto const& entry : list.manifests)
        if (auto const rank = detail::suitability(entry, wanted)) ranked.emplace_back(*rank, &entry);
    std::ranges::stable_sort(ranked, {}, [](auto const& candidate) { return candidate.first; });
    std::vector<descriptor> out;
    out.reserve(ranked.size());
    for (auto const& [rank, entry] : ranked) out.push_back(*entry);
    return out;
}

MOCKER_DECL result<descriptor> select_platform(index const& list, platform const& wanted) {
    auto matches = matching_manifests(list, wanted);
    if (!matches.empty()) return std::move(matches.front());
    return error(errc::not_found, "no matching manifest for " + wanted.text() + " in the manifest list entries");
}

} // namespace mocker::oci

#endif
