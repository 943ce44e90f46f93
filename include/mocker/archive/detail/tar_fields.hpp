#ifndef MOCKER_ARCHIVE_DETAIL_TAR_FIELDS_HPP
#define MOCKER_ARCHIVE_DETAIL_TAR_FIELDS_HPP

#include <mocker/archive/tar_entry.hpp>
#include <mocker/config.hpp>

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::archive::detail {

inline constexpr std::size_t block_size = 512;

/// Bytes of a PAX or GNU header that concerns the next entry; Go's limit, and so docker's.
inline constexpr std::uint64_t metadata_limit = std::uint64_t(1) << 20;

/// Whether entries with this flag have no content, whatever their size field says.
inline bool has_no_content(char flag) { return flag >= '1' && flag <= '6'; }

/// A stretch of a sparse file that is in the archive.
struct sparse_segment {
    std::uint64_t offset = 0, length = 0;
};

/// What a PAX header says about the entry that follows it.
struct pax_record {
    std::string key{}, value{};
};

/// The text of a header field: up to its first NUL.
MOCKER_DECL std::string_view tar_text(std::string_view field);

/// A number of a header: octal digits between spaces and NULs, or GNU's binary form. Nothing if it is neither.
MOCKER_DECL std::optional<std::int64_t> tar_number(std::string_view field);

/// Whether the header's checksum is right. Old programs added bytes as signed numbers; both count.
MOCKER_DECL bool tar_checksum_matches(std::string_view block);

/// A whole decimal number of a PAX record.
MOCKER_DECL std::optional<std::uint64_t> pax_number(std::string_view text);

/// A time of a PAX record: seconds since the epoch with decimals, of which nine count.
MOCKER_DECL std::optional<timespec> pax_time(std::string_view text);

/// The records `LENGTH KEY=VALUE\n` of a PAX header; nothing if it is damaged.
MOCKER_DECL std::optional<std::vector<pax_record>> parse_pax(std::string_view data);

/// Whether the segments lie in order, apart from each other and within a file of @p size bytes, and hold @p stored bytes.
MOCKER_DECL bool valid_segments(std::vector<sparse_segment> const& segments, std::uint64_t size, std::uint64_t stored);

/// What a type flag makes; nothing for flags that no file has.
MOCKER_DECL std::optional<entry_type> entry_type_of(char flag);

/// Bytes that fill content of @p size bytes up to whole blocks.
inline std::uint64_t padding_of(std::uint64_t size) { return (block_size - size % block_size) % block_size; }

} // namespace mocker::archive::detail

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/archive/impl/tar_fields.ipp>
#endif
#endif
