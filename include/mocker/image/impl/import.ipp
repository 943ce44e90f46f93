#ifndef MOCKER_IMAGE_IMPL_IMPORT_IPP
#define MOCKER_IMAGE_IMPL_IMPORT_IPP

#include <mocker/core/sha256.hpp>
#include <mocker/image/changes.hpp>
#include <mocker/image/detail/import.hpp>
#include <mocker/image/detail/pool_pipe.hpp>
#include <mocker/image/detail/store_state.hpp>
#include <mocker/image/store.hpp>
#include <mocker/oci/media_types.hpp>
#include <mocker/snapshot/layer_writer.hpp>

#include <boost/json/serialize.hpp>

#include <unistd.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mocker::image {
namespace detail {

MOCKER_DECL awaitable<result<>> copy_stream(byte_source const& from, registry::sink& to) {
    std::string buffer(std::size_t(64) << 10, '\0');
    for (;;) {
        MOCKER_TRY(n, co_await from(asio::buffer(buffer)));
        if (n == 0) co_return result<>{};
        MOCKER_CHECK(co_await to.write(std::string_view(buffer).substr(0, n)));
    }
}

/// The layer writer of an import at the end of a pipe.
class import_target final : public blocking_sink {
public:
    explicit import_target(std::unique_ptr<snapshot::layer_writer> to) : writer(std::move(to)) {}
    result<> write(std::string_view bytes) override { return writer->write(bytes); }

    std::unique_ptr<snapshot::layer_writer> writer;
};

struct imported_layer {
    snapshot::written_layer layer{};
    std::int64_t size = 0;
};

MOCKER_DECL std::function<result<>()> import_step(std::shared_ptr<blocking_sink> target, std::shared_ptr<imported_layer> out) {
    return [target = std::static_pointer_cast<import_target>(std::move(target)), out = std::move(out)]() -> result<> {
        MOCKER_TRY_RETURN(written, target->writer->finish());
        out->layer = std::move(written);
        out->size = target->writer->size();
        return target->writer->publish(out->layer.diff_id, {});
    };
}

MOCKER_DECL result<oci::image_config> imported_config(import_options const& options, digest diff_id) {
    auto const platform = options.platform ? oci::normalized(*options.platform) : oci::host_platform();
    oci::image_config config;
    config.created = now();
    config.architecture = platform.architecture;
    config.os = platform.os;
    config.variant = platform.variant;
    for (auto const& change : options.changes) MOCKER_CHECK_RETURN(apply_change(config.config, change));
    config.diff_ids.push_back(std::move(diff_id));
    oci::history_entry step;
    step.created = config.created;
    step.comment = options.message;
    config.history.push_back(std::move(step));
    return config;
}

MOCKER_DECL awaitable<result<digest>> store_image(shared_state s, oci::manifest manifest, std::string config_text,
                                                  std::vector<std::string> names) {
    MOCKER_TRY(id, co_await put_document(s, config_text));
    manifest.media_type = oci::media_types::manifest;
    manifest.config.media_type = oci::media_types::config;
    manifest.config.digest = id;
    manifest.config.size = static_cast<std::int64_t>(config_text.size());
    MOCKER_TRY(manifest_digest, co_await put_document(s, json::serialize(manifest.to_json())));
    oci::descriptor descriptor;
    descriptor.media_type = oci::media_types::manifest;
    descriptor.digest = manifest_digest;
    MOCKER_TRY(record, read_record(s->blobs, std::move(descriptor)));
    pin_set pins(s);
    for (auto const& chain_id : record->chain_ids) pins.add(chain_id);
    MOCKER_CHECK(co_await unpack_layers(s, record));
    std::function<void(catalog&)> change = [record, names](catalog& images) {
        images.add(record);
        for (auto const& name : names) images.set_name(name, record->id);
    };
    MOCKER_CHECK(co_await commit(s, std::move(change)));
    co_return std::move(id);
}

/// Reads the archive and makes its files the snapshot of a layer.
MOCKER_DECL awaitable<result<>> import_layer(shared_state s, byte_source const& archive, std::shared_ptr<imported_layer> out,
                                             std::shared_ptr<pipe_count> pipes) {
    MOCKER_TRY(writer, snapshot::layer_writer::begin(s->blobs, s->snapshots, {}));
    pool_pipe pipe(s->executor, s->pool, std::make_shared<import_target>(std::move(writer)), std::move(pipes));
    MOCKER_CHECK(co_await copy_stream(archive, pipe));
    co_return co_await pipe.run(import_step(pipe.target(), std::move(out)));
}

/// Takes the snapshot of an import into account, unless a collection that began before it was pinned has removed it.
MOCKER_DECL awaitable<void> adopt_snapshot(shared_state s, digest chain_id, std::int64_t size) {
    auto const turn = co_await s->locks.lock(chain_lock(chain_id));
    bool const there = ::access(s->snapshots.path(chain_id).c_str(), F_OK) == 0;
    if (there) s->unpacked.try_emplace(chain_id, snapshot::snapshot_info{size, false});
}

MOCKER_DECL awaitable<result<digest>> run_import(shared_state s, byte_source archive, import_options options) {
    unnamed_writer const writing(s);
    // What is wrong with the changes is said before the archive is read.
    MOCKER_TRY(checked, imported_config(options, sha256_of("")));
    auto const out = std::make_shared<imported_layer>();
    auto const pipes = std::make_shared<pipe_count>(s->executor);
    auto const done = co_await import_layer(s, archive, out, pipes);
    co_await pipes->all_closed();
    if (!done) co_return done.error();
    pin_set pins(s);
    pins.add(out->layer.diff_id);
    co_await adopt_snapshot(s, out->layer.diff_id, out->size);
    MOCKER_TRY(config, imported_config(options, out->layer.diff_id));
    oci::manifest manifest;
    manifest.layers.push_back(out->layer.blob);
    std::vector<std::string> names;
    if (options.reference) names.push_back(catalog::key(*options.reference));
    co_return co_await store_image(s, std::move(manifest), json::serialize(config.to_json()), std::move(names));
}

} // namespace detail

MOCKER_DECL awaitable<result<image>> store::import(byte_source archive, import_options options) {
    auto const s = state_;
    auto imported = co_await detail::run_import(s, std::move(archive), std::move(options));
    if (!imported) {
        (void)co_await detail::collect(s);
        co_return std::move(imported).error();
    }
    co_return find(imported->text());
}

} // namespace mocker::image

#endif
