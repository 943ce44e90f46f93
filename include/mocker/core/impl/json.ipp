#ifndef MOCKER_CORE_IMPL_JSON_IPP
#define MOCKER_CORE_IMPL_JSON_IPP

#include <mocker/core/json.hpp>

#include <boost/json/parser.hpp>

#include <algorithm>

namespace mocker {

MOCKER_DECL result<json::value> parse_json(std::string_view text, std::size_t depth_limit) {
    json::parse_options options;
    options.max_depth = depth_limit;
    json::parser parser({}, options);
    boost::system::error_code failed;
    auto used = parser.write_some(text.data(), text.size(), failed);
    if (!failed && text.find_first_not_of(" \t\r\n", used) != std::string_view::npos) failed = json::error::extra_data;
    if (!failed) return parser.release();
    auto const before = text.substr(0, std::min(used, text.size()));
    auto const line = 1 + std::count(before.begin(), before.end(), '\n');
    auto const column = used - (before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1) + 1;
    return error(errc::malformed, "invalid JSON at line " + std::to_string(line) + ", column " + std::to_string(column) + ": " +
                                      failed.message());
}

MOCKER_DECL std::string_view json_kind_name(json::value const& value) noexcept {
    switch (value.kind()) {
    case json::kind::null: return "null";
    case json::kind::bool_: return "bool";
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_: return "number";
    case json::kind::string: return "string";
    case json::kind::array: return "array";
    case json::kind::object: return "object";
    }
    return "value";
}

MOCKER_DECL error json_type_error(std::string_view field, std::string_view expected, json::value const& found) {
    return error(errc::malformed, "field " + std::string(field) + ": expected " + std::string(expected) + ", found " +
                                      std::string(json_kind_name(found)));
}

} // namespace mocker

#endif
