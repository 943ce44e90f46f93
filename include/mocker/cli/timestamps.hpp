#ifndef MOCKER_CLI_TIMESTAMPS_HPP
#define MOCKER_CLI_TIMESTAMPS_HPP

#include <mocker/core/error.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mocker::cli {

/// A duration as Go writes it: `1h30m`, `1.5s`, `300ms`; nothing if @p text is none.
MOCKER_DECL std::optional<std::chrono::nanoseconds> parse_go_duration(std::string_view text);

/** What `--since` and `--until` say, as the API takes it (`SECONDS.NANOSECONDS`): a duration is so long ago; a date
   without an offset is one of our own time zone; a number stays.
    @par Errors errc::malformed: `invalid value for "since": ...`. */
MOCKER_DECL result<std::string> resolve_timestamp(std::string_view text, std::string_view flag_name);

/// @p seconds since the epoch as Go prints a local time: `2006-01-02 15:04:05 -0700 MST`.
MOCKER_DECL std::string go_local_time(std::int64_t seconds);

} // namespace mocker::cli

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/cli/impl/timestamps.ipp>
#endif
#endif
