#ifndef MOCKER_IMAGE_IMPL_PULL_LAYERS_IPP
#define MOCKER_IMAGE_IMPL_PULL_LAYERS_IPP

#include <mocker/async/offload.hpp>
#include <mocker/async/task_group.hpp>
#include <mocker/core/id.hpp>
#include <mocker/image/detail/pool_pipe.hpp>
#include <mocker/image/detail/pull.hpp>
#include <mocker/snapshot/layer_writer.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace mocker::image::detail {

/// The layer writer at the end of a pipe.
class layer_target final : public blocking_sink {
public:
    explicit layer_target(std::unique_ptr<snapshot::layer_writer> to) : writer(std::move(to)) {}
    result<> write(std::string_view bytes) override { return writer->write(bytes); }

    std::unique_ptr<snapshot::layer_writer> writer;
};

/// Counts what comes from the registry on its way into a pipe, and reports it ten times a second.
class counting_sink final : public registry::sink {
public:
    counting_sink(pull_session const& p, registry::sink& to, std::string id, std::int64_t total) : p_(p), to_(to) {
        line_.id = std::move(id);
        line_.status = "Downloading";
        line_.total = total;
    }

    awaitable<result<>> write(std::string_view bytes) override {
        line_.current += static_cast<std::int64_t>(bytes.size());
        auto const now = std::chrono::steady_clock::now();
        if (now - reported_ >= std::chrono::milliseconds(100)) {
            reported_ = now;
            p_.report(line_);
        }
        return to_.write(bytes);
    }

private:
    pull_session const& p_;
    registry::sink& to_;
    progress_event line_;
    std::chrono::steady_clock::time_point reported_{};
};

/// The step that ends a layer: verifies the blob, then the archive in it.
MOCKER_DECL std::function<result<>()> finish_step(std::shared_ptr<blocking_sink> target, digest diff_id,
                                                  std::shared_ptr<bool> needs_lower) {
    return [target = std::static_pointer_cast<layer_target>(std::move(target)), diff_id = std::move(diff_id),
            needs_lower = std::move(needs_lower)]() -> result<> {
        MOCKER_TRY_RETURN(written, target->writer->finish());
        if (written.diff_id != diff_id) return error(errc::malformed, "layers from manifest don't match image configuration");
        *needs_lower = target->writer->needs_lower_layers();
        return {};
    };
}

MOCKER_DECL std::function<result<>()> publish_step(std::shared_ptr<blocking_sink> target, digest chain_id,
                                                   std::vector<std::string> lower, std::shared_ptr<std::int64_t> size) {
    return [target = std::static_pointer_cast<layer_target>(std::move(target)), chain_id = std::move(chain_id),
            lower = std::move(lower), size = std::move(size)]() -> result<> {
        *size = target->writer->size();
        return target->writer->publish(chain_id, lower);
    };
}

/// Waits until the layers below layer @p i are complete. @par Errors the failure of one of them.
MOCKER_DECL awaitable<result<>> lower_layers(pull_session& p, std::size_t i) {
    auto const below = static_cast<std::ptrdiff_t>(i);
    while (!p.failure && std::count(p.complete.begin(), p.complete.begin() + below, true) != below) co_await p.changed.wait();
    if (p.failure) co_return *p.failure;
    co_return result<>{};
}

/// Fetches, verifies, stores and unpacks layer @p i in one pass. The lock of the blob is given up once it is stored.
MOCKER_DECL awaitable<result<>> stream_layer(pull_session& p, std::size_t i, std::optional<key_locks::guard>& blob_turn) {
    auto const& layer = p.layers[i];
    auto const id = short_id(layer.digest.text());
    MOCKER_TRY(writer, snapshot::layer_writer::begin(p.s->blobs, p.s->snapshots, layer));
    pool_pipe pipe(p.s->executor, p.s->pool, std::make_shared<layer_target>(std::move(writer)), p.pipes);
    counting_sink counter(p, pipe, id, layer.size);
    MOCKER_CHECK(co_await p.client->fetch_blob(p.name.path, layer, counter));
    p.report({id, "Verifying Checksum"});
    auto needs_lower = std::make_shared<bool>(false);
    auto finished = co_await pipe.run(finish_step(pipe.target(), p.config.diff_ids[i], needs_lower));
    if (!finished && finished.error().code() == errc::digest_mismatch) {
        co_return error(errc::digest_mismatch, "filesystem layer verification failed for digest " + layer.digest.text());
    }
    MOCKER_CHECK(std::move(finished));
    blob_turn.reset();
    p.report({id, "Download complete"});
    p.report({id, "Extracting", layer.size, layer.size});
    if (*needs_lower) MOCKER_CHECK(co_await lower_layers(p, i));
    auto size = std::make_shared<std::int64_t>(0);
    MOCKER_CHECK(co_await pipe.run(publish_step(pipe.target(), p.chain_ids[i], layer_directories(*p.s, p.chain_ids, i), size)));
    p.s->unpacked.insert_or_assign(p.chain_ids[i], snapshot::snapshot_info{*size, false});
    p.report({id, "Pull complete"});
    co_return result<>{};
}

/// Unpacks layer @p i from the layout, which has its blob.
MOCKER_DECL awaitable<result<>> unpack_stored_layer(pull_session& p, std::size_t i) {
    auto const id = short_id(p.manifest.layers[i].digest.text());
    MOCKER_CHECK(co_await lower_layers(p, i));
    std::function<result<snapshot::snapshot_info>()> unpack = [s = p.s, blob = p.layers[i], diff_id = p.config.diff_ids[i],
                                                               chain_id = p.chain_ids[i], lower = layer_directories(*p.s, p.chain_ids, i)] {
        return unpack_blob(s->blobs, s->snapshots, blob, diff_id, chain_id, lower);
    };
    p.report({id, "Extracting", p.layers[i].size, p.layers[i].size});
    MOCKER_TRY(info, co_await async::offload(p.s->pool, std::move(unpack)));
    p.s->unpacked.insert_or_assign(p.chain_ids[i], info);
    p.report({id, "Pull complete"});
    co_return result<>{};
}

/// Brings layer @p i, unless it is here: whole, or as the blob of another image.
MOCKER_DECL awaitable<result<>> bring_layer(pull_session& p, std::size_t i) {
    std::optional<key_locks::guard> blob_turn;
    blob_turn.emplace(co_await p.s->locks.lock(p.layers[i].digest.text()));
    auto const chain_turn = co_await p.s->locks.lock(chain_lock(p.chain_ids[i]));
    if (!p.s->blobs.size(p.layers[i].digest)) {
        auto const other = p.s->images.layer_of(p.config.diff_ids[i]);
        if (other && p.s->blobs.size(other->digest)) {
            p.pins.add(other->digest);
            p.layers[i] = *other;
        }
    }
    bool const stored = p.s->blobs.size(p.layers[i].digest).has_value();
    if (stored && p.s->unpacked.contains(p.chain_ids[i])) {
        p.report({short_id(p.manifest.layers[i].digest.text()), "Already exists"});
        co_return result<>{};
    }
    if (!stored) co_return co_await stream_layer(p, i, blob_turn);
    blob_turn.reset(); // its pin keeps it; a layer below that has the same blob must not wait for this one
    co_return co_await unpack_stored_layer(p, i);
}

/// The slot that a layer's task works in. Whatever ends the task, those who wait for it learn.
struct layer_slot {
    layer_slot(pull_session& session, std::size_t layer) : p(session), i(layer) {}
    layer_slot(layer_slot const&) = delete;
    layer_slot& operator=(layer_slot const&) = delete;
    ~layer_slot() {
        --p.busy;
        if (!p.complete[i] && !p.failure) p.failure = error(asio::error::operation_aborted);
        p.changed.notify_all();
    }

    pull_session& p;
    std::size_t i;
};

/// The task of layer @p i.
MOCKER_DECL awaitable<void> layer_task(pull_session& p, std::size_t i, async::task_group& group) {
    layer_slot const slot(p, i);
    auto brought = co_await bring_layer(p, i);
    p.complete[i] = brought.has_value();
    if (brought || p.failure) co_return;
    p.failure = std::move(brought).error();
    group.cancel();
}

/// Starts the layers in order, as slots become free, and waits for them.
MOCKER_DECL awaitable<void> run_layers(pull_session& p, async::task_group& group) {
    for (std::size_t i = 0; i < p.layers.size() && !p.failure; ++i) {
        while (p.busy >= p.s->options.parallel_layers && !p.failure) co_await p.changed.wait();
        if (p.failure) break;
        ++p.busy; // until the task's layer_slot ends
        group.spawn(layer_task(p, i, group));
    }
    co_await group.join();
}

MOCKER_DECL awaitable<result<>> fetch_layers(pull_session& p) {
    for (std::size_t i = 0; i < p.layers.size(); ++i) {
        auto const id = short_id(p.layers[i].digest.text());
        if (!p.s->unpacked.contains(p.chain_ids[i])) p.report({id, "Pulling fs layer"});
        if (i >= p.s->options.parallel_layers) p.report({id, "Waiting"});
    }
    async::task_group group(p.s->executor);
    std::exception_ptr thrown;
    try {
        co_await run_layers(p, group);
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown) { // cancelled, or a broken invariant: the tasks use p, so they end before this does
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        group.cancel();
        co_await group.join();
        co_await p.pipes->all_closed();
        std::rethrow_exception(thrown);
    }
    co_await p.pipes->all_closed();
    if (p.failure) co_return *p.failure;
    co_return result<>{};
}

} // namespace mocker::image::detail

#endif
