#ifndef MOCKER_IMAGE_IMPL_CATALOG_IPP
#define MOCKER_IMAGE_IMPL_CATALOG_IPP

#include <mocker/image/catalog.hpp>

#include <string>
#include <utility>

namespace mocker::image {
namespace detail {

inline constexpr char ref_name[] = "org.opencontainers.image.ref.name"; ///< skopeo, podman and umoci find images by it
inline constexpr char image_name[] = "io.containerd.image.name";        ///< the whole name, as docker save writes it

MOCKER_DECL error no_such_image(std::string const& name) { return error(errc::not_found, "No such image: " + name); }

} // namespace detail

MOCKER_DECL std::string catalog::key(oci::reference const& name) {
    if (name.digest) return name.name() + '@' + name.digest->text();
    return name.name() + ':' + (name.tag.empty() ? std::string("latest") : name.tag);
}

MOCKER_DECL std::string familiar(std::string const& key) {
    auto const name = oci::parse_reference(key);
    return name ? name->familiar() : key;
}

MOCKER_DECL std::string_view repository_of(std::string_view key) {
    if (auto const at = key.find('@'); at != std::string_view::npos) return key.substr(0, at);
    auto const colon = key.rfind(':');
    return colon == std::string_view::npos || key.find('/', colon) != std::string_view::npos ? key : key.substr(0, colon);
}

MOCKER_DECL bool is_id_prefix(digest const& id, std::string_view name_or_id) {
    return !name_or_id.empty() && (id.text().starts_with(name_or_id) || id.hex().starts_with(name_or_id));
}

MOCKER_DECL catalog::entry const* catalog::by_id(digest const& id) const {
    auto const found = images_.find(id);
    return found == images_.end() ? nullptr : &found->second;
}

MOCKER_DECL catalog::entry const* catalog::by_name(std::string const& key) const {
    auto const found = names_.find(key);
    return found == names_.end() ? nullptr : by_id(found->second);
}

MOCKER_DECL result<catalog::entry const*> catalog::find(std::string_view name_or_id) const {
    auto const whole = digest::parse(oci::is_identifier(name_or_id) ? "sha256:" + std::string(name_or_id) : std::string(name_or_id));
    if (whole) {
        if (auto const* found = by_id(*whole)) return found;
        return detail::no_such_image(whole->text());
    }
    // A shortened ID with its algorithm is a name by form, `sha256:abc`; the search by ID below finds it.
    MOCKER_TRY_RETURN(name, oci::parse_reference(name_or_id));
    if (auto const* found = by_name(key(name))) return found;
    entry const* match = nullptr;
    for (auto const& [id, image] : images_) {
        if (!is_id_prefix(id, name_or_id)) continue;
        if (match) return detail::no_such_image(name.familiar()); // ambiguous, which Docker does not tell apart
        match = &image;
    }
    if (match) return match;
    return detail::no_such_image(name.familiar());
}

MOCKER_DECL void catalog::add(std::shared_ptr<image_record const> record) {
    auto const& id = record->id;
    images_.try_emplace(id, entry{record, {}});
}

MOCKER_DECL void catalog::set_name(std::string const& key, digest const& id) {
    remove_name(key);
    names_.emplace(key, id);
    images_.at(id).names.insert(key);
}

MOCKER_DECL void catalog::remove_name(std::string const& key) {
    auto const found = names_.find(key);
    if (found == names_.end()) return;
    images_.at(found->second).names.erase(key);
    names_.erase(found);
}

MOCKER_DECL void catalog::remove(digest const& id) {
    auto const found = images_.find(id);
    if (found == images_.end()) return;
    for (auto const& name : found->second.names) names_.erase(name);
    images_.erase(found);
}

MOCKER_DECL std::optional<oci::descriptor> catalog::layer_of(digest const& diff_id) const {
    for (auto const& [id, image] : images_) {
        auto const& diff_ids = image.record->config.diff_ids;
        for (std::size_t i = 0; i < diff_ids.size(); ++i) {
            if (diff_ids[i] == diff_id) return image.record->layers[i];
        }
    }
    return std::nullopt;
}

MOCKER_DECL oci::index catalog::to_index() const {
    oci::index out;
    out.manifests = foreign_;
    for (auto const& [id, image] : images_) {
        auto item = image.record->manifest;
        item.annotations.clear();
        if (image.names.empty()) out.manifests.push_back(item);
        for (auto const& name : image.names) {
            item.annotations[detail::image_name] = name;
            item.annotations[detail::ref_name] = familiar(name);
            out.manifests.push_back(item);
        }
    }
    return out;
}

MOCKER_DECL std::string name_of_index_entry(oci::descriptor const& entry) {
    for (auto const* annotation : {detail::image_name, detail::ref_name}) {
        auto const found = entry.annotations.find(annotation);
        if (found == entry.annotations.end()) continue;
        if (auto const name = oci::parse_reference(found->second)) return catalog::key(*name);
    }
    return {};
}

} // namespace mocker::image

#endif
