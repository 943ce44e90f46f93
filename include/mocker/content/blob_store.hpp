#ifndef MOCKER_CONTENT_BLOB_STORE_HPP
#define MOCKER_CONTENT_BLOB_STORE_HPP

#include <mocker/content/blob_writer.hpp>
#include <mocker/core/digest.hpp>
#include <mocker/core/error.hpp>
#include <mocker/oci/descriptor.hpp>
#include <mocker/oci/index.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::content {

/** Content named by its digest, in a standard OCI image layout that other tools read as it is.

    It holds no state but its path: any thread may use it. A blob is there only as a whole and verified.
    @par Example
    @code
    MOCKER_TRY_RETURN(blobs, blob_store::open("/var/lib/mocker/images"));
    MOCKER_TRY_RETURN(name, blobs.put("{}"));
    MOCKER_TRY_RETURN(text, blobs.read(name));
    @endcode
    @see OCI image-spec, image-layout.md */
class blob_store {
public:
    /** Opens the layout at @p root, made if it is missing, and removes the files that a killed writer left.
        @par Errors what the file system reports; errc::unsupported if the layout has another version. */
    MOCKER_DECL static result<blob_store> open(std::string root);

    std::string const& root() const noexcept { return root_; }

    /// Where the blob lies, if it is there.
    MOCKER_DECL std::string path(digest const& name) const;

    /// The size of the blob in bytes; nothing if it is not there.
    MOCKER_DECL std::optional<std::int64_t> size(digest const& name) const;

    /** The content of a small blob, checked against its name.
        @par Errors `ENOENT`; errc::digest_mismatch: the file was damaged; errc::too_large beyond @p limit bytes. */
    MOCKER_DECL result<std::string> read(digest const& name, std::size_t limit = std::size_t(16) << 20) const;

    /** Begins a blob. Where @p expected is given, only content of its digest and size becomes one. */
    MOCKER_DECL result<blob_writer> begin(std::optional<oci::descriptor> expected = {}) const;

    /// Stores a whole blob, durably, and gives its name.
    MOCKER_DECL result<digest> put(std::string_view content) const;

    /// Removes a blob. One that is not there is no error.
    MOCKER_DECL result<> remove(digest const& name) const;

    /// The names of all blobs.
    MOCKER_DECL result<std::vector<digest>> list() const;

    /// Makes the names of the blobs that were committed so far survive a loss of power.
    MOCKER_DECL result<> sync() const;

    /// The layout's `index.json`. @par Errors errc::malformed.
    MOCKER_DECL result<oci::index> read_index() const;

    /// Replaces `index.json`, atomically and durably.
    MOCKER_DECL result<> write_index(oci::index const& index) const;

private:
    explicit blob_store(std::string root) : root_(std::move(root)) {}

    std::string root_;
};

} // namespace mocker::content

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/content/impl/blob_store.ipp>
#endif
#endif
