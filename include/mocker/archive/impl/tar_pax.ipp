#ifndef MOCKER_ARCHIVE_IMPL_TAR_PAX_IPP
#define MOCKER_ARCHIVE_IMPL_TAR_PAX_IPP

#include <mocker/archive/tar_reader.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mocker::archive {
namespace detail {

/// What the records of GNU's three PAX sparse forms say.
struct pax_sparse {
    bool present = false, map_in_content = false, ok = true;
    std::optional<std::string> name{};
    std::optional<std::uint64_t> real_size{};
    std::optional<std::uint64_t> offset{};
    std::vector<sparse_segment> segments{};

    void take(std::string_view key, std::string const& value) {
        present = true;
        auto const number = pax_number(value);
        if (key == "name") {
            name = value;
        } else if (key == "realsize" || key == "size") {
            ok = ok && number;
            real_size = number;
        } else if (key == "major") {
            map_in_content = value == "1";
            ok = ok && (value == "0" || value == "1");
        } else if (key == "offset") {
            ok = ok && number;
            offset = number;
        } else if (key == "numbytes") {
            ok = ok && number && offset;
            if (ok) segments.push_back({*std::exchange(offset, std::nullopt), *number});
        } else if (key == "map") {
            take_map(value);
        }
    }

    void take_map(std::string_view map) {
        std::vector<std::uint64_t> numbers;
        while (!map.empty() && ok) {
            auto const comma = std::min(map.find(','), map.size());
            auto const number = pax_number(map.substr(0, comma));
            ok = number.has_value();
            numbers.push_back(number.value_or(0));
            map.remove_prefix(std::min(comma + 1, map.size()));
        }
        ok = ok && numbers.size() % 2 == 0;
        for (std::size_t i = 0; ok && i < numbers.size(); i += 2) segments.push_back({numbers[i], numbers[i + 1]});
    }
};

inline constexpr std::string_view xattr_prefix = "SCHILY.xattr.";
inline constexpr std::string_view sparse_prefix = "GNU.sparse.";

/// Puts one record of a PAX header into @p entry; false if its value is no such thing.
MOCKER_DECL bool apply_pax_record(tar_entry& entry, std::uint64_t& stored, pax_record const& record) {
    auto const& [key, value] = record;
    if (value.empty() && !key.starts_with(xattr_prefix)) return true; // deletes what a global header said
    if (key == "path" || key == "linkpath") {
        if (value.find('\0') != std::string::npos) return false;
        (key == "path" ? entry.path : entry.link_target) = value;
    } else if (key == "size") {
        auto const number = pax_number(value);
        entry.size = stored = number.value_or(0);
        return number.has_value();
    } else if (key == "uid" || key == "gid") {
        auto const number = pax_number(value);
        (key == "uid" ? entry.uid : entry.gid) = static_cast<std::uint32_t>(number.value_or(0));
        return number && *number <= std::numeric_limits<std::uint32_t>::max();
    } else if (key == "mtime" || key == "atime") {
        auto const time = pax_time(value);
        if (time) (key == "mtime" ? entry.modified : entry.accessed.emplace()) = *time;
        return time.has_value();
    } else if (key.starts_with(xattr_prefix)) {
        auto name = key.substr(xattr_prefix.size());
        if (name.empty() || name.find('\0') != std::string::npos) return false;
        entry.xattrs.emplace_back(std::move(name), value);
    }
    return true;
}

} // namespace detail

/// Completes the entry with what a PAX header before it said, and begins it unless its sparse map comes first.
MOCKER_DECL result<> tar_reader::apply_pax() {
    detail::pax_sparse sparse;
    auto const sparse_size = entry_.size;
    for (auto const& record : std::exchange(pax_, {})) {
        if (record.key.starts_with(detail::sparse_prefix)) {
            sparse.take(std::string_view(record.key).substr(detail::sparse_prefix.size()), record.value);
        } else if (!detail::apply_pax_record(entry_, remaining_, record)) {
            return malformed("PAX record " + record.key);
        }
    }
    if (entry_.path.find('\0') != std::string::npos) return malformed("name with a NUL");
    if (type_flag_ == 'S') entry_.size = sparse_size;
    bool const regular = entry_.type == entry_type::regular;
    if (regular && !entry_.path.empty() && entry_.path.back() == '/') entry_.type = entry_type::directory; // V7
    if (sparse.present && regular) {
        if (!sparse.ok || sparse.offset) return malformed("not a sparse map");
        entry_.sparse = true;
        if (sparse.name) entry_.path = *sparse.name;
        if (sparse.real_size) entry_.size = *sparse.real_size;
        segments_ = std::move(sparse.segments);
    }
    if (detail::has_no_content(type_flag_)) entry_.size = remaining_ = 0;
    padding_ = detail::padding_of(remaining_);
    if (sparse.present && regular && sparse.map_in_content) {
        segments_.clear();
        metadata_.clear();
        state_ = state::sparse_map;
        return {};
    }
    return begin_entry();
}

/// GNU's PAX sparse form 1.0: the map is decimal lines at the start of the content, filled up to whole blocks.
MOCKER_DECL result<> tar_reader::take_sparse_map(std::string_view block) {
    if (remaining_ < detail::block_size) return malformed("sparse map cut short");
    remaining_ -= detail::block_size;
    metadata_ += block;
    if (metadata_.size() > detail::metadata_limit) return malformed("sparse map too long");
    std::string_view text = metadata_;
    auto const next = [&]() -> std::optional<std::optional<std::uint64_t>> {
        auto const line = text.find('\n');
        if (line == std::string_view::npos) return std::nullopt;
        auto const number = detail::pax_number(text.substr(0, line));
        text.remove_prefix(line + 1);
        return number;
    };
    auto const count = next();
    if (!count) return {};
    if (!*count || **count > detail::metadata_limit / 4) return malformed("not a sparse map");
    if (static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')) < 2 * **count) return {};
    for (std::uint64_t i = 0; i < **count; ++i) {
        auto const offset = next(), length = next();
        if (!*offset || !*length) return malformed("not a sparse map");
        segments_.push_back({**offset, **length});
    }
    metadata_.clear();
    return begin_entry();
}

MOCKER_DECL result<> tar_reader::begin_entry() {
    if (entry_.sparse && !detail::valid_segments(segments_, entry_.size, remaining_)) return malformed("not a sparse map");
    MOCKER_CHECK_RETURN(visitor_.begin(entry_));
    state_ = state::content;
    return remaining_ == 0 ? end_content() : result<>{};
}

MOCKER_DECL result<> tar_reader::take_content(std::string_view bytes) {
    auto const at = entry_.size - remaining_; // of a file that is not sparse
    remaining_ -= bytes.size();
    if (!entry_.sparse) {
        MOCKER_CHECK_RETURN(visitor_.content(at, bytes));
    } else {
        while (!bytes.empty()) {
            auto const& here = segments_[segment_];
            auto const piece = std::min<std::uint64_t>(bytes.size(), here.length - segment_used_);
            auto const part = bytes.substr(0, static_cast<std::size_t>(piece));
            if (piece != 0) MOCKER_CHECK_RETURN(visitor_.content(here.offset + segment_used_, part));
            segment_used_ += piece;
            bytes.remove_prefix(part.size());
            if (segment_used_ != here.length) continue;
            ++segment_;
            segment_used_ = 0;
        }
    }
    return remaining_ == 0 ? end_content() : result<>{};
}

MOCKER_DECL result<> tar_reader::end_content() {
    state_ = padding_ == 0 ? state::header : state::padding;
    return visitor_.end();
}

} // namespace mocker::archive

#endif
