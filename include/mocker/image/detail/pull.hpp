#ifndef MOCKER_IMAGE_DETAIL_PULL_HPP
#define MOCKER_IMAGE_DETAIL_PULL_HPP

#include <mocker/async/event.hpp>
#include <mocker/image/detail/pool_pipe.hpp>
#include <mocker/image/detail/store_state.hpp>
#include <mocker/image/options.hpp>
#include <mocker/oci/manifest.hpp>
#include <mocker/oci/reference.hpp>
#include <mocker/registry/client.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mocker::image::detail {

/// One pull: what the registry said, and how far it is.
struct pull_session {
    pull_session(shared_state state, oci::reference what, pull_options how)
        : s(std::move(state)), name(std::move(what)), options(std::move(how)), pins(s), changed(s->executor),
          pipes(std::make_shared<pipe_count>(s->executor)) {}

    shared_state s;
    oci::reference name;
    pull_options options;
    std::unique_ptr<registry::client> client{};
    registry::fetched_manifest top{}; ///< what the name refers to: a manifest or an index
    oci::descriptor source{};         ///< the manifest of our platform, as the registry has it
    oci::manifest manifest{};
    std::string manifest_text{}, config_text{};
    oci::image_config config{};
    std::vector<digest> chain_ids{};
    std::vector<oci::descriptor> layers{}; ///< as the layout has them: may be in another compression than the registry
    pin_set pins;

    async::event changed;           ///< a slot is free, or a layer is complete
    std::size_t busy = 0;           ///< layers being brought
    std::vector<bool> complete{};   ///< of each layer
    std::optional<error> failure{}; ///< the first
    std::shared_ptr<pipe_count> pipes; ///< of the layers

    void report(progress_event const& event) const {
        if (options.progress) options.progress(event);
    }
};

/// Fetches the documents of the image: down to the configuration, whose platform is the right one.
MOCKER_DECL awaitable<result<>> fetch_documents(pull_session& p);

/// Brings every layer that is not here.
MOCKER_DECL awaitable<result<>> fetch_layers(pull_session& p);

/// Stores the documents and names the image.
MOCKER_DECL awaitable<result<>> finish_pull(pull_session& p);

} // namespace mocker::image::detail

#endif
