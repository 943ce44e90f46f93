#ifndef MOCKER_IMAGE_CATALOG_HPP
#define MOCKER_IMAGE_CATALOG_HPP

#include <mocker/core/digest.hpp>
#include <mocker/core/error.hpp>
#include <mocker/oci/descriptor.hpp>
#include <mocker/oci/image_config.hpp>
#include <mocker/oci/index.hpp>
#include <mocker/oci/manifest.hpp>
#include <mocker/oci/reference.hpp>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mocker::image {

/// What the documents of an image say; it never changes.
struct image_record {
    digest id{};
    oci::descriptor manifest{};           ///< in the store's layout
    oci::image_config config{};
    std::vector<oci::descriptor> layers{}; ///< lowest first
    std::vector<digest> chain_ids{};       ///< the same order
};

/** The names of a store and what they mean: `index.json` in memory. Data only; it reads and writes nothing.

    A name is a canonical reference with a tag or with a digest (`docker.io/library/busybox:latest`), as Docker's reference
    store keeps them: one image may have several, or none. */
class catalog {
public:
    struct entry {
        std::shared_ptr<image_record const> record{};
        std::set<std::string> names{};
    };

    /// The key of @p name: its digest counts more than its tag, as in Docker.
    MOCKER_DECL static std::string key(oci::reference const& name);

    std::map<digest, entry> const& images() const noexcept { return images_; }

    /** The image that @p name_or_id means, by Docker's rules.
        @par Errors errc::not_found `No such image: NAME:TAG`; errc::malformed. */
    MOCKER_DECL result<entry const*> find(std::string_view name_or_id) const;

    /// The image with this ID, or null.
    MOCKER_DECL entry const* by_id(digest const& id) const;

    /// The image that the name @p key means, or null.
    MOCKER_DECL entry const* by_name(std::string const& key) const;

    /// Adds an image, without a name, unless it is there.
    MOCKER_DECL void add(std::shared_ptr<image_record const> record);

    /// Lets @p key mean the image @p id, which is there. An image that had the name keeps its others.
    MOCKER_DECL void set_name(std::string const& key, digest const& id);

    MOCKER_DECL void remove_name(std::string const& key);

    /// Removes an image and all its names.
    MOCKER_DECL void remove(digest const& id);

    /// A blob that holds the layer @p diff_id in some form.
    MOCKER_DECL std::optional<oci::descriptor> layer_of(digest const& diff_id) const;

    /// Entries of `index.json` that other tools wrote and that are no images of ours: kept as they are.
    void add_foreign(oci::descriptor item) { foreign_.push_back(std::move(item)); }
    std::vector<oci::descriptor> const& foreign() const noexcept { return foreign_; }

    /// The `index.json` of all this: one entry for each name, in the annotations that other tools look at.
    MOCKER_DECL oci::index to_index() const;

private:
    std::map<digest, entry> images_;
    std::map<std::string, digest> names_;
    std::vector<oci::descriptor> foreign_;
};

/// The name that an entry of an `index.json` has, as @ref catalog::key writes it; empty if it has none.
MOCKER_DECL std::string name_of_index_entry(oci::descriptor const& entry);

/// @p key as a person writes it: `busybox:latest`, `busybox@sha256:…`.
MOCKER_DECL std::string familiar(std::string const& key);

/// Whether @p key names its image by digest.
inline bool is_digest_name(std::string_view key) { return key.find('@') != std::string_view::npos; }

/// The repository that @p key belongs to: `docker.io/library/busybox`.
MOCKER_DECL std::string_view repository_of(std::string_view key);

/// Whether @p name_or_id is the begin of the ID @p id, with or without `sha256:`.
MOCKER_DECL bool is_id_prefix(digest const& id, std::string_view name_or_id);

} // namespace mocker::image

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/image/impl/catalog.ipp>
#endif
#endif
