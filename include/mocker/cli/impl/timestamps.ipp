#ifndef MOCKER_CLI_IMPL_TIMESTAMPS_IPP
#define MOCKER_CLI_IMPL_TIMESTAMPS_IPP

#include <mocker/cli/timestamps.hpp>
#include <mocker/core/time.hpp>

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace mocker::cli {
namespace detail {

MOCKER_DECL std::string seconds_and_nanoseconds(std::chrono::nanoseconds since_epoch) {
    std::array<char, 48> text{};
    auto const total = since_epoch.count();
    std::snprintf(text.data(), text.size(), "%lld.%09lld", static_cast<long long>(total / 1'000'000'000),
                  static_cast<long long>(total % 1'000'000'000));
    return text.data();
}

/// A date in our own time zone, in one of the forms that docker takes.
MOCKER_DECL std::optional<std::chrono::nanoseconds> parse_local_date(std::string const& text) {
    for (char const* form : {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H", "%Y-%m-%d"}) {
        std::tm date{};
        date.tm_isdst = -1;
        char const* const end = ::strptime(text.c_str(), form, &date);
        if (!end || (*end != '\0' && *end != '.')) continue;
        std::int64_t nanoseconds = 0;
        if (*end == '.') {
            std::string digits(end + 1);
            if (digits.empty() || digits.size() > 9 || digits.find_first_not_of("0123456789") != std::string::npos)
                continue;
            digits.resize(9, '0');
            nanoseconds = std::strtoll(digits.c_str(), nullptr, 10);
        }
        return std::chrono::seconds(std::mktime(&date)) + std::chrono::nanoseconds(nanoseconds);
    }
    return std::nullopt;
}

} // namespace detail

MOCKER_DECL std::optional<std::chrono::nanoseconds> parse_go_duration(std::string_view text) {
    bool const negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text == "0") return std::chrono::nanoseconds(0);
    if (text.empty()) return std::nullopt;
    double total = 0;
    while (!text.empty()) {
        double number = 0;
        auto const [end, failed] =
            std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
        if (failed != std::errc() || number < 0) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        auto const unit = text.substr(0, text.find_first_of("0123456789."));
        text.remove_prefix(unit.size());
        double const scale = unit == "ns"                   ? 1
                             : unit == "us" || unit == "µs" ? 1e3
                             : unit == "ms"                 ? 1e6
                             : unit == "s"                  ? 1e9
                             : unit == "m"                  ? 60e9
                             : unit == "h"                  ? 3600e9
                                                            : 0;
        if (scale == 0) return std::nullopt;
        total += number * scale;
    }
    if (total > 9e18) return std::nullopt;
    return std::chrono::nanoseconds(static_cast<std::int64_t>(negative ? -total : total));
}

MOCKER_DECL result<std::string> resolve_timestamp(std::string_view text, std::string_view flag_name) {
    if (text.empty()) return std::string();
    if (auto const ago = parse_go_duration(text))
        return detail::seconds_and_nanoseconds(now().time_since_epoch() - *ago);
    if (auto const moment = parse_timestamp(text)) return detail::seconds_and_nanoseconds(moment->time_since_epoch());
    if (auto const local = detail::parse_local_date(std::string(text))) return detail::seconds_and_nanoseconds(*local);
    return error(errc::malformed, "invalid value for \"" + std::string(flag_name) +
                                      "\": failed to parse value as time or duration: \"" + std::string(text) + "\"");
}

MOCKER_DECL std::string go_local_time(std::int64_t seconds) {
    std::time_t const moment = seconds;
    std::tm local{};
    ::localtime_r(&moment, &local);
    std::array<char, 64> text{};
    return std::string(text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S %z %Z", &local));
}

} // namespace mocker::cli

#endif
