#ifndef MOCKER_IMAGE_IMPL_LOAD_IPP
#define MOCKER_IMAGE_IMPL_LOAD_IPP

#include <mocker/core/id.hpp>
#include <mocker/image/detail/import.hpp>
#include <mocker/image/detail/pool_pipe.hpp>
#include <mocker/image/detail/saved_archive.hpp>
#include <mocker/image/detail/store_state.hpp>
#include <mocker/image/store.hpp>
#include <mocker/oci/media_types.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mocker::image {
namespace detail {

MOCKER_DECL std::function<result<>()> read_archive_step(std::shared_ptr<blocking_sink> target, oci::platform wanted,
                                                        std::shared_ptr<std::vector<saved_image>> out) {
    return [target = std::static_pointer_cast<saved_archive>(std::move(target)), wanted = std::move(wanted),
            out = std::move(out)]() -> result<> {
        MOCKER_CHECK_RETURN(target->finish());
        MOCKER_TRY_RETURN(images, read_saved_images(*target, wanted));
        *out = std::move(images);
        return {};
    };
}

/// Stores the files of the archive and finds the images among them.
MOCKER_DECL awaitable<result<>> read_archive(shared_state s, byte_source const& archive, oci::platform wanted,
                                             std::shared_ptr<std::vector<saved_image>> images, std::shared_ptr<pipe_count> pipes) {
    pool_pipe pipe(s->executor, s->pool, std::make_shared<saved_archive>(s->blobs), std::move(pipes));
    MOCKER_CHECK(co_await copy_stream(archive, pipe));
    co_return co_await pipe.run(read_archive_step(pipe.target(), std::move(wanted), std::move(images)));
}

/// Names an image whose manifest is stored as the archive had it.
MOCKER_DECL awaitable<result<digest>> keep_image(shared_state s, digest manifest, std::vector<std::string> names) {
    oci::descriptor descriptor;
    descriptor.media_type = oci::media_types::manifest;
    descriptor.digest = std::move(manifest);
    MOCKER_TRY(record, read_record(s->blobs, std::move(descriptor)));
    pin_set pins(s);
    for (auto const& chain_id : record->chain_ids) pins.add(chain_id);
    MOCKER_CHECK(co_await unpack_layers(s, record));
    std::function<void(catalog&)> change = [record, names](catalog& images) {
        images.add(record);
        for (auto const& name : names) images.set_name(name, record->id);
    };
    MOCKER_CHECK(co_await commit(s, std::move(change)));
    co_return record->id;
}

MOCKER_DECL void report_layers(saved_image const& image, progress_callback const& progress) {
    if (!progress) return;
    for (auto const& layer : image.manifest.layers) progress({short_id(layer.digest.text()), "Loading layer", layer.size, layer.size});
}

MOCKER_DECL awaitable<result<digest>> take_image(shared_state s, saved_image image) {
    if (image.original) co_return co_await keep_image(std::move(s), *image.original, std::move(image.names));
    co_return co_await store_image(std::move(s), std::move(image.manifest), std::move(image.config), std::move(image.names));
}

MOCKER_DECL awaitable<result<std::vector<std::string>>> run_load(shared_state s, byte_source archive, load_options options) {
    unnamed_writer const writing(s);
    auto const wanted = options.platform ? oci::normalized(*options.platform) : oci::host_platform();
    auto images = std::make_shared<std::vector<saved_image>>();
    auto const pipes = std::make_shared<pipe_count>(s->executor);
    auto const done = co_await read_archive(s, archive, wanted, images, pipes);
    co_await pipes->all_closed();
    if (!done) co_return done.error();
    std::vector<std::string> loaded;
    for (auto const& image : *images) {
        report_layers(image, options.progress);
        MOCKER_TRY(id, co_await take_image(s, image));
        for (auto const& name : image.names) loaded.push_back(familiar(name));
        if (image.names.empty()) loaded.push_back(id.text());
    }
    co_return std::move(loaded);
}

} // namespace detail

MOCKER_DECL awaitable<result<std::vector<std::string>>> store::load(byte_source archive, load_options options) {
    auto const s = state_;
    auto loaded = co_await detail::run_load(s, std::move(archive), std::move(options));
    (void)co_await detail::collect(s); // the archive's own documents, and what a failure left
    co_return std::move(loaded);
}

} // namespace mocker::image

#endif
