#ifndef MOCKER_ARCHIVE_TAR_READER_HPP
#define MOCKER_ARCHIVE_TAR_READER_HPP

#include <mocker/archive/detail/tar_fields.hpp>
#include <mocker/archive/tar_entry.hpp>
#include <mocker/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::archive {

/// What a @ref tar_reader finds, in the archive's order. A failure stops the reader and is what its `write` returns.
class tar_visitor {
public:
    virtual ~tar_visitor() = default;
    /// A new entry. Its content, if any, follows.
    virtual result<> begin(tar_entry const& entry) = 0;
    /// Content of the entry: @p bytes lie at @p offset. Offsets only grow; what is left out of a sparse file is zeros.
    virtual result<> content(std::uint64_t offset, std::string_view bytes) = 0;
    /// The entry is complete.
    virtual result<> end() = 0;
};

/** Reads a tar archive that is pushed into it, in pieces of any size: ustar, PAX (times with nanoseconds, xattrs, names
    and sizes of any length), GNU (long names, binary numbers) and star; sparse files in all four forms.

    Not libarchive, because an image must be unpacked as it is: libarchive 3.6 changes names to the composed form of
    Unicode in a UTF-8 locale, and it pulls its input, which would hold a thread for each layer that is being downloaded.

    @par Example
    @code
    tar_reader tar(visitor);
    while (auto n = read(buffer)) MOCKER_CHECK_RETURN(tar.write({buffer, n}));
    MOCKER_CHECK_RETURN(tar.finish());
    @endcode
    @see POSIX.1-2017, pax, "ustar Interchange Format" and "pax Extended Header"; GNU tar manual, "Basic Tar Format" */
class tar_reader {
public:
    /// @param visitor outlives the reader.
    explicit tar_reader(tar_visitor& visitor) : visitor_(visitor) {}

    /** Takes the next bytes. What follows the end of the archive is ignored, as every tar does.
        @par Errors errc::malformed, saying what is wrong and where; whatever the visitor returns. */
    MOCKER_DECL result<> write(std::string_view bytes);

    /// Says that the archive has ended. @par Errors errc::malformed: within an entry.
    MOCKER_DECL result<> finish();

private:
    enum class state { header, metadata, sparse_header, sparse_map, content, padding, ended };

    result<> take_block(std::string_view block);
    result<> take_header(std::string_view block);
    result<> take_sparse_header(std::string_view block);
    result<> take_sparse_map(std::string_view block);
    result<> take_metadata();
    result<> take_content(std::string_view bytes);
    result<> apply_pax();
    result<> begin_entry();
    result<> end_content();
    error malformed(std::string_view why) const;

    tar_visitor& visitor_;
    state state_ = state::header;
    std::string block_;             ///< the part of a 512-byte block that has come
    std::uint64_t position_ = 0;    ///< bytes read, for error texts
    std::uint64_t remaining_ = 0;   ///< bytes of the entry's data that have not come
    std::uint64_t padding_ = 0;
    unsigned zero_blocks_ = 0;
    char type_flag_ = 0;
    tar_entry entry_;
    std::string metadata_;          ///< data of a PAX or GNU header, which concerns the next entry
    std::string long_name_, long_link_;
    std::vector<detail::pax_record> pax_;
    std::vector<detail::sparse_segment> segments_;
    std::size_t segment_ = 0;
    std::uint64_t segment_used_ = 0;
};

} // namespace mocker::archive

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/archive/impl/tar_pax.ipp>
#include <mocker/archive/impl/tar_reader.ipp>
#endif
#endif
