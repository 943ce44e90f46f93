#ifndef MOCKER_IMAGE_IMPL_PULL_IPP
#define MOCKER_IMAGE_IMPL_PULL_IPP

#include <mocker/core/id.hpp>
#include <mocker/core/sha256.hpp>
#include <mocker/image/detail/pull.hpp>
#include <mocker/image/store.hpp>
#include <mocker/oci/index.hpp>
#include <mocker/oci/media_types.hpp>
#include <mocker/snapshot/snapshot_store.hpp>
#include <mocker/version.hpp>

#include <string>
#include <utility>

namespace mocker::image {
namespace detail {

MOCKER_DECL oci::platform wanted_platform(pull_session const& p) {
    return p.options.platform ? oci::normalized(*p.options.platform) : oci::host_platform();
}

/// Whether it is a list of manifests. Where the registry does not say, the document does.
MOCKER_DECL bool is_index(registry::fetched_manifest const& fetched) {
    if (oci::is_index_type(fetched.media_type)) return true;
    return !oci::is_manifest_type(fetched.media_type) && oci::index::parse(fetched.body).has_value();
}

/// Finds the manifest of our platform, through the index if the name refers to one.
MOCKER_DECL awaitable<result<>> fetch_manifest(pull_session& p) {
    MOCKER_TRY(top, co_await p.client->fetch_manifest(p.name.path, p.name.version()));
    p.top = std::move(top);
    auto fetched = p.top;
    if (is_index(fetched)) {
        MOCKER_TRY(index, oci::index::parse(fetched.body, fetched.media_type));
        MOCKER_TRY(chosen, oci::select_platform(index, wanted_platform(p)));
        MOCKER_TRY(inner, co_await p.client->fetch_manifest(p.name.path, chosen.digest.text()));
        fetched = std::move(inner);
    }
    MOCKER_TRY(manifest, oci::manifest::parse(fetched.body, fetched.media_type));
    MOCKER_CHECK(oci::check_image_manifest(manifest));
    p.manifest = std::move(manifest);
    p.source.media_type = p.manifest.media_type;
    p.source.digest = fetched.digest;
    p.source.size = static_cast<std::int64_t>(fetched.body.size());
    p.manifest_text = std::move(fetched.body);
    co_return result<>{};
}

MOCKER_DECL result<> check_platform(pull_session const& p) {
    auto const offered = p.config.platform();
    if (!p.options.platform || offered.os.empty()) return {};
    if (oci::compatibility(wanted_platform(p), oci::normalized(offered))) return {};
    return error(errc::not_found, "image with reference " + p.name.familiar() + " was found but its platform (" + offered.text() +
                                      ") does not match the specified platform (" + p.options.platform->text() + ")");
}

MOCKER_DECL awaitable<result<>> fetch_documents(pull_session& p) {
    MOCKER_CHECK(co_await fetch_manifest(p));
    MOCKER_TRY(text, co_await p.client->fetch_bytes(p.name.path, p.manifest.config));
    MOCKER_TRY(config, oci::image_config::parse(text));
    MOCKER_CHECK(oci::check_layers(p.manifest, config));
    p.config = std::move(config);
    p.config_text = std::move(text);
    MOCKER_CHECK(check_platform(p));
    p.chain_ids = snapshot::chain_ids(p.config.diff_ids);
    p.layers = p.manifest.layers;
    p.complete.assign(p.layers.size(), false);
    for (auto const* name : {&p.top.digest, &p.source.digest, &p.manifest.config.digest}) p.pins.add(*name);
    for (auto const& layer : p.layers) p.pins.add(layer.digest);
    for (auto const& chain_id : p.chain_ids) p.pins.add(chain_id);
    co_return result<>{};
}

/// The manifest that the layout gets: the registry's own, or one in OCI's terms if that is Docker's, or if layers of it
/// were here already in another compression.
MOCKER_DECL std::string local_manifest(pull_session const& p) {
    bool const oci_terms = p.manifest.media_type == oci::media_types::manifest &&
                           p.manifest.config.media_type == oci::media_types::config;
    if (oci_terms && p.layers == p.manifest.layers) return p.manifest_text;
    auto layers = p.layers;
    for (auto& layer : layers) {
        if (layer.media_type == oci::media_types::docker_layer_gzip) layer.media_type = oci::media_types::layer_gzip;
        if (layer.media_type == oci::media_types::docker_layer_zstd) layer.media_type = oci::media_types::layer_zstd;
        if (layer.media_type == oci::media_types::docker_layer) layer.media_type = oci::media_types::layer;
    }
    return oci_manifest_text(p.manifest, layers);
}

MOCKER_DECL awaitable<result<>> finish_pull(pull_session& p) {
    auto const text = local_manifest(p);
    MOCKER_TRY(local, co_await put_document(p.s, text));
    p.pins.add(local);
    for (auto const* document : {&p.top.body, &p.manifest_text, &p.config_text}) {
        MOCKER_TRY(stored, co_await put_document(p.s, *document));
    }
    oci::descriptor manifest;
    manifest.media_type = oci::media_types::manifest;
    manifest.digest = local;
    MOCKER_TRY(record, read_record(p.s->blobs, std::move(manifest)));
    std::vector<std::string> names{catalog::key(p.name)};
    if (!p.name.digest) names.push_back(p.name.name() + '@' + p.top.digest.text());
    std::function<void(catalog&)> change = [record, names](catalog& images) {
        images.add(record);
        for (auto const& name : names) images.set_name(name, record->id);
    };
    co_return co_await commit(p.s, std::move(change));
}

MOCKER_DECL awaitable<result<image>> run_pull(pull_session& p) {
    MOCKER_CHECK(co_await fetch_documents(p));
    progress_event line;
    line.id = p.name.digest ? p.name.digest->text() : p.name.tag;
    line.status = "Pulling from " + p.name.path;
    p.report(line);
    MOCKER_CHECK(co_await fetch_layers(p));
    auto const* before = p.s->images.by_name(catalog::key(p.name));
    bool const same = before && before->record->id == p.manifest.config.digest;
    MOCKER_CHECK(co_await finish_pull(p));
    sync_later(p.s);
    line.id.clear();
    line.status = "Digest: " + p.top.digest.text();
    p.report(line);
    line.status = std::string("Status: ") + (same ? "Image is up to date for " : "Downloaded newer image for ") + p.name.familiar();
    p.report(line);
    auto const* now = p.s->images.by_id(p.manifest.config.digest);
    if (!now) co_return error(errc::not_found, "No such image: " + p.name.familiar()); // removed at once by somebody
    co_return to_image(*p.s, *now);
}

} // namespace detail

MOCKER_DECL awaitable<result<image>> store::pull(oci::reference name, registry::credentials credentials, pull_options options) {
    registry::client_options how;
    how.insecure_registries = options.insecure_registries;
    how.user_agent = "mocker/" MOCKER_VERSION;
    auto const s = state_;
    auto pulled = result<image>(error(errc::internal));
    {
        detail::pull_session p(s, std::move(name), std::move(options));
        p.client = registry::make_client(s->executor, p.name.domain, std::move(credentials), std::move(how));
        pulled = co_await detail::run_pull(p);
    }
    // What broke on the way may go on from here next time; what is wrong in itself leaves nothing.
    if (!pulled && pulled.error().code().category() == engine_category()) (void)co_await detail::collect(s);
    co_return std::move(pulled);
}

} // namespace mocker::image

#endif
