#ifndef MOCKER_ARCHIVE_IMPL_TAR_READER_IPP
#define MOCKER_ARCHIVE_IMPL_TAR_READER_IPP

#include <mocker/archive/tar_reader.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace mocker::archive {
MOCKER_DECL error tar_reader::malformed(std::string_view why) const {
    return error(errc::malformed, "archive/tar: invalid tar header: " + std::string(why) + " at byte " +
                                      std::to_string(position_));
}

MOCKER_DECL result<> tar_reader::write(std::string_view bytes) {
    while (!bytes.empty()) {
        std::size_t used = bytes.size();
        switch (state_) {
        case state::ended: break;
        case state::content:
            used = static_cast<std::size_t>(std::min<std::uint64_t>(used, remaining_));
            MOCKER_CHECK_RETURN(take_content(bytes.substr(0, used)));
            break;
        case state::metadata:
            used = static_cast<std::size_t>(std::min<std::uint64_t>(used, remaining_));
            metadata_ += bytes.substr(0, used);
            if (remaining_ -= used; remaining_ == 0) MOCKER_CHECK_RETURN(take_metadata());
            break;
        case state::padding:
            used = static_cast<std::size_t>(std::min<std::uint64_t>(used, padding_));
            if (padding_ -= used; padding_ == 0) state_ = state::header;
            break;
        default:
            used = std::min(used, detail::block_size - block_.size());
            if (used == detail::block_size) {
                MOCKER_CHECK_RETURN(take_block(bytes.substr(0, used)));
            } else if (block_ += bytes.substr(0, used); block_.size() == detail::block_size) {
                MOCKER_CHECK_RETURN(take_block(block_));
                block_.clear();
            }
        }
        position_ += used;
        bytes.remove_prefix(used);
    }
    return {};
}

MOCKER_DECL result<> tar_reader::finish() {
    if (state_ == state::ended || (state_ == state::header && block_.empty())) {
        if (pax_.empty() && long_name_.empty() && long_link_.empty()) return {};
    }
    return error(errc::malformed, "archive/tar: unexpected end of the archive at byte " + std::to_string(position_));
}

MOCKER_DECL result<> tar_reader::take_block(std::string_view block) {
    if (state_ == state::sparse_header) return take_sparse_header(block);
    if (state_ == state::sparse_map) return take_sparse_map(block);
    if (std::all_of(block.begin(), block.end(), [](char c) { return c == '\0'; })) {
        if (++zero_blocks_ == 2) state_ = state::ended;
        return {};
    }
    if (zero_blocks_ != 0) return malformed("an entry after the end mark");
    return take_header(block);
}

MOCKER_DECL result<> tar_reader::take_header(std::string_view block) {
    if (!detail::tar_checksum_matches(block)) return malformed("wrong checksum");
    auto const mode = detail::tar_number(block.substr(100, 8)), uid = detail::tar_number(block.substr(108, 8)),
               gid = detail::tar_number(block.substr(116, 8)), size = detail::tar_number(block.substr(124, 12)),
               time = detail::tar_number(block.substr(136, 12));
    if (!mode || !uid || !gid || !size || !time || *size < 0) return malformed("not a number");
    type_flag_ = block[156];
    remaining_ = static_cast<std::uint64_t>(*size);

    if (type_flag_ == 'x' || type_flag_ == 'X' || type_flag_ == 'g' || type_flag_ == 'L' || type_flag_ == 'K') {
        if (remaining_ > detail::metadata_limit) return malformed("extended header too long");
        padding_ = detail::padding_of(remaining_);
        metadata_.clear();
        state_ = state::metadata;
        return remaining_ == 0 ? take_metadata() : result<>{};
    }
    auto const type = detail::entry_type_of(type_flag_);
    if (!type) return malformed(std::string("unhandled tar header type ") + std::to_string(int(type_flag_)));

    entry_ = tar_entry{};
    entry_.type = *type;
    entry_.path = detail::tar_text(block.substr(0, 100));
    entry_.link_target = detail::tar_text(block.substr(157, 100));
    entry_.mode = static_cast<mode_t>(*mode) & 07777;
    entry_.uid = static_cast<std::uint32_t>(*uid);
    entry_.gid = static_cast<std::uint32_t>(*gid);
    entry_.modified.tv_sec = static_cast<time_t>(*time);
    if (*type == entry_type::character_device || *type == entry_type::block_device) {
        auto const major = detail::tar_number(block.substr(329, 8)), minor = detail::tar_number(block.substr(337, 8));
        if (!major || !minor) return malformed("not a device number");
        entry_.device_major = static_cast<std::uint32_t>(*major);
        entry_.device_minor = static_cast<std::uint32_t>(*minor);
    }
    bool const posix = block.substr(257, 6) == std::string_view("ustar\0", 6), star = block.substr(508, 3) == "tar";
    if (posix) {
        auto const prefix = detail::tar_text(block.substr(345, star ? 131 : 155));
        if (!prefix.empty()) entry_.path = std::string(prefix) + '/' + entry_.path;
    }
    segments_.clear();
    segment_ = 0;
    segment_used_ = 0;
    if (!long_name_.empty()) entry_.path = std::exchange(long_name_, {});
    if (!long_link_.empty()) entry_.link_target = std::exchange(long_link_, {});
    if (type_flag_ == 'S') {
        auto const real = detail::tar_number(block.substr(483, 12));
        if (!real || *real < 0) return malformed("not a size");
        entry_.size = static_cast<std::uint64_t>(*real);
        entry_.sparse = true;
        state_ = state::sparse_header; // for what take_sparse_header does with the four pairs of this block
        return take_sparse_header(block.substr(386, 97));
    }
    entry_.size = remaining_;
    return apply_pax();
}

/// GNU's own sparse form: 4 pairs of numbers in the header, 21 in each further block, and a flag whether one follows.
MOCKER_DECL result<> tar_reader::take_sparse_header(std::string_view block) {
    std::size_t const pairs = block.size() == 97 ? 4 : 21;
    for (std::size_t i = 0; i < pairs; ++i) {
        auto const pair = block.substr(i * 24, 24);
        if (pair[0] == '\0') break;
        auto const offset = detail::tar_number(pair.substr(0, 12)), length = detail::tar_number(pair.substr(12, 12));
        if (!offset || !length || *offset < 0 || *length < 0) return malformed("not a sparse map");
        if (segments_.size() >= detail::metadata_limit / 24) return malformed("sparse map too long");
        segments_.push_back({static_cast<std::uint64_t>(*offset), static_cast<std::uint64_t>(*length)});
    }
    if (block[pairs * 24] != '\0') return {};
    return apply_pax();
}

MOCKER_DECL result<> tar_reader::take_metadata() {
    state_ = padding_ == 0 ? state::header : state::padding;
    if (type_flag_ == 'L') {
        long_name_ = detail::tar_text(metadata_);
    } else if (type_flag_ == 'K') {
        long_link_ = detail::tar_text(metadata_);
    } else if (type_flag_ != 'g') { // a global header says nothing that files need; Go's reader drops it too
        auto records = detail::parse_pax(metadata_);
        if (!records) return malformed("damaged PAX record");
        pax_ = std::move(*records);
    }
    metadata_.clear();
    return {};
}

} // namespace mocker::archive

#endif
