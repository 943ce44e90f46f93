#ifndef MOCKER_CORE_IMPL_SIZE_IPP
#define MOCKER_CORE_IMPL_SIZE_IPP

#include <mocker/core/size.hpp>

#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace mocker {

MOCKER_DECL std::string human_size(double bytes, int digits) {
    constexpr char const* units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"};
    unsigned unit = 0;
    while (bytes >= 1000.0 && unit + 1 < std::size(units)) {
        bytes /= 1000.0;
        ++unit;
    }
    char text[40];
    std::snprintf(text, sizeof text, "%.*g%s", digits, bytes, units[unit]);
    return text;
}

MOCKER_DECL result<std::int64_t> parse_size(std::string_view text) {
    auto const invalid = [&] { return error(errc::malformed, "invalid size: '" + std::string(text) + "'"); };
    auto const number_end = text.find_last_of("0123456789.");
    if (number_end == std::string_view::npos) return invalid();
    auto const number = text.substr(0, number_end + 1);
    auto suffix = text.substr(number_end + 1);
    if (!suffix.empty() && suffix.front() == ' ') suffix.remove_prefix(1);

    double value = 0;
    auto const [end, failed] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (failed != std::errc() || end != number.data() + number.size() || value < 0) return invalid();

    std::string unit;
    for (unsigned char const c : suffix) unit += static_cast<char>(std::tolower(c));
    if (unit.size() == 3 && unit.ends_with("ib")) unit.erase(1);
    else if (unit.size() == 2 && unit.back() == 'b') unit.erase(1);
    if (unit.size() > 1) return invalid();
    if (!unit.empty() && unit != "b") {
        auto const power = std::string_view("kmgtp").find(unit.front());
        if (power == std::string_view::npos) return invalid();
        value *= std::pow(1024.0, static_cast<double>(power + 1));
    }
    if (!(value < 9.2e18)) return invalid();
    return static_cast<std::int64_t>(value);
}

} // namespace mocker

#endif
