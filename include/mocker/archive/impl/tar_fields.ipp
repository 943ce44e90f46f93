#ifndef MOCKER_ARCHIVE_IMPL_TAR_FIELDS_IPP
#define MOCKER_ARCHIVE_IMPL_TAR_FIELDS_IPP

#include <mocker/archive/detail/tar_fields.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::archive::detail {

MOCKER_DECL std::string_view tar_text(std::string_view field) {
    return field.substr(0, std::min(field.find('\0'), field.size()));
}

/// A number in GNU's binary form: the first bit set, the others big-endian two's complement.
MOCKER_DECL std::optional<std::int64_t> tar_binary_number(std::string_view field) {
    bool const negative = (field[0] & 0x40) != 0;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < field.size(); ++i) {
        auto byte = static_cast<std::uint8_t>(field[i]);
        if (negative) byte = static_cast<std::uint8_t>(~byte);
        if (i == 0) byte &= 0x7f;
        if (i == 0 && !negative) byte &= 0x3f;
        if (value >> 55 != 0) return std::nullopt;
        value = value << 8 | byte;
    }
    auto const number = static_cast<std::int64_t>(value);
    return negative ? ~number : number;
}

MOCKER_DECL std::optional<std::int64_t> tar_number(std::string_view field) {
    if ((field[0] & 0x80) != 0) return tar_binary_number(field);
    auto const first = field.find_first_not_of(std::string_view(" \0", 2));
    if (first == std::string_view::npos) return 0;
    auto text = tar_text(field.substr(first));
    text = text.substr(0, std::min(text.find(' '), text.size()));
    std::int64_t value = 0;
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value, 8);
    if (failed != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

MOCKER_DECL bool tar_checksum_matches(std::string_view block) {
    auto const wanted = tar_number(block.substr(148, 8));
    std::int64_t sum = 8 * ' ', signed_sum = sum;
    for (std::size_t i = 0; i < block_size; ++i) {
        if (i >= 148 && i < 156) continue;
        sum += static_cast<unsigned char>(block[i]);
        signed_sum += static_cast<signed char>(block[i]);
    }
    return wanted && (*wanted == sum || *wanted == signed_sum);
}

MOCKER_DECL std::optional<std::uint64_t> pax_number(std::string_view text) {
    std::uint64_t value = 0;
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
    return value;
}

MOCKER_DECL std::optional<timespec> pax_time(std::string_view text) {
    auto const dot = std::min(text.find('.'), text.size());
    std::int64_t seconds = 0;
    auto const [end, failed] = std::from_chars(text.data(), text.data() + dot, seconds);
    if (failed != std::errc() || end != text.data() + dot) return std::nullopt;
    auto const decimals = text.substr(std::min(dot + 1, text.size()));
    if (decimals.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    auto digits = std::string(decimals.substr(0, 9));
    digits.resize(9, '0');
    long nanoseconds = 0;
    for (char const digit : digits) nanoseconds = nanoseconds * 10 + (digit - '0');
    if (text.starts_with('-') && nanoseconds != 0) {
        if (seconds == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
        return timespec{static_cast<time_t>(seconds - 1), 1'000'000'000 - nanoseconds};
    }
    return timespec{static_cast<time_t>(seconds), nanoseconds};
}

MOCKER_DECL std::optional<std::vector<pax_record>> parse_pax(std::string_view data) {
    std::vector<pax_record> records;
    while (!data.empty()) {
        std::size_t length = 0;
        auto const [end, failed] = std::from_chars(data.data(), data.data() + data.size(), length);
        auto const digits = static_cast<std::size_t>(end - data.data());
        if (failed != std::errc() || digits == 0 || length > data.size() || length < digits + 3) return std::nullopt;
        if (data[digits] != ' ' || data[length - 1] != '\n') return std::nullopt;
        auto const record = data.substr(digits + 1, length - digits - 2);
        auto const equals = record.find('=');
        if (equals == std::string_view::npos || equals == 0) return std::nullopt;
        records.push_back({std::string(record.substr(0, equals)), std::string(record.substr(equals + 1))});
        data.remove_prefix(length);
    }
    return records;
}

MOCKER_DECL bool valid_segments(std::vector<sparse_segment> const& segments, std::uint64_t size, std::uint64_t stored) {
    std::uint64_t end = 0, sum = 0;
    for (auto const& s : segments) {
        if (s.offset < end || s.offset > size || s.length > size - s.offset) return false;
        end = s.offset + s.length;
        sum += s.length;
    }
    return sum == stored;
}

MOCKER_DECL std::optional<entry_type> entry_type_of(char flag) {
    switch (flag) {
    case '\0': case '0': case '7': case 'S': return entry_type::regular;
    case '1': return entry_type::hard_link;
    case '2': return entry_type::symbolic_link;
    case '3': return entry_type::character_device;
    case '4': return entry_type::block_device;
    case '5': case 'D': return entry_type::directory;
    case '6': return entry_type::fifo;
    default: return std::nullopt;
    }
}

} // namespace mocker::archive::detail

#endif
