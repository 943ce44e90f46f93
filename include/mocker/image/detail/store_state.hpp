#ifndef MOCKER_IMAGE_DETAIL_STORE_STATE_HPP
#define MOCKER_IMAGE_DETAIL_STORE_STATE_HPP

#include <mocker/async/task_group.hpp>
#include <mocker/content/blob_store.hpp>
#include <mocker/image/catalog.hpp>
#include <mocker/image/detail/key_locks.hpp>
#include <mocker/image/image.hpp>
#include <mocker/image/options.hpp>
#include <mocker/oci/manifest.hpp>
#include <mocker/snapshot/snapshot_store.hpp>

#include <boost/asio/thread_pool.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mocker::image::detail {

/// What a store is made of. Shared by its operations, which may outlive it by what they still have to put in order.
struct store_state : std::enable_shared_from_this<store_state> {
    store_state(asio::any_io_executor ex, store_options opts, content::blob_store blob_store, snapshot::snapshot_store snapshot_store)
        : executor(ex), options(std::move(opts)), blobs(std::move(blob_store)), snapshots(std::move(snapshot_store)), locks(ex),
          pool(options.threads), tasks(std::move(ex)) {}

    asio::any_io_executor executor;
    store_options options;
    content::blob_store blobs;
    snapshot::snapshot_store snapshots;
    catalog images{};
    std::map<digest, snapshot::snapshot_info> unpacked{}; ///< the snapshots that are there
    std::map<digest, std::size_t> pins{};                 ///< blobs and chain IDs that operations are about to use
    std::size_t unnamed_writers = 0;                      ///< operations whose blobs have no name yet, so cannot be pinned
    key_locks locks;                                      ///< on the text of blob names, on `chain_lock`s, and on "index"
    asio::thread_pool pool;
    async::task_group tasks;
};

using shared_state = std::shared_ptr<store_state>;

/// The lock of a snapshot. Not the bare chain ID: that of an uncompressed bottom layer is the name of its blob as well.
inline std::string chain_lock(digest const& chain_id) { return "chain " + chain_id.text(); }

/// Keeps content from being collected until it is destroyed.
class pin_set {
public:
    explicit pin_set(shared_state state) : state_(std::move(state)) {}
    MOCKER_DECL ~pin_set();
    pin_set(pin_set const&) = delete;
    pin_set& operator=(pin_set const&) = delete;
    MOCKER_DECL void add(digest const& name);

private:
    shared_state state_;
    std::vector<digest> names_;
};

/// Says that blobs without a pin are being written, until it is destroyed.
class unnamed_writer {
public:
    explicit unnamed_writer(shared_state state) : state_(std::move(state)) { ++state_->unnamed_writers; }
    ~unnamed_writer() { --state_->unnamed_writers; }
    unnamed_writer(unnamed_writer const&) = delete;
    unnamed_writer& operator=(unnamed_writer const&) = delete;

private:
    shared_state state_;
};

/** Changes the catalog: in `index.json` first, then in memory.
    @par Cancellation the change is made all the same. */
MOCKER_DECL awaitable<result<>> commit(shared_state s, std::function<void(catalog&)> change);

/// Stores a document under its own digest.
MOCKER_DECL awaitable<result<digest>> put_document(shared_state s, std::string text);

/// Reads the manifest and the configuration of an image from the layout.
MOCKER_DECL result<std::shared_ptr<image_record const>> read_record(content::blob_store const& blobs, oci::descriptor manifest);

/** Unpacks the layer @p blob, which is in the layout, as @p chain_id.
    @param diff_id what it must hash to; @param lower the directories below it, topmost first. Blocks. */
MOCKER_DECL result<snapshot::snapshot_info> unpack_blob(content::blob_store const& blobs, snapshot::snapshot_store const& snapshots,
                                                        oci::descriptor const& blob, digest const& diff_id, digest const& chain_id,
                                                        std::vector<std::string> const& lower);

/// The directories of the first @p count layers of @p chain, topmost first.
MOCKER_DECL std::vector<std::string> layer_directories(store_state const& s, std::vector<digest> const& chain, std::size_t count);

/// Unpacks the layers of an image whose blobs are in the layout, unless they are unpacked.
MOCKER_DECL awaitable<result<>> unpack_layers(shared_state s, std::shared_ptr<image_record const> record);

/// A manifest in OCI's terms with these layers: what the layout holds of an image that came in another form.
MOCKER_DECL std::string oci_manifest_text(oci::manifest const& from, std::vector<oci::descriptor> const& layers);

/// Removes blobs and snapshots that nothing needs.
MOCKER_DECL awaitable<result<>> collect(shared_state s);

/// Syncs what was unpacked, a while later: until then most of it has been written out anyway.
MOCKER_DECL void sync_later(shared_state const& s);

/// What users of the store see of an image.
MOCKER_DECL image to_image(store_state const& s, catalog::entry const& entry);

} // namespace mocker::image::detail

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/image/impl/collect.ipp>
#include <mocker/image/impl/store_state.ipp>
#endif
#endif
