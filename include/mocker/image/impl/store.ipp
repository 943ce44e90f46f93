#ifndef MOCKER_IMAGE_IMPL_STORE_IPP
#define MOCKER_IMAGE_IMPL_STORE_IPP

#include <mocker/async/offload.hpp>
#include <mocker/image/detail/store_state.hpp>
#include <mocker/image/store.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mocker::image {
namespace detail {

/// What opening a store finds on the disk.
struct opened_store {
    content::blob_store blobs;
    snapshot::snapshot_store snapshots;
    catalog images{};
    std::map<digest, snapshot::snapshot_info> unpacked{};
};

/** Reads `index.json`. Entries whose documents are gone or damaged are dropped; those that are something else than an
    image, which another tool put there, are kept as they are. */
MOCKER_DECL result<catalog> read_catalog(content::blob_store const& blobs) {
    MOCKER_TRY_RETURN(index, blobs.read_index());
    catalog images;
    std::map<digest, digest> ids; // of manifests
    for (auto const& item : index.manifests) {
        auto known = ids.find(item.digest);
        if (known == ids.end()) {
            auto plain = item;
            plain.annotations.clear();
            auto record = read_record(blobs, std::move(plain));
            if (!record) {
                if (blobs.size(item.digest) && !oci::is_manifest_type(item.media_type)) images.add_foreign(item);
                continue;
            }
            images.add(*record);
            known = ids.emplace(item.digest, (*record)->id).first;
        }
        if (auto const name = name_of_index_entry(item); !name.empty()) images.set_name(name, known->second);
    }
    return images;
}

MOCKER_DECL result<opened_store> open_on_disk(std::string const& root) {
    MOCKER_TRY_RETURN(blobs, content::blob_store::open(root + "/images"));
    MOCKER_TRY_RETURN(snapshots, snapshot::snapshot_store::open(root + "/snapshots"));
    MOCKER_TRY_RETURN(unpacked, snapshots.recover());
    MOCKER_TRY_RETURN(images, read_catalog(blobs));
    return opened_store{std::move(blobs), std::move(snapshots), std::move(images), std::move(unpacked)};
}

MOCKER_DECL bool is_unpacked(store_state const& s, image_record const& record) {
    return std::ranges::all_of(record.chain_ids, [&](digest const& chain_id) { return s.unpacked.contains(chain_id); });
}

/// Unpacks again what a loss of power, or somebody, took; images that cannot be completed are forgotten.
MOCKER_DECL awaitable<result<>> repair(shared_state s) {
    std::vector<digest> broken;
    std::vector<std::shared_ptr<image_record const>> records;
    for (auto const& [id, entry] : s->images.images()) records.push_back(entry.record);
    for (auto const& record : records) {
        if (is_unpacked(*s, *record)) continue;
        if (!co_await unpack_layers(s, record)) broken.push_back(record->id);
    }
    for (auto const& id : broken) s->images.remove(id);
    if (std::ranges::any_of(s->unpacked, [](auto const& item) { return !item.second.durable; })) sync_later(s);
    co_return result<>{};
}

} // namespace detail

MOCKER_DECL awaitable<result<std::unique_ptr<store>>> store::open(asio::any_io_executor executor, std::string root,
                                                                  store_options options) {
    MOCKER_TRY(found, detail::open_on_disk(root));
    auto s = std::make_shared<detail::store_state>(std::move(executor), std::move(options), std::move(found.blobs),
                                                   std::move(found.snapshots));
    s->images = std::move(found.images);
    s->unpacked = std::move(found.unpacked);
    std::unique_ptr<store> opened(new store(s));
    MOCKER_CHECK(co_await detail::repair(s));
    MOCKER_CHECK(co_await detail::collect(s));
    co_return std::move(opened);
}

MOCKER_DECL store::~store() { state_->tasks.cancel(); }

MOCKER_DECL result<image> store::find(std::string_view name_or_id) const {
    MOCKER_TRY_RETURN(entry, state_->images.find(name_or_id));
    return detail::to_image(*state_, *entry);
}

MOCKER_DECL std::vector<image> store::list() const {
    std::vector<image> all;
    all.reserve(state_->images.images().size());
    for (auto const& [id, entry] : state_->images.images()) all.push_back(detail::to_image(*state_, entry));
    std::ranges::stable_sort(all, [](image const& a, image const& b) { return a.created > b.created; });
    return all;
}

MOCKER_DECL awaitable<result<>> store::tag(std::string source, oci::reference target) {
    MOCKER_TRY(entry, state_->images.find(source));
    if (target.digest) co_return error(errc::malformed, "refusing to create a tag with a digest reference");
    if (target.domain == "docker.io" && target.path == "library/sha256") {
        co_return error(errc::malformed, "refusing to create an ambiguous tag using digest algorithm as name");
    }
    std::function<void(catalog&)> change = [key = catalog::key(target), id = entry->record->id](catalog& images) {
        if (images.by_id(id)) images.set_name(key, id);
    };
    co_return co_await detail::commit(state_, std::move(change));
}

MOCKER_DECL awaitable<result<>> store::collect() { co_return co_await detail::collect(state_); }

} // namespace mocker::image

#endif
