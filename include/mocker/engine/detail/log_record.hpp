#ifndef MOCKER_ENGINE_DETAIL_LOG_RECORD_HPP
#define MOCKER_ENGINE_DETAIL_LOG_RECORD_HPP

#include <mocker/core/time.hpp>
#include <mocker/engine/log_reader.hpp>

#include <array>
#include <deque>
#include <string>
#include <string_view>

namespace mocker::engine::detail {

/** Decodes records of a json-file log, `{"log":"text\\n","stream":"stdout","time":"..."}`.

    What writers of this format write is decoded in place, at the speed of memory; anything else that is JSON takes the
    long way. */
class log_decoder {
public:
    /// @param line one record without its newline; decoded in place. The entry refers to it, or to this object.
    MOCKER_DECL result<log_entry> decode(char* line, std::size_t size);

    /// Forgets the texts of records that took the long way.
    void clear() noexcept { kept_.clear(); }

private:
    MOCKER_DECL bool decode_usual(char* line, std::size_t size, log_entry& out);
    MOCKER_DECL result<log_entry> decode_any(std::string_view line);
    MOCKER_DECL bool decode_time(std::string_view text, time_point& out);

    std::deque<std::string> kept_{};
    std::array<char, 19> second_text_{}; ///< date and time of day of the last record ...
    time_point second_{};                ///< ... and which second that is
};

/// Where the last @p lines lines of the log @p fd begin. @par Errors the `errno` of pread(2).
MOCKER_DECL result<std::uint64_t> find_tail(int fd, std::size_t lines);

} // namespace mocker::engine::detail

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/engine/impl/log_record.ipp>
#endif
#endif
