#ifndef MOCKER_IMAGE_IMPL_COLLECT_IPP
#define MOCKER_IMAGE_IMPL_COLLECT_IPP

#include <mocker/async/offload.hpp>
#include <mocker/image/detail/store_state.hpp>
#include <mocker/oci/media_types.hpp>

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mocker::image::detail {

/// Adds to @p used what an entry of another tool stands on, as far as the layout has it.
MOCKER_DECL void mark_foreign(content::blob_store const& blobs, oci::descriptor const& entry, std::set<digest>& used) {
    if (!used.insert(entry.digest).second || !blobs.size(entry.digest)) return;
    bool const list = oci::is_index_type(entry.media_type);
    if (!list && !oci::is_manifest_type(entry.media_type)) return;
    auto const text = blobs.read(entry.digest);
    if (!text) return;
    if (list) {
        auto const index = oci::index::parse(*text, entry.media_type);
        if (!index) return;
        for (auto const& item : index->manifests) mark_foreign(blobs, item, used);
    } else if (auto const manifest = oci::manifest::parse(*text, entry.media_type)) {
        used.insert(manifest->config.digest);
        for (auto const& layer : manifest->layers) used.insert(layer.digest);
    }
}

/// The blobs and chain IDs that images and operations need now.
MOCKER_DECL std::set<digest> used_content(store_state const& s) {
    std::set<digest> used;
    for (auto const& [name, count] : s.pins) used.insert(name);
    for (auto const& [id, entry] : s.images.images()) {
        used.insert(id);
        used.insert(entry.record->manifest.digest);
        for (auto const& layer : entry.record->layers) used.insert(layer.digest);
        used.insert(entry.record->chain_ids.begin(), entry.record->chain_ids.end());
        for (auto const& name : entry.names) {
            // The manifest or index as the registry has it, where the layout keeps that too.
            if (auto const at = name.find('@'); at != std::string::npos) {
                if (auto const original = digest::parse(std::string_view(name).substr(at + 1))) used.insert(*original);
            }
        }
    }
    for (auto const& entry : s.images.foreign()) mark_foreign(s.blobs, entry, used);
    return used;
}

/// Whether a snapshot has to stay: for an image, for an operation, or for the containers that stand on it.
MOCKER_DECL bool is_wanted(store_state const& s, digest const& chain_id) {
    // What an operation without pins has just published is on the disk before it is known here.
    if (s.unnamed_writers != 0 && !s.unpacked.contains(chain_id)) return true;
    if (used_content(s).contains(chain_id)) return true;
    if (!s.options.layers_in_use) return false;
    auto const mounted = s.options.layers_in_use();
    return std::ranges::find(mounted, s.snapshots.path(chain_id)) != mounted.end();
}

MOCKER_DECL awaitable<result<>> collect_blobs(shared_state s) {
    if (s->unnamed_writers != 0) co_return result<>{}; // the last of them collects
    std::function<result<std::vector<digest>>()> list = [blobs = s->blobs] { return blobs.list(); };
    MOCKER_TRY(names, co_await async::offload(s->pool, std::move(list)));
    auto const used = used_content(*s);
    for (auto const& name : names) {
        if (used.contains(name)) continue;
        auto const turn = co_await s->locks.lock(name.text());
        if (s->unnamed_writers != 0 || used_content(*s).contains(name)) continue; // it was wanted while we waited
        MOCKER_CHECK(s->blobs.remove(name));
    }
    co_return result<>{};
}

MOCKER_DECL awaitable<result<>> collect_snapshots(shared_state s) {
    // From the disk: an operation that was cancelled may have published one that nobody knows of.
    std::function<result<std::vector<digest>>()> list = [snapshots = s->snapshots] { return snapshots.list(); };
    MOCKER_TRY(there, co_await async::offload(s->pool, std::move(list)));
    auto const used = used_content(*s);
    for (auto const& chain_id : there) {
        if (used.contains(chain_id)) continue;
        auto const turn = co_await s->locks.lock(chain_lock(chain_id));
        if (is_wanted(*s, chain_id)) continue;
        s->unpacked.erase(chain_id);
        std::function<result<>()> remove = [snapshots = s->snapshots, chain_id] { return snapshots.remove(chain_id); };
        MOCKER_CHECK(co_await async::offload(s->pool, std::move(remove)));
    }
    co_return result<>{};
}

MOCKER_DECL awaitable<result<>> collect(shared_state s) {
    MOCKER_CHECK(co_await collect_blobs(s));
    co_return co_await collect_snapshots(std::move(s));
}

} // namespace mocker::image::detail

#endif
