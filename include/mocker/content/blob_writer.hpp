#ifndef MOCKER_CONTENT_BLOB_WRITER_HPP
#define MOCKER_CONTENT_BLOB_WRITER_HPP

#include <mocker/core/error.hpp>
#include <mocker/core/sha256.hpp>
#include <mocker/core/unique_fd.hpp>
#include <mocker/oci/descriptor.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mocker::content {

/** A blob that is being written: hashed on the way, it appears under its name only when @ref commit finds that it is what
    was expected. Destroyed before that, it leaves nothing.

    @par Example
    @code
    MOCKER_TRY_RETURN(writer, blobs.begin(layer));
    MOCKER_CHECK_RETURN(writer.write(bytes));
    MOCKER_TRY_RETURN(name, writer.commit());
    @endcode */
class blob_writer {
public:
    blob_writer(blob_writer&& other) noexcept
        : blobs_(std::move(other.blobs_)), temporary_(std::exchange(other.temporary_, {})), fd_(std::move(other.fd_)),
          expected_(std::move(other.expected_)), hash_(std::move(other.hash_)), size_(other.size_), flushed_(other.flushed_) {}
    blob_writer& operator=(blob_writer&&) = delete;
    MOCKER_DECL ~blob_writer();

    /// Appends @p bytes. @par Errors errc::digest_mismatch: more than the descriptor says; what write(2) reports.
    MOCKER_DECL result<> write(std::string_view bytes);

    /** Makes the blob durable and visible. Its name survives a loss of power after @ref blob_store::sync.
        @par Errors errc::digest_mismatch: not the content that was expected; what the file system reports. */
    MOCKER_DECL result<digest> commit();

    /// Bytes written so far.
    std::int64_t size() const noexcept { return size_; }

private:
    friend class blob_store;
    blob_writer(std::string blobs, std::string temporary, unique_fd fd, std::optional<oci::descriptor> expected)
        : blobs_(std::move(blobs)), temporary_(std::move(temporary)), fd_(std::move(fd)), expected_(std::move(expected)) {}

    std::string blobs_;     ///< the directory of the layout's blobs
    std::string temporary_; ///< the file until it is committed; empty afterwards
    unique_fd fd_;
    std::optional<oci::descriptor> expected_;
    sha256 hash_;
    std::int64_t size_ = 0, flushed_ = 0;
};

} // namespace mocker::content

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/content/impl/blob_writer.ipp>
#endif
#endif
