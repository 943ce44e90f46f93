#ifndef MOCKER_CORE_IMPL_GO_TEMPLATE_PRINTF_IPP
#define MOCKER_CORE_IMPL_GO_TEMPLATE_PRINTF_IPP

#include <mocker/core/go_template_tree.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace mocker::detail {

MOCKER_DECL std::string go_quote(std::string_view text) {
    std::string out = "\"";
    for (char const c : text) {
        auto const u = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            (out += '\\') += c;
        else if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else if (c == '\r')
            out += "\\r";
        else if (u < 0x20 || u == 0x7f) {
            std::array<char, 8> hex{};
            std::snprintf(hex.data(), hex.size(), "\\x%02x", u);
            out += hex.data();
        } else
            out += c;
    }
    return out + '"';
}

/// Go's `%v` of a float: the shortest digits, with an exponent below -4 and from 21 on.
MOCKER_DECL std::string print_double(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    std::array<char, 64> text{};
    bool const exponent = value != 0 && (std::fabs(value) < 1e-4 || std::fabs(value) >= 1e21);
    auto const end = std::to_chars(text.data(), text.data() + text.size(), value,
                                   exponent ? std::chars_format::scientific : std::chars_format::fixed);
    return std::string(text.data(), end.ptr);
}

MOCKER_DECL std::string print_nested(json::value const& value) {
    return value.is_null() ? "<nil>" : template_print(value);
}

MOCKER_DECL std::string template_print(json::value const& value) {
    switch (value.kind()) {
    case json::kind::null: return "<no value>";
    case json::kind::bool_: return value.get_bool() ? "true" : "false";
    case json::kind::int64: return std::to_string(value.get_int64());
    case json::kind::uint64: return std::to_string(value.get_uint64());
    case json::kind::double_: return print_double(value.get_double());
    case json::kind::string: return std::string(value.get_string());
    case json::kind::array: {
        std::string out = "[";
        for (auto const& element : value.get_array()) (out += out.size() > 1 ? " " : "") += print_nested(element);
        return out + ']';
    }
    case json::kind::object: {
        std::vector<json::key_value_pair const*> members;
        for (auto const& member : value.get_object()) members.push_back(&member);
        std::sort(members.begin(), members.end(), [](auto* a, auto* b) { return a->key() < b->key(); });
        std::string out = "map[";
        for (auto const* m : members)
            ((out += out.size() > 4 ? " " : "") += std::string(m->key()) + ":") += print_nested(m->value());
        return out + ']';
    }
    }
    return {};
}

/// One `%` directive: flags, width, precision and verb.
struct printf_directive {
    bool minus = false, plus = false, zero = false, sharp = false, space = false;
    int width = 0;
    int precision = -1;
    char verb = 0;

    std::string pad(std::string text, bool number) const {
        auto const length =
            static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
        if (length >= width) return text;
        auto const missing = static_cast<std::size_t>(width - length);
        if (minus) return text + std::string(missing, ' ');
        if (!zero || !number) return std::string(missing, ' ') + text;
        std::size_t const sign = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
        return text.insert(sign, missing, '0');
    }
};

MOCKER_DECL std::string bad_verb(printf_directive const& d, json::value const& value) {
    if (value.is_null()) return std::string("%!") + d.verb + "(<nil>)";
    return std::string("%!") + d.verb + "(" + std::string(template_type_name(value)) + "=" + template_print(value) +
           ")";
}

MOCKER_DECL std::string format_integer(printf_directive const& d, json::value const& value) {
    bool const negative = value.is_int64() && value.get_int64() < 0;
    std::uint64_t const magnitude = value.is_uint64() ? value.get_uint64()
                                    : negative        ? 0 - static_cast<std::uint64_t>(value.get_int64())
                                                      : static_cast<std::uint64_t>(value.get_int64());
    int const base = d.verb == 'x' || d.verb == 'X' ? 16 : d.verb == 'o' ? 8 : d.verb == 'b' ? 2 : 10;
    std::array<char, 72> text{};
    std::string digits(text.data(), std::to_chars(text.data(), text.data() + text.size(), magnitude, base).ptr);
    if (d.verb == 'X')
        for (auto& c : digits)
            if (c >= 'a') c = static_cast<char>(c - 32);
    if (d.sharp && base == 16) digits.insert(0, d.verb == 'x' ? "0x" : "0X");
    return d.pad((negative ? "-" : d.plus ? "+" : d.space ? " " : "") + digits, true);
}

MOCKER_DECL std::string format_string(printf_directive const& d, std::string text) {
    if (d.verb == 'q') return d.pad(go_quote(text), false);
    if (d.verb == 'x' || d.verb == 'X') {
        std::string hex;
        std::array<char, 4> two{};
        for (char const c : text) {
            std::snprintf(two.data(), two.size(), d.verb == 'x' ? "%02x" : "%02X",
                          static_cast<unsigned>(static_cast<unsigned char>(c)));
            hex += two.data();
        }
        return d.pad(hex, false);
    }
    if (d.precision >= 0 && static_cast<std::size_t>(d.precision) < text.size())
        text.resize(static_cast<std::size_t>(d.precision));
    return d.pad(std::move(text), false);
}

MOCKER_DECL std::string format_double(printf_directive const& d, double value) {
    std::string pattern = "%";
    if (d.plus) pattern += '+';
    pattern += ".*";
    pattern += d.verb == 'v' ? 'g' : d.verb;
    std::array<char, 400> text{};
    std::snprintf(text.data(), text.size(), pattern.c_str(), d.precision >= 0 ? std::min(d.precision, 60) : 6, value);
    return d.pad(text.data(), true);
}

MOCKER_DECL std::string format_one(printf_directive const& d, json::value const& value) {
    bool const integer = value.is_int64() || value.is_uint64();
    switch (d.verb) {
    case 'v':
        if (integer) return format_integer(d, value);
        if (value.is_double() && d.precision < 0) return d.pad(template_print(value), true);
        if (value.is_double()) return format_double(d, value.get_double());
        return d.pad(print_nested(value), false);
    case 'T': return d.pad(std::string(template_type_name(value)), false);
    case 't': return value.is_bool() ? d.pad(template_print(value), false) : bad_verb(d, value);
    case 's':
        if (value.is_string()) return format_string(d, std::string(value.get_string()));
        if (value.is_array() || value.is_object()) return d.pad(template_print(value), false);
        return bad_verb(d, value);
    case 'q':
    case 'x':
    case 'X':
        if (value.is_string()) return format_string(d, std::string(value.get_string()));
        if (integer && d.verb != 'q') return format_integer(d, value);
        return bad_verb(d, value);
    case 'd':
    case 'o':
    case 'b': return integer ? format_integer(d, value) : bad_verb(d, value);
    case 'c':
        return integer && value.is_int64() ? d.pad(std::string(1, static_cast<char>(value.get_int64())), false)
                                           : bad_verb(d, value);
    case 'f':
    case 'F':
    case 'e':
    case 'E':
    case 'g':
    case 'G': return value.is_double() ? format_double(d, value.get_double()) : bad_verb(d, value);
    default: return bad_verb(d, value);
    }
}

MOCKER_DECL std::string template_printf(std::vector<json::value> const& arguments) {
    std::string_view format = arguments.front().get_string();
    std::string out;
    std::size_t used = 1;
    while (!format.empty()) {
        auto const percent = format.find('%');
        out += format.substr(0, percent);
        if (percent == std::string_view::npos) break;
        format.remove_prefix(percent + 1);
        printf_directive d;
        std::size_t i = 0;
        for (; i < format.size() && std::string_view("-+0# ").find(format[i]) != std::string_view::npos; ++i) {
            d.minus |= format[i] == '-';
            d.plus |= format[i] == '+';
            d.zero |= format[i] == '0';
            d.sharp |= format[i] == '#';
            d.space |= format[i] == ' ';
        }
        for (; i < format.size() && format[i] >= '0' && format[i] <= '9'; ++i)
            d.width = std::min(d.width * 10 + (format[i] - '0'), 10000);
        if (i < format.size() && format[i] == '.') {
            d.precision = 0;
            for (++i; i < format.size() && format[i] >= '0' && format[i] <= '9'; ++i)
                d.precision = std::min(d.precision * 10 + (format[i] - '0'), 10000);
        }
        if (i >= format.size()) return out + "%!(NOVERB)";
        d.verb = format[i];
        format.remove_prefix(i + 1);
        if (d.verb == '%')
            out += '%';
        else if (used >= arguments.size())
            out += std::string("%!") + d.verb + "(MISSING)";
        else
            out += format_one(d, arguments[used++]);
    }
    if (used < arguments.size()) {
        out += "%!(EXTRA ";
        for (auto i = used; i < arguments.size(); ++i)
            out += (i > used ? ", " : "") + std::string(template_type_name(arguments[i])) + "=" +
                   print_nested(arguments[i]);
        out += ')';
    }
    return out;
}

} // namespace mocker::detail

#endif
