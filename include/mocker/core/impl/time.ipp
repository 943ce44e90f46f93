#ifndef MOCKER_CORE_IMPL_TIME_IPP
#define MOCKER_CORE_IMPL_TIME_IPP

#include <mocker/core/time.hpp>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>

namespace mocker {
namespace detail {

MOCKER_DECL std::string format_seconds(time_point t, std::int64_t& nanoseconds) {
    auto const since_epoch = t.time_since_epoch().count();
    auto seconds = since_epoch / 1'000'000'000;
    nanoseconds = since_epoch % 1'000'000'000;
    if (nanoseconds < 0) {
        nanoseconds += 1'000'000'000;
        --seconds;
    }
    auto const whole = std::chrono::sys_seconds(std::chrono::seconds(seconds));
    auto const day = std::chrono::floor<std::chrono::days>(whole);
    std::chrono::year_month_day const date(day);
    std::chrono::hh_mm_ss const clock(whole - day);
    char text[64];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text;
}

/// Reads @p digits decimal digits at the front of @p text.
MOCKER_DECL bool take_number(std::string_view& text, std::size_t digits, int& value) {
    if (text.size() < digits) return false;
    auto const [end, failed] = std::from_chars(text.data(), text.data() + digits, value);
    if (failed != std::errc() || end != text.data() + digits || text.front() == '-') return false;
    text.remove_prefix(digits);
    return true;
}

MOCKER_DECL bool take_char(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

/// Reads digits as a fraction of a second, in nanoseconds; more than nine are cut.
MOCKER_DECL bool take_fraction(std::string_view& text, std::int64_t& nanoseconds) {
    std::size_t digits = 0;
    std::int64_t scale = 100'000'000;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits, scale /= 10)
        nanoseconds += scale * (text[digits] - '0');
    text.remove_prefix(digits);
    return digits > 0;
}

MOCKER_DECL bool take_offset(std::string_view& text, int& minutes) {
    if (take_char(text, 'Z') || take_char(text, 'z')) return true;
    bool const negative = !text.empty() && text.front() == '-';
    int hour = 0, minute = 0;
    if (!(take_char(text, '+') || take_char(text, '-')) || !take_number(text, 2, hour) || !take_char(text, ':') ||
        !take_number(text, 2, minute) || hour > 23 || minute > 59)
        return false;
    minutes = (hour * 60 + minute) * (negative ? -1 : 1);
    return true;
}

} // namespace detail

MOCKER_DECL std::string to_rfc3339_nano_fixed(time_point t) {
    std::int64_t nanoseconds = 0;
    auto const text = detail::format_seconds(t, nanoseconds);
    char fraction[24];
    std::snprintf(fraction, sizeof fraction, ".%09lldZ", static_cast<long long>(nanoseconds));
    return text + fraction;
}

MOCKER_DECL std::string to_rfc3339_nano(time_point t) {
    auto text = to_rfc3339_nano_fixed(t);
    text.pop_back();
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text + 'Z';
}

MOCKER_DECL std::string to_rfc3339_nano(std::optional<time_point> t) {
    return t ? to_rfc3339_nano(*t) : "0001-01-01T00:00:00Z";
}

MOCKER_DECL result<std::optional<time_point>> parse_rfc3339(std::string_view text) {
    using namespace std::chrono;
    auto rest = text;
    int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0, offset = 0;
    std::int64_t nanoseconds = 0;
    auto const clock = [&] {
        return detail::take_number(rest, 4, y) && detail::take_char(rest, '-') && detail::take_number(rest, 2, mo) &&
               detail::take_char(rest, '-') && detail::take_number(rest, 2, d) &&
               (detail::take_char(rest, 'T') || detail::take_char(rest, 't')) && detail::take_number(rest, 2, h) &&
               detail::take_char(rest, ':') && detail::take_number(rest, 2, mi) && detail::take_char(rest, ':') &&
               detail::take_number(rest, 2, s);
    };
    bool ok = clock();
    if (ok && detail::take_char(rest, '.')) ok = detail::take_fraction(rest, nanoseconds);
    ok = ok && detail::take_offset(rest, offset) && rest.empty();
    year_month_day const date(year(y), month(static_cast<unsigned>(mo)), day(static_cast<unsigned>(d)));
    if (!ok || !date.ok() || h > 23 || mi > 59 || s > 60)
        return error(errc::malformed, "invalid time \"" + std::string(text) + "\": expected RFC 3339, as 2006-01-02T15:04:05Z");
    if (y == 1) return std::optional<time_point>();
    if (y < 1678 || y > 2261)
        return error(errc::malformed, "invalid time \"" + std::string(text) + "\": year out of range");
    time_point const t = sys_days(date) + hours(h) + minutes(mi - offset) + seconds(s) + std::chrono::nanoseconds(nanoseconds);
    return std::optional<time_point>(t);
}

MOCKER_DECL result<time_point> parse_timestamp(std::string_view text) {
    if (text.find('T') != std::string_view::npos) {
        MOCKER_TRY_RETURN(date, parse_rfc3339(text));
        return date.value_or(time_point());
    }
    auto rest = text;
    std::int64_t seconds = 0, nanoseconds = 0;
    auto const [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), seconds);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    bool ok = failed == std::errc();
    if (ok && detail::take_char(rest, '.')) ok = detail::take_fraction(rest, nanoseconds);
    if (!ok || !rest.empty() || seconds > 9'000'000'000 || seconds < -9'000'000'000)
        return error(errc::malformed, "invalid timestamp \"" + std::string(text) + "\": expected seconds or RFC 3339");
    return time_point(std::chrono::seconds(seconds) + std::chrono::nanoseconds(seconds < 0 ? -nanoseconds : nanoseconds));
}

MOCKER_DECL std::string human_duration(std::chrono::nanoseconds duration) {
    auto const seconds = static_cast<long long>(std::chrono::duration<double>(duration).count());
    auto const minutes = seconds / 60;
    auto const hours = static_cast<long long>(std::floor(std::chrono::duration<double>(duration).count() / 3600 + 0.5));
    if (seconds < 1) return "Less than a second";
    if (seconds == 1) return "1 second";
    if (seconds < 60) return std::to_string(seconds) + " seconds";
    if (minutes == 1) return "About a minute";
    if (minutes < 60) return std::to_string(minutes) + " minutes";
    if (hours == 1) return "About an hour";
    if (hours < 48) return std::to_string(hours) + " hours";
    if (hours < 24 * 7 * 2) return std::to_string(hours / 24) + " days";
    if (hours < 24 * 30 * 2) return std::to_string(hours / 24 / 7) + " weeks";
    if (hours < 24 * 365 * 2) return std::to_string(hours / 24 / 30) + " months";
    return std::to_string(hours / 24 / 365) + " years";
}

} // namespace mocker

#endif
