#ifndef MOCKER_ARCHIVE_TAR_WRITER_HPP
#define MOCKER_ARCHIVE_TAR_WRITER_HPP

#include <mocker/archive/compression.hpp>
#include <mocker/archive/tar_entry.hpp>
#include <mocker/core/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace mocker::archive {

/** Writes a tar archive: ustar, with PAX headers where a value does not fit, or is an xattr or a part of a second.

    The bytes depend on nothing but the entries, so the same files make the same archive.
    @par Example
    @code
    tar_writer tar(sink);
    tar_entry file;
    file.path = "etc/hostname";
    file.size = 4;
    MOCKER_CHECK_RETURN(tar.begin(file));
    MOCKER_CHECK_RETURN(tar.content("box\n"));
    MOCKER_CHECK_RETURN(tar.finish());
    @endcode
    @see POSIX.1-2017, pax, "pax Interchange Format" */
class tar_writer {
public:
    explicit tar_writer(byte_sink sink) : sink_(std::move(sink)) {}

    /// Begins the next entry. @par Errors errc::malformed if the content of the one before is not complete.
    MOCKER_DECL result<> begin(tar_entry const& entry);
    /// Writes content of the entry: `size` bytes in all.
    MOCKER_DECL result<> content(std::string_view bytes);
    /// Ends the archive.
    MOCKER_DECL result<> finish();

private:
    result<> end_entry();
    result<> write_pax(std::string_view path, std::string const& records);

    byte_sink sink_;
    std::uint64_t remaining_ = 0, padding_ = 0;
};

} // namespace mocker::archive

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/archive/impl/tar_writer.ipp>
#endif
#endif
