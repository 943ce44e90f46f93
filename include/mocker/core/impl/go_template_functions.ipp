#ifndef MOCKER_CORE_IMPL_GO_TEMPLATE_FUNCTIONS_IPP
#define MOCKER_CORE_IMPL_GO_TEMPLATE_FUNCTIONS_IPP

#include <mocker/core/go_template.hpp>
#include <mocker/core/go_template_tree.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <optional>

namespace mocker::detail {

MOCKER_DECL bool is_template_function(std::string_view name) {
    constexpr std::string_view known[] = {"and",     "or",    "not",   "eq",       "ne",      "lt",    "le",
                                          "gt",      "ge",    "index", "slice",    "len",     "print", "printf",
                                          "println", "html",  "js",    "urlquery", "json",    "split", "join",
                                          "title",   "lower", "upper", "pad",      "truncate"};
    return std::find(std::begin(known), std::end(known), name) != std::end(known);
}

MOCKER_DECL bool template_truth(json::value const& value) {
    switch (value.kind()) {
    case json::kind::null: return false;
    case json::kind::bool_: return value.get_bool();
    case json::kind::int64: return value.get_int64() != 0;
    case json::kind::uint64: return value.get_uint64() != 0;
    case json::kind::double_: return value.get_double() != 0;
    case json::kind::string: return !value.get_string().empty();
    case json::kind::array: return !value.get_array().empty();
    case json::kind::object: return !value.get_object().empty();
    }
    return false;
}

MOCKER_DECL std::string_view template_type_name(json::value const& value) {
    switch (value.kind()) {
    case json::kind::null: return "<nil>";
    case json::kind::bool_: return "bool";
    case json::kind::int64:
    case json::kind::uint64: return "int";
    case json::kind::double_: return "float64";
    case json::kind::string: return "string";
    case json::kind::array: return "[]interface {}";
    case json::kind::object: return "map[string]interface {}";
    }
    return "";
}

namespace template_functions {

using arguments = std::vector<json::value> const&;

MOCKER_DECL error fail(std::string text) { return error(errc::malformed, std::move(text)); }

MOCKER_DECL std::optional<double> number(json::value const& value) {
    if (value.is_int64()) return static_cast<double>(value.get_int64());
    if (value.is_uint64()) return static_cast<double>(value.get_uint64());
    if (value.is_double()) return value.get_double();
    return std::nullopt;
}

/// -1, 0 or 1; for bools only equality has a meaning.
MOCKER_DECL result<int> compare(json::value const& a, json::value const& b) {
    if (a.is_string() && b.is_string()) {
        int const order = a.get_string().compare(b.get_string());
        return order < 0 ? -1 : order > 0;
    }
    if (a.is_bool() && b.is_bool()) return static_cast<int>(a.get_bool()) - static_cast<int>(b.get_bool());
    if (a.is_int64() && b.is_int64()) return a.get_int64() < b.get_int64() ? -1 : a.get_int64() > b.get_int64();
    auto const x = number(a), y = number(b);
    if (x && y) return *x < *y ? -1 : *x > *y;
    return fail("incompatible types for comparison");
}

MOCKER_DECL result<json::value> equal(arguments a) {
    if (a.size() < 2) return fail("missing argument for comparison");
    for (std::size_t i = 1; i < a.size(); ++i) {
        if (a[0].is_null() || a[i].is_null()) {
            if (a[0].is_null() && a[i].is_null()) return json::value(true);
            continue;
        }
        MOCKER_TRY_RETURN(order, compare(a[0], a[i]));
        if (order == 0) return json::value(true);
    }
    return json::value(false);
}

MOCKER_DECL result<json::value> order(std::string_view name, arguments a) {
    if (a.size() != 2)
        return fail("wrong number of args for " + std::string(name) + ": want 2 got " + std::to_string(a.size()));
    if (a[0].is_bool() || a[1].is_bool()) return fail("invalid type for comparison");
    MOCKER_TRY_RETURN(order, compare(a[0], a[1]));
    return json::value(name == "lt" ? order < 0 : name == "le" ? order <= 0 : name == "gt" ? order > 0 : order >= 0);
}

MOCKER_DECL result<json::value> index(arguments a) {
    json::value const* at = &a[0];
    for (std::size_t i = 1; i < a.size(); ++i) {
        if (at->is_null()) return fail("index of untyped nil");
        if (auto const* object = at->if_object()) {
            if (!a[i].is_string())
                return fail("value has type " + std::string(template_type_name(a[i])) + "; should be string");
            auto const* found = object->if_contains(a[i].get_string());
            if (found) {
                at = found;
                continue;
            }
            bool const strings =
                std::all_of(object->begin(), object->end(), [](auto const& m) { return m.value().is_string(); });
            if (i + 1 < a.size()) return fail("index of untyped nil");
            return strings ? json::value("") : json::value();
        }
        auto const* array = at->if_array();
        if (!array) return fail("can't index item of type " + std::string(template_type_name(*at)));
        if (!a[i].is_int64())
            return fail("cannot index slice/array with type " + std::string(template_type_name(a[i])));
        auto const position = a[i].get_int64();
        if (position < 0 || static_cast<std::size_t>(position) >= array->size())
            return fail("index out of range: " + std::to_string(position));
        at = &(*array)[static_cast<std::size_t>(position)];
    }
    return *at;
}

MOCKER_DECL result<json::value> slice(arguments a) {
    auto const* text = a[0].if_string();
    auto const* array = a[0].if_array();
    if (!text && !array) return fail("can't slice item of type " + std::string(template_type_name(a[0])));
    auto const size = static_cast<std::int64_t>(text ? text->size() : array->size());
    std::int64_t bounds[2] = {0, size};
    if (a.size() > 3) return fail("too many slice indexes: " + std::to_string(a.size() - 1));
    for (std::size_t i = 1; i < a.size(); ++i) {
        if (!a[i].is_int64())
            return fail("cannot index slice/array with type " + std::string(template_type_name(a[i])));
        bounds[i - 1] = a[i].get_int64();
        if (bounds[i - 1] < 0 || bounds[i - 1] > size)
            return fail("index out of range: " + std::to_string(bounds[i - 1]));
    }
    if (bounds[0] > bounds[1])
        return fail("invalid slice index: " + std::to_string(bounds[0]) + " > " + std::to_string(bounds[1]));
    auto const from = static_cast<std::size_t>(bounds[0]), count = static_cast<std::size_t>(bounds[1] - bounds[0]);
    if (text) return json::value(std::string_view(*text).substr(from, count));
    json::array out;
    for (std::size_t i = 0; i < count; ++i) out.push_back((*array)[from + i]);
    return json::value(std::move(out));
}

MOCKER_DECL result<json::value> length(json::value const& value) {
    if (auto const* text = value.if_string()) return json::value(static_cast<std::int64_t>(text->size()));
    if (auto const* array = value.if_array()) return json::value(static_cast<std::int64_t>(array->size()));
    if (auto const* object = value.if_object()) return json::value(static_cast<std::int64_t>(object->size()));
    if (value.is_null()) return fail("len of nil pointer");
    return fail("len of type " + std::string(template_type_name(value)));
}

/// Go's `fmt.Sprint`: spaces between operands when neither is a string.
MOCKER_DECL std::string sprint(arguments a) {
    std::string out;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (i > 0 && !a[i - 1].is_string() && !a[i].is_string()) out += ' ';
        out += a[i].is_null() ? "<nil>" : template_print(a[i]);
    }
    return out;
}

MOCKER_DECL std::string sprintln(arguments a) {
    std::string out;
    for (auto const& value : a)
        (out += &value == a.data() ? "" : " ") += value.is_null() ? "<nil>" : template_print(value);
    return out + '\n';
}

MOCKER_DECL std::string escape(std::string_view name, std::string const& text) {
    constexpr char hex[] = "0123456789ABCDEF";
    std::string out;
    for (char const c : text) {
        if (name == "html") {
            if (c == '<')
                out += "&lt;";
            else if (c == '>')
                out += "&gt;";
            else if (c == '&')
                out += "&amp;";
            else if (c == '"')
                out += "&#34;";
            else if (c == '\'')
                out += "&#39;";
            else
                out += c;
        } else if (name == "js") {
            if (c == '\\' || c == '\'' || c == '"')
                (out += '\\') += c;
            else if (c == '\n')
                out += "\\n";
            else if (c == '<' || c == '>' || c == '&' || c == '=') {
                out += "\\u00";
                out += hex[static_cast<unsigned char>(c) >> 4];
                out += hex[c & 15];
            } else
                out += c;
        } else if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.' || c == '~')
            out += c;
        else if (c == ' ')
            out += '+';
        else {
            out += '%';
            out += hex[static_cast<unsigned char>(c) >> 4];
            out += hex[c & 15];
        }
    }
    return out;
}

MOCKER_DECL std::string change_case(std::string_view name, std::string text) {
    bool word_start = true;
    for (auto& c : text) {
        auto const u = static_cast<unsigned char>(c);
        if (name == "lower")
            c = static_cast<char>(std::tolower(u));
        else if (name == "upper" || word_start)
            c = static_cast<char>(std::toupper(u));
        word_start = !std::isalnum(u) && u != '_' && u != '\'' && u < 0x80;
    }
    return text;
}

MOCKER_DECL result<json::value> split(arguments a) {
    std::string_view text = a[0].get_string(), separator = a[1].get_string();
    json::array out;
    while (!separator.empty()) {
        auto const at = text.find(separator);
        if (at == std::string_view::npos) break;
        out.emplace_back(text.substr(0, at));
        text.remove_prefix(at + separator.size());
    }
    out.emplace_back(text);
    return json::value(std::move(out));
}

MOCKER_DECL result<json::value> join(arguments a) {
    std::string out;
    for (auto const& part : a[0].get_array()) {
        if (&part != a[0].get_array().data()) out += a[1].get_string();
        out += template_print(part);
    }
    return json::value(out);
}

} // namespace template_functions

MOCKER_DECL result<json::value> call_template_function(std::string_view name, std::vector<json::value> const& a) {
    using namespace template_functions;
    auto const wrong_count = [&](std::size_t wanted, bool at_least = false) -> std::optional<error> {
        if (at_least ? a.size() >= wanted : a.size() == wanted) return std::nullopt;
        return fail("wrong number of args for " + std::string(name) + ": want " + (at_least ? "at least " : "") +
                    std::to_string(wanted) + " got " + std::to_string(a.size()));
    };
    auto const is_text = [&](std::size_t i) -> std::optional<error> {
        if (a[i].is_string()) return std::nullopt;
        return fail("wrong type for value; expected string; got " + std::string(template_type_name(a[i])));
    };
    if (name == "print") return json::value(sprint(a));
    if (name == "println") return json::value(sprintln(a));
    if (name == "html" || name == "js" || name == "urlquery") return json::value(escape(name, sprint(a)));
    if (name == "eq") return equal(a);
    if (name == "ne") {
        if (auto wrong = wrong_count(2)) return *wrong;
        MOCKER_TRY_RETURN(same, equal(a));
        return json::value(!same.get_bool());
    }
    if (name == "lt" || name == "le" || name == "gt" || name == "ge") return order(name, a);
    if (name == "index" || name == "slice" || name == "printf")
        if (auto wrong = wrong_count(1, true)) return *wrong;
    if (name == "index") return index(a);
    if (name == "slice") return slice(a);
    if (name == "split" || name == "join" || name == "truncate")
        if (auto wrong = wrong_count(2)) return *wrong;
    if (name == "pad")
        if (auto wrong = wrong_count(3)) return *wrong;
    if (name == "not" || name == "len" || name == "json" || name == "title" || name == "lower" || name == "upper")
        if (auto wrong = wrong_count(1)) return *wrong;
    if (name == "not") return json::value(!template_truth(a[0]));
    if (name == "len") return length(a[0]);
    if (name == "json") return json::value(to_go_json(a[0]));
    if (name == "join") {
        if (a[0].is_null()) return json::value("");
        if (!a[0].is_array())
            return fail("wrong type for value; expected []string; got " + std::string(template_type_name(a[0])));
        if (auto wrong = is_text(1)) return *wrong;
        return join(a);
    }
    if (auto wrong = is_text(0)) return *wrong;
    auto const text = std::string(a[0].get_string());
    if (name == "printf") return json::value(template_printf(a));
    if (name == "split") {
        if (auto wrong = is_text(1)) return *wrong;
        return split(a);
    }
    if (name == "truncate") {
        if (!a[1].is_int64() || a[1].get_int64() < 0) return fail("expected integer");
        return json::value(std::string_view(text).substr(0, static_cast<std::size_t>(a[1].get_int64())));
    }
    if (name == "pad") {
        if (!a[1].is_int64() || !a[2].is_int64()) return fail("expected integer");
        auto const spaces = [](std::int64_t n) {
            return std::string(static_cast<std::size_t>(std::clamp<std::int64_t>(n, 0, 10000)), ' ');
        };
        return json::value(text.empty() ? text : spaces(a[1].get_int64()) + text + spaces(a[2].get_int64()));
    }
    return json::value(change_case(name, text));
}

} // namespace mocker::detail

#endif
