#ifndef MOCKER_IMAGE_IMPL_SAVED_ARCHIVE_IPP
#define MOCKER_IMAGE_IMPL_SAVED_ARCHIVE_IPP

#include <mocker/core/json.hpp>
#include <mocker/image/catalog.hpp>
#include <mocker/image/detail/saved_archive.hpp>
#include <mocker/oci/index.hpp>
#include <mocker/oci/media_types.hpp>
#include <mocker/snapshot/confined_tree.hpp>
#include <mocker/snapshot/layer_writer.hpp>

#include <fstream>
#include <string>
#include <utility>

namespace mocker::image::detail {

MOCKER_DECL result<> saved_archive::begin(archive::tar_entry const& entry) {
    MOCKER_TRY_RETURN(path, snapshot::clean_entry_path(entry.path));
    path_ = std::move(path);
    if (entry.type == archive::entry_type::hard_link) {
        MOCKER_TRY_RETURN(target, snapshot::clean_entry_path(entry.link_target));
        links_[path_] = std::move(target);
    } else if (entry.type == archive::entry_type::symbolic_link) {
        auto const slash = path_.rfind('/');
        auto const base = slash == std::string::npos ? std::string() : path_.substr(0, slash + 1);
        MOCKER_TRY_RETURN(target, snapshot::clean_entry_path(base + entry.link_target));
        links_[path_] = std::move(target);
    } else if (entry.type == archive::entry_type::regular) {
        MOCKER_TRY_RETURN(writer, blobs_.begin());
        writer_.emplace(std::move(writer));
    }
    return {};
}

MOCKER_DECL result<> saved_archive::content(std::uint64_t offset, std::string_view bytes) {
    if (!writer_) return {};
    if (offset != static_cast<std::uint64_t>(writer_->size())) return error(errc::malformed, "sparse file in an image archive");
    return writer_->write(bytes);
}

MOCKER_DECL result<> saved_archive::end() {
    if (!writer_) return {};
    MOCKER_TRY_RETURN(name, writer_->commit());
    files_[path_] = std::move(name);
    writer_.reset();
    return {};
}

MOCKER_DECL result<> saved_archive::finish() {
    MOCKER_CHECK_RETURN(inflate_.finish());
    return tar_.finish();
}

MOCKER_DECL std::optional<digest> saved_archive::find(std::string const& path) const {
    auto at = path;
    for (int hops = 0; hops < 8; ++hops) {
        if (auto const file = files_.find(at); file != files_.end()) return file->second;
        auto const link = links_.find(at);
        if (link == links_.end()) break;
        at = link->second;
    }
    return std::nullopt;
}

MOCKER_DECL error missing_in_archive(std::string const& path) {
    return error(errc::malformed, "invalid image archive: file " + path + " is missing");
}

MOCKER_DECL result<std::string> read_saved(saved_archive const& from, std::string const& path) {
    auto const name = from.find(path);
    if (!name) return missing_in_archive(path);
    return from.blobs().read(*name);
}

/// The descriptor of a layer that lies in the archive under @p path, whatever its compression.
MOCKER_DECL result<oci::descriptor> saved_layer(saved_archive const& from, std::string const& path) {
    auto const name = from.find(path);
    if (!name) return missing_in_archive(path);
    char first[archive::compression_magic_size] = {};
    std::ifstream file(from.blobs().path(*name), std::ios::binary);
    file.read(first, sizeof first);
    auto const kind = archive::detect_compression({first, static_cast<std::size_t>(file.gcount())});
    oci::descriptor layer;
    layer.media_type = snapshot::layer_media_type(kind);
    layer.digest = *name;
    layer.size = from.blobs().size(*name).value_or(0);
    return layer;
}

/// The texts of an array of an object of `manifest.json`; absent and null are empty.
MOCKER_DECL result<std::vector<std::string>> saved_texts(json::object const& item, char const* field) {
    std::vector<std::string> texts;
    auto const* value = item.if_contains(field);
    if (!value || value->is_null()) return texts;
    auto const* array = value->if_array();
    if (!array) return json_type_error(std::string("manifest.json ") + field, "array", *value);
    for (auto const& text : *array) {
        if (!text.is_string()) return json_type_error(std::string("manifest.json ") + field, "string", text);
        texts.emplace_back(text.get_string());
    }
    return texts;
}

/// One element of Docker's `manifest.json`.
MOCKER_DECL result<saved_image> read_docker_image(saved_archive const& from, json::value const& value) {
    auto const* item = value.if_object();
    if (!item) return json_type_error("manifest.json", "object", value);
    auto const* config = item->if_contains("Config");
    if (!config || !config->is_string()) return error(errc::malformed, "manifest.json: field Config: expected string");
    saved_image out;
    MOCKER_TRY_RETURN(text, read_saved(from, std::string(config->get_string())));
    out.config = std::move(text);
    MOCKER_TRY_RETURN(layers, saved_texts(*item, "Layers"));
    for (auto const& path : layers) {
        MOCKER_TRY_RETURN(layer, saved_layer(from, path));
        out.manifest.layers.push_back(std::move(layer));
    }
    MOCKER_TRY_RETURN(tags, saved_texts(*item, "RepoTags"));
    for (auto const& tag : tags) {
        MOCKER_TRY_RETURN(name, oci::parse_reference(tag));
        out.names.push_back(catalog::key(name));
    }
    return out;
}

MOCKER_DECL std::string blob_path(digest const& name) {
    return "blobs/" + std::string(name.algorithm()) + '/' + std::string(name.hex());
}

/// The image that an entry of an OCI `index.json` leads to, through an index for several platforms if it is one.
MOCKER_DECL result<saved_image> read_oci_image(saved_archive const& from, oci::descriptor const& entry, oci::platform const& wanted) {
    auto at = entry;
    MOCKER_TRY_RETURN(text, read_saved(from, blob_path(at.digest)));
    if (oci::is_index_type(at.media_type)) {
        MOCKER_TRY_RETURN(list, oci::index::parse(text, at.media_type));
        MOCKER_TRY_RETURN(chosen, oci::select_platform(list, wanted));
        MOCKER_TRY_RETURN(inner, read_saved(from, blob_path(chosen.digest)));
        at = chosen;
        text = std::move(inner);
    }
    if (from.find(blob_path(at.digest)) != at.digest) {
        return error(errc::digest_mismatch, "failed to verify " + at.digest.text() + ": the archive has other content");
    }
    saved_image out;
    MOCKER_TRY_RETURN(manifest, oci::manifest::parse(text, at.media_type));
    MOCKER_CHECK_RETURN(oci::check_image_manifest(manifest));
    out.manifest = std::move(manifest);
    for (auto const& layer : out.manifest.layers) {
        if (from.find(blob_path(layer.digest)) != layer.digest) return missing_in_archive(blob_path(layer.digest));
    }
    MOCKER_TRY_RETURN(config, read_saved(from, blob_path(out.manifest.config.digest)));
    out.config = std::move(config);
    if (out.manifest.media_type == oci::media_types::manifest) out.original = at.digest;
    auto const named = name_of_index_entry(entry);
    if (!named.empty()) out.names.push_back(named);
    return out;
}

MOCKER_DECL result<std::vector<saved_image>> read_saved_images(saved_archive const& from, oci::platform const& wanted) {
    std::vector<saved_image> images;
    if (from.find("manifest.json")) {
        MOCKER_TRY_RETURN(text, read_saved(from, "manifest.json"));
        MOCKER_TRY_RETURN(document, parse_json(text));
        auto const* list = document.if_array();
        if (!list) return json_type_error("manifest.json", "array", document);
        for (auto const& item : *list) {
            MOCKER_TRY_RETURN(image, read_docker_image(from, item));
            images.push_back(std::move(image));
        }
        return images;
    }
    if (!from.find("index.json")) return error(errc::malformed, "invalid image archive: neither manifest.json nor index.json");
    MOCKER_TRY_RETURN(text, read_saved(from, "index.json"));
    MOCKER_TRY_RETURN(index, oci::index::parse(text, oci::media_types::index));
    for (auto const& entry : index.manifests) {
        MOCKER_TRY_RETURN(image, read_oci_image(from, entry, wanted));
        images.push_back(std::move(image));
    }
    return images;
}

} // namespace mocker::image::detail

#endif
