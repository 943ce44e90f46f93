#ifndef MOCKER_CORE_IMPL_GO_JSON_IPP
#define MOCKER_CORE_IMPL_GO_JSON_IPP

#include <mocker/core/go_template.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace mocker {
namespace detail {

MOCKER_DECL void append_go_json(std::string& out, json::value const& value) {
    if (auto const* array = value.if_array()) {
        out += '[';
        for (auto const& element : *array) {
            if (&element != array->data()) out += ',';
            append_go_json(out, element);
        }
        out += ']';
    } else if (auto const* object = value.if_object()) {
        out += '{';
        bool first = true;
        for (auto const& member : *object) {
            if (!std::exchange(first, false)) out += ',';
            out += json::serialize(json::string_view(member.key()));
            out += ':';
            append_go_json(out, member.value());
        }
        out += '}';
    } else {
        out += json::serialize(value);
    }
}

MOCKER_DECL void append_line(std::string& out, std::string_view indent, int level) {
    out += '\n';
    for (int i = 0; i < level; ++i) out += indent;
}

MOCKER_DECL void append_indented_json(std::string& out, json::value const& value, std::string_view indent, int level) {
    auto const* array = value.if_array();
    auto const* object = value.if_object();
    if (array && !array->empty()) {
        out += '[';
        for (auto const& element : *array) {
            if (&element != array->data()) out += ',';
            append_line(out, indent, level + 1);
            append_indented_json(out, element, indent, level + 1);
        }
        append_line(out, indent, level);
        out += ']';
    } else if (object && !object->empty()) {
        out += '{';
        bool first = true;
        for (auto const& member : *object) {
            if (!std::exchange(first, false)) out += ',';
            append_line(out, indent, level + 1);
            out += json::serialize(json::string_view(member.key())) + ": ";
            append_indented_json(out, member.value(), indent, level + 1);
        }
        append_line(out, indent, level);
        out += '}';
    } else {
        out += json::serialize(value);
    }
}

} // namespace detail

MOCKER_DECL std::string to_go_json(json::value const& value) {
    std::string out;
    detail::append_go_json(out, value);
    return out;
}

MOCKER_DECL std::string to_indented_json(json::value const& value, std::string_view indent) {
    std::string out;
    detail::append_indented_json(out, value, indent, 0);
    return out;
}

} // namespace mocker

#endif
