#ifndef MOCKER_CORE_TIME_HPP
#define MOCKER_CORE_TIME_HPP

#include <mocker/core/error.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mocker {

/// A moment with the resolution of a nanosecond.
using time_point = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;

inline time_point now() { return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now()); }

/// @p t as Go's RFC3339Nano in UTC, without trailing zeros of the fraction: `2026-01-02T03:04:05.000000006Z`.
MOCKER_DECL std::string to_rfc3339_nano(time_point t);

/// The same; nothing is Go's zero time, `0001-01-01T00:00:00Z`, as the Engine API shows what has not happened.
MOCKER_DECL std::string to_rfc3339_nano(std::optional<time_point> t);

/// The same with all nine digits of the fraction, as `docker logs --timestamps` prints it.
MOCKER_DECL std::string to_rfc3339_nano_fixed(time_point t);

/** Parses a date of RFC 3339, with any fraction and offset. Go's zero time gives nothing.
    @par Errors errc::malformed, naming the text. */
MOCKER_DECL result<std::optional<time_point>> parse_rfc3339(std::string_view text);

/** Parses what `since` and `until` take: seconds since the epoch with up to nine decimals (`1136073600.000000001`), or a
    date of RFC 3339.
    @par Errors errc::malformed. */
MOCKER_DECL result<time_point> parse_timestamp(std::string_view text);

/// How long ago, for people, in Docker's words: `Less than a second`, `5 minutes`, `About an hour`, `3 weeks`.
MOCKER_DECL std::string human_duration(std::chrono::nanoseconds duration);

} // namespace mocker

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/core/impl/time.ipp>
#endif
#endif
