#ifndef MOCKER_IMAGE_STORE_HPP
#define MOCKER_IMAGE_STORE_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/core/error.hpp>
#include <mocker/image/image.hpp>
#include <mocker/image/options.hpp>
#include <mocker/registry/client.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mocker::image {

namespace detail {
struct store_state;
}

/** The images of an engine: pulled, imported or loaded, named, and unpacked ready to be mounted.

    Content lies in a standard OCI image layout (`ROOT/images`: skopeo, podman and umoci read it as it is), unpacked
    layers in `ROOT/snapshots/CHAINID`. Lookups are answered from memory. What an operation has reported survives a kill
    and a power failure; an operation that did not end leaves nothing visible. Used from one strand.

    @par Example
    @code
    MOCKER_TRY(images, co_await image::store::open(executor, "/var/lib/mocker"));
    MOCKER_TRY(name, oci::parse_reference("busybox"));
    MOCKER_TRY(busybox, co_await images->pull(name));
    std::cout << busybox.id.text() << '\n';
    @endcode
    @see OCI image-spec, "Image Layout" and "Image Configuration" */
class store {
public:
    /** Opens the store below @p root, made if missing, and removes what an interrupted operation left.
        @par Errors what the file system reports; errc::malformed if `index.json` cannot be read. */
    MOCKER_DECL static awaitable<result<std::unique_ptr<store>>> open(asio::any_io_executor executor, std::string root,
                                                                      store_options options = {});
    MOCKER_DECL ~store();
    store(store const&) = delete;
    store& operator=(store const&) = delete;

    /** The image that @p name_or_id means, by docker's rules: a name with or without tag or digest, then an ID, whole or
        shortened, with or without `sha256:`.
        @par Errors errc::not_found `No such image: NAME:TAG`; errc::malformed `invalid reference format`. */
    MOCKER_DECL result<image> find(std::string_view name_or_id) const;

    /// Every image, the newest first.
    MOCKER_DECL std::vector<image> list() const;

    /** Brings the image that @p name refers to, from its registry, and names it.

        Layers come in parallel; each is hashed, inflated and unpacked while it arrives, and kept only if its digests are
        those of the manifest and the config. Layers that are here already are not fetched.
        @par Errors those of registry::client; errc::digest_mismatch; errc::malformed; what the file system reports.
        @par Cancellation nothing becomes visible; layers that were complete may stay for the next pull. */
    MOCKER_DECL awaitable<result<image>> pull(oci::reference name, registry::credentials credentials = {},
                                              pull_options options = {});

    /** Makes an image of one layer from a tar archive, plain or compressed with gzip or zstd.
        @par Errors errc::malformed: no tar archive, or a change that is no instruction. */
    MOCKER_DECL awaitable<result<image>> import(byte_source archive, import_options options = {});

    /** Takes every image of an archive, as `docker save` and `skopeo copy … oci-archive:` make them.
        @return the familiar name of each image, or its ID if it has none.
        @par Errors errc::malformed, errc::digest_mismatch. */
    MOCKER_DECL awaitable<result<std::vector<std::string>>> load(byte_source archive, load_options options = {});

    /** Gives the image that @p source means another name.
        @par Errors errc::not_found; errc::malformed if @p target holds a digest. */
    MOCKER_DECL awaitable<result<>> tag(std::string source, oci::reference target);

    /** Takes a name away, or, if it was the last or an ID is given, the image with whatever only it uses.
        @param force also when several names or stopped containers use it.
        @return what was done, in docker's order.
        @par Errors errc::not_found; errc::conflict in docker's words. */
    MOCKER_DECL awaitable<result<std::vector<removed_entry>>> remove(std::string name_or_id, bool force = false,
                                                                     users_of users = {});

    /// Removes unpacked layers that no image and no container (@ref store_options::layers_in_use) stands on.
    MOCKER_DECL awaitable<result<>> collect();

private:
    explicit store(std::shared_ptr<detail::store_state> state) : state_(std::move(state)) {}
    std::shared_ptr<detail::store_state> state_;
};

} // namespace mocker::image

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/image/impl/import.ipp>
#include <mocker/image/impl/load.ipp>
#include <mocker/image/impl/pull.ipp>
#include <mocker/image/impl/pull_layers.ipp>
#include <mocker/image/impl/remove.ipp>
#include <mocker/image/impl/store.ipp>
#endif
#endif
