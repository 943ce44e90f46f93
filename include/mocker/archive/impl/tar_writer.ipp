#ifndef MOCKER_ARCHIVE_IMPL_TAR_WRITER_IPP
#define MOCKER_ARCHIVE_IMPL_TAR_WRITER_IPP

#include <mocker/archive/detail/tar_fields.hpp>
#include <mocker/archive/tar_writer.hpp>

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

namespace mocker::archive {
namespace detail {

/// One record of a PAX header, whose length counts its own digits.
MOCKER_DECL std::string pax_line(std::string_view key, std::string_view value) {
    auto const body = ' ' + std::string(key) + '=' + std::string(value) + '\n';
    auto length = body.size() + 1;
    while (std::to_string(length).size() + body.size() != length) ++length;
    return std::to_string(length) + body;
}

MOCKER_DECL std::string pax_time_text(timespec t) {
    // A PAX time is one signed decimal number: half a second before the epoch is -0.5.
    bool const negative = t.tv_sec < 0 && t.tv_nsec != 0;
    auto const seconds = negative ? -(static_cast<long long>(t.tv_sec) + 1) : static_cast<long long>(t.tv_sec);
    char text[48];
    std::snprintf(text, sizeof text, "%s%lld.%09ld", negative ? "-" : "", seconds,
                  negative ? 1'000'000'000 - t.tv_nsec : t.tv_nsec);
    return text;
}

/// Puts @p value into an octal field; false if it has too many digits.
MOCKER_DECL bool put_octal(std::string& header, std::size_t at, std::size_t length, std::uint64_t value) {
    char digits[24];
    auto const n = std::snprintf(digits, sizeof digits, "%0*llo", static_cast<int>(length - 1),
                                 static_cast<unsigned long long>(value));
    bool const fits = n == static_cast<int>(length - 1);
    if (fits) header.replace(at, length - 1, digits, length - 1);
    return fits;
}

MOCKER_DECL char type_flag_of(entry_type type) { return static_cast<char>('0' + static_cast<int>(type)); }

MOCKER_DECL void put_checksum(std::string& header) {
    header.replace(148, 8, 8, ' ');
    unsigned sum = 0;
    for (unsigned char const byte : header) sum += byte;
    put_octal(header, 148, 7, sum);
    header[154] = '\0';
}

/// The ustar header of @p entry; what does not fit goes to @p pax.
MOCKER_DECL std::string ustar_header(tar_entry const& entry, std::string& pax) {
    std::string header(block_size, '\0');
    auto const text = [&](std::size_t at, std::size_t length, std::string_view key, std::string const& value) {
        header.replace(at, std::min(length, value.size()), value, 0, length);
        bool const plain = std::all_of(value.begin(), value.end(), [](char c) { return (c & 0x80) == 0; });
        if (value.size() > length || !plain) pax += pax_line(key, value);
    };
    auto const number = [&](std::size_t at, std::size_t length, std::string_view key, std::uint64_t value) {
        if (!put_octal(header, at, length, value)) pax += pax_line(key, std::to_string(value));
    };
    text(0, 100, "path", entry.path);
    text(157, 100, "linkpath", entry.link_target);
    put_octal(header, 100, 8, entry.mode & 07777);
    number(108, 8, "uid", entry.uid);
    number(116, 8, "gid", entry.gid);
    number(124, 12, "size", entry.size);
    bool const whole = entry.modified.tv_sec >= 0 && entry.modified.tv_nsec == 0;
    auto const seconds = static_cast<std::uint64_t>(std::max<time_t>(entry.modified.tv_sec, 0));
    if (!put_octal(header, 136, 12, seconds) || !whole) pax += pax_line("mtime", pax_time_text(entry.modified));
    if (entry.accessed) pax += pax_line("atime", pax_time_text(*entry.accessed));
    for (auto const& [name, value] : entry.xattrs) pax += pax_line("SCHILY.xattr." + name, value);
    header[156] = type_flag_of(entry.type);
    header.replace(257, 8, std::string_view("ustar\00000", 8));
    put_octal(header, 329, 8, entry.device_major);
    put_octal(header, 337, 8, entry.device_minor);
    put_checksum(header);
    return header;
}

} // namespace detail

MOCKER_DECL result<> tar_writer::write_pax(std::string_view path, std::string const& records) {
    tar_entry entry;
    auto const slash = path.rfind('/');
    entry.path = "PaxHeaders.0/" + std::string(path.substr(slash == std::string_view::npos ? 0 : slash + 1)).substr(0, 80);
    std::erase_if(entry.path, [](char c) { return (c & 0x80) != 0; });
    entry.size = records.size();
    std::string ignored;
    auto header = detail::ustar_header(entry, ignored);
    header[156] = 'x';
    detail::put_checksum(header);
    MOCKER_CHECK_RETURN(sink_(header));
    auto padded = records;
    padded.resize(padded.size() + detail::padding_of(padded.size()), '\0');
    return sink_(padded);
}

MOCKER_DECL result<> tar_writer::begin(tar_entry const& entry) {
    MOCKER_CHECK_RETURN(end_entry());
    std::string pax;
    auto const header = detail::ustar_header(entry, pax);
    if (!pax.empty()) MOCKER_CHECK_RETURN(write_pax(entry.path, pax));
    remaining_ = entry.type == entry_type::regular ? entry.size : 0;
    padding_ = detail::padding_of(remaining_);
    return sink_(header);
}

MOCKER_DECL result<> tar_writer::content(std::string_view bytes) {
    if (bytes.size() > remaining_) return error(errc::malformed, "archive/tar: write too long");
    remaining_ -= bytes.size();
    return bytes.empty() ? result<>{} : sink_(bytes);
}

MOCKER_DECL result<> tar_writer::end_entry() {
    if (remaining_ != 0) {
        return error(errc::malformed, "archive/tar: missed writing " + std::to_string(remaining_) + " bytes");
    }
    if (padding_ == 0) return {};
    return sink_(std::string(static_cast<std::size_t>(std::exchange(padding_, 0)), '\0'));
}

MOCKER_DECL result<> tar_writer::finish() {
    MOCKER_CHECK_RETURN(end_entry());
    return sink_(std::string(2 * detail::block_size, '\0'));
}

} // namespace mocker::archive

#endif
