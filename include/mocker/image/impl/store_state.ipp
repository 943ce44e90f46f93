#ifndef MOCKER_IMAGE_IMPL_STORE_STATE_IPP
#define MOCKER_IMAGE_IMPL_STORE_STATE_IPP

#include <mocker/async/event.hpp>
#include <mocker/async/offload.hpp>
#include <mocker/core/file.hpp>
#include <mocker/core/sha256.hpp>
#include <mocker/image/detail/store_state.hpp>
#include <mocker/oci/media_types.hpp>
#include <mocker/snapshot/layer_writer.hpp>

#include <boost/json/serialize.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace mocker::image::detail {

MOCKER_DECL pin_set::~pin_set() {
    for (auto const& name : names_) {
        if (auto const at = state_->pins.find(name); --at->second == 0) state_->pins.erase(at);
    }
}

MOCKER_DECL void pin_set::add(digest const& name) {
    ++state_->pins[name];
    names_.push_back(name);
}

/// A commit's way back to whoever waits for it, if anybody still does.
struct commit_outcome {
    explicit commit_outcome(asio::any_io_executor executor) : done(std::move(executor)) {}
    async::event done;
    std::optional<result<>> value{};
};

MOCKER_DECL result<> write_index(content::blob_store const& blobs, oci::index const& index) {
    MOCKER_CHECK_RETURN(blobs.sync()); // what the index names is there before the index is
    return blobs.write_index(index);
}

MOCKER_DECL awaitable<result<>> commit_now(shared_state s, std::function<void(catalog&)> change) {
    auto const turn = co_await s->locks.lock("index");
    auto next = s->images;
    change(next);
    std::function<result<>()> write = [blobs = s->blobs, index = next.to_index()] { return write_index(blobs, index); };
    MOCKER_CHECK(co_await async::offload(s->pool, std::move(write)));
    s->images = std::move(next);
    co_return result<>{};
}

MOCKER_DECL awaitable<void> commit_task(shared_state s, std::function<void(catalog&)> change,
                                        std::shared_ptr<commit_outcome> outcome) {
    outcome->value = co_await commit_now(std::move(s), std::move(change));
    outcome->done.notify_all();
}

MOCKER_DECL awaitable<result<>> commit(shared_state s, std::function<void(catalog&)> change) {
    // In a task of its own, so that a caller that is cancelled does not leave memory and disk apart.
    auto outcome = std::make_shared<commit_outcome>(s->executor);
    s->tasks.spawn(commit_task(s, std::move(change), outcome));
    while (!outcome->value) co_await outcome->done.wait();
    co_return *outcome->value;
}

MOCKER_DECL awaitable<result<digest>> put_document(shared_state s, std::string text) {
    auto const turn = co_await s->locks.lock(sha256_of(text).text());
    std::function<result<digest>()> put = [blobs = s->blobs, content = std::move(text)] { return blobs.put(content); };
    co_return co_await async::offload(s->pool, std::move(put));
}

MOCKER_DECL result<std::shared_ptr<image_record const>> read_record(content::blob_store const& blobs, oci::descriptor manifest) {
    MOCKER_TRY_RETURN(manifest_text, blobs.read(manifest.digest));
    MOCKER_TRY_RETURN(document, oci::manifest::parse(manifest_text, manifest.media_type));
    MOCKER_TRY_RETURN(config_text, blobs.read(document.config.digest));
    MOCKER_TRY_RETURN(config, oci::image_config::parse(config_text));
    MOCKER_CHECK_RETURN(oci::check_layers(document, config));
    auto record = std::make_shared<image_record>();
    record->id = document.config.digest;
    manifest.size = static_cast<std::int64_t>(manifest_text.size());
    record->manifest = std::move(manifest);
    record->chain_ids = snapshot::chain_ids(config.diff_ids);
    record->config = std::move(config);
    record->layers = std::move(document.layers);
    return std::shared_ptr<image_record const>(std::move(record));
}

MOCKER_DECL result<snapshot::snapshot_info> unpack_blob(content::blob_store const& blobs, snapshot::snapshot_store const& snapshots,
                                                        oci::descriptor const& blob, digest const& diff_id, digest const& chain_id,
                                                        std::vector<std::string> const& lower) {
    MOCKER_TRY_RETURN(file, open_file(blobs.path(blob.digest), O_RDONLY));
    MOCKER_TRY_RETURN(writer, snapshot::layer_writer::begin(blobs, snapshots, blob, false));
    std::string buffer(std::size_t(256) << 10, '\0');
    for (;;) {
        auto const n = ::read(file.get(), buffer.data(), buffer.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return error::from_errno(errno, "read " + blobs.path(blob.digest));
        if (n == 0) break;
        MOCKER_CHECK_RETURN(writer->write({buffer.data(), static_cast<std::size_t>(n)}));
    }
    MOCKER_TRY_RETURN(written, writer->finish());
    if (written.diff_id != diff_id) return error(errc::malformed, "layers from manifest don't match image configuration");
    MOCKER_CHECK_RETURN(writer->publish(chain_id, lower));
    return snapshot::snapshot_info{writer->size(), false};
}

MOCKER_DECL std::vector<std::string> layer_directories(store_state const& s, std::vector<digest> const& chain, std::size_t count) {
    std::vector<std::string> directories;
    directories.reserve(count);
    for (auto i = count; i-- > 0;) directories.push_back(s.snapshots.path(chain[i]));
    return directories;
}

MOCKER_DECL awaitable<result<>> unpack_layers(shared_state s, std::shared_ptr<image_record const> record) {
    auto const& chain = record->chain_ids;
    for (std::size_t i = 0; i < chain.size(); ++i) {
        auto const turn = co_await s->locks.lock(chain_lock(chain[i]));
        if (s->unpacked.contains(chain[i])) continue;
        std::function<result<snapshot::snapshot_info>()> unpack = [s, record, i] {
            return unpack_blob(s->blobs, s->snapshots, record->layers[i], record->config.diff_ids[i], record->chain_ids[i],
                               layer_directories(*s, record->chain_ids, i));
        };
        MOCKER_TRY(info, co_await async::offload(s->pool, std::move(unpack)));
        s->unpacked.emplace(chain[i], info);
    }
    sync_later(s);
    co_return result<>{};
}

MOCKER_DECL std::string oci_manifest_text(oci::manifest const& from, std::vector<oci::descriptor> const& layers) {
    oci::manifest out;
    out.config = from.config;
    out.config.media_type = oci::media_types::config;
    out.layers = layers;
    out.annotations = from.annotations;
    return json::serialize(out.to_json());
}

MOCKER_DECL awaitable<void> sync_task(std::weak_ptr<store_state> weak) {
    co_await async::sleep(std::chrono::seconds(45));
    auto const s = weak.lock();
    if (!s) co_return;
    auto pending = s->unpacked;
    std::erase_if(pending, [](auto const& item) { return item.second.durable; });
    if (pending.empty()) co_return;
    std::function<result<>()> write = [snapshots = s->snapshots, pending] { return snapshots.sync(pending); };
    auto const synced = co_await async::offload(s->pool, std::move(write));
    for (auto const& [chain_id, info] : pending) {
        auto const at = s->unpacked.find(chain_id);
        if (synced && at != s->unpacked.end()) at->second.durable = true;
    }
}

MOCKER_DECL void sync_later(shared_state const& s) { s->tasks.spawn(sync_task(s)); }

MOCKER_DECL image to_image(store_state const& s, catalog::entry const& entry) {
    auto const& record = *entry.record;
    image out;
    out.id = record.id;
    out.manifest = record.manifest;
    out.config = record.config;
    out.created = record.config.created;
    out.chain_ids = record.chain_ids;
    out.layer_directories = layer_directories(s, record.chain_ids, record.chain_ids.size());
    for (auto const& chain_id : record.chain_ids) {
        auto const at = s.unpacked.find(chain_id);
        out.layer_sizes.push_back(at == s.unpacked.end() ? 0 : at->second.size);
        out.size += out.layer_sizes.back();
    }
    for (auto const& name : entry.names) {
        (is_digest_name(name) ? out.repo_digests : out.repo_tags).push_back(familiar(name));
    }
    return out;
}

} // namespace mocker::image::detail

#endif
