#ifndef MOCKER_CONTENT_IMPL_BLOB_WRITER_IPP
#define MOCKER_CONTENT_IMPL_BLOB_WRITER_IPP

#include <mocker/content/blob_writer.hpp>
#include <mocker/core/file.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

namespace mocker::content {
namespace detail {

/// Bytes after which the kernel is asked to begin writing them out, so that little is left to wait for at the end.
inline constexpr std::int64_t flush_interval = std::int64_t(8) << 20;

MOCKER_DECL error wrong_content(oci::descriptor const& expected, std::string const& found) {
    return error(errc::digest_mismatch, "failed to verify " + expected.digest.text() + ": " + found);
}

} // namespace detail

MOCKER_DECL blob_writer::~blob_writer() {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

MOCKER_DECL result<> blob_writer::write(std::string_view bytes) {
    auto const size = size_ + static_cast<std::int64_t>(bytes.size());
    if (expected_ && size > expected_->size) {
        return detail::wrong_content(*expected_, "more than " + std::to_string(expected_->size) + " bytes");
    }
    hash_.update(bytes);
    MOCKER_CHECK_RETURN(write_all(fd_.get(), bytes));
    size_ = size;
    if (size_ - flushed_ >= detail::flush_interval) {
        ::sync_file_range(fd_.get(), flushed_, size_ - flushed_, SYNC_FILE_RANGE_WRITE);
        flushed_ = size_;
    }
    return {};
}

MOCKER_DECL result<digest> blob_writer::commit() {
    auto const name = hash_.finish();
    if (expected_ && size_ != expected_->size) {
        return detail::wrong_content(*expected_, std::to_string(size_) + " bytes instead of " + std::to_string(expected_->size));
    }
    if (expected_ && name != expected_->digest) return detail::wrong_content(*expected_, "the content hashes to " + name.text());
    if (::fchmod(fd_.get(), 0644) != 0) return error::from_errno(errno, "chmod " + temporary_);
    if (::fsync(fd_.get()) != 0) return error::from_errno(errno, "fsync " + temporary_);
    auto const final_path = blobs_ + '/' + std::string(name.hex());
    if (::rename(temporary_.c_str(), final_path.c_str()) != 0) return error::from_errno(errno, "rename " + temporary_);
    temporary_.clear();
    fd_.reset();
    return name;
}

} // namespace mocker::content

#endif
