#ifndef MOCKER_IMAGE_OPTIONS_HPP
#define MOCKER_IMAGE_OPTIONS_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/core/digest.hpp>
#include <mocker/oci/platform.hpp>
#include <mocker/oci/reference.hpp>

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mocker::image {

/// Gives the next bytes of a stream: fills some of the buffer and says how much, 0 at the end.
using byte_source = std::function<awaitable<result<std::size_t>>(asio::mutable_buffer)>;

/// How a store works; the defaults are right for an engine.
struct store_options {
    store_options() = default; // no aggregate: g++ 12 destroys an aggregate default argument of a coroutine twice

    /// Layers of one pull that are downloaded and unpacked at the same time.
    std::size_t parallel_layers = 6;
    /// Threads that hash, inflate, unpack and sync.
    std::size_t threads = 2;
    /// The layer directories that containers stand on now. They outlive their image when it is removed by force, until
    /// @ref store::collect finds that nobody names them any more.
    std::function<std::vector<std::string>()> layers_in_use{};
};

/// One line of progress, in docker's words (`jsonmessage`): lines with an empty id concern the whole operation.
struct progress_event {
    std::string id{};         ///< the layer, 12 hexadecimal digits, or the tag in the first line
    std::string status{};     ///< `Downloading`, `Pull complete`, `Status: Downloaded newer image for busybox:latest` …
    std::int64_t current = 0; ///< bytes so far
    std::int64_t total = 0;   ///< of so many; 0: no numbers in this line
};

using progress_callback = std::function<void(progress_event const&)>;

struct pull_options {
    pull_options() = default; // no aggregate: g++ 12 destroys an aggregate default argument of a coroutine twice

    std::optional<oci::platform> platform{};         ///< the host's by default
    std::vector<std::string> insecure_registries{};  ///< hosts and CIDR blocks that plain HTTP is allowed for
    progress_callback progress{};                    ///< called on the loop; must not block
};

struct import_options {
    import_options() = default; // no aggregate: g++ 12 destroys an aggregate default argument of a coroutine twice

    std::optional<oci::reference> reference{};  ///< the name of the new image; none: it stays without a name
    std::vector<std::string> changes{};         ///< Dockerfile instructions applied to its config: `CMD ["sh"]`
    std::string message{};                      ///< the comment of its only history entry
    std::optional<oci::platform> platform{};    ///< the host's by default
};

struct load_options {
    load_options() = default; // no aggregate: g++ 12 destroys an aggregate default argument of a coroutine twice

    std::optional<oci::platform> platform{};  ///< which image of an index; the host's by default
    progress_callback progress{};             ///< `Loading layer`, once for each; called on the loop
};

/// One step of a removal, as `DELETE /images/{name}` lists it.
struct removed_entry {
    enum class what { untagged, deleted };
    what kind = what::untagged;
    std::string name{};  ///< a familiar reference when untagged; the digest of an image or layer when deleted
};

/// A container that stands on an image.
struct image_user {
    std::string container_id{};
    bool running = false;
};

/// The containers of an image, by its ID.
using users_of = std::function<std::vector<image_user>(digest const& image_id)>;

} // namespace mocker::image

#endif
