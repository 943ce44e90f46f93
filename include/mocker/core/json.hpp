#ifndef MOCKER_CORE_JSON_HPP
#define MOCKER_CORE_JSON_HPP

#include <mocker/core/error.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace mocker {

namespace json = boost::json;

/** Parses one JSON document (RFC 8259).
    @param depth_limit how many arrays and objects may nest.
    @par Errors errc::malformed: `invalid JSON at line 3, column 14: syntax error`. */
MOCKER_DECL result<json::value> parse_json(std::string_view text, std::size_t depth_limit = 64);

/// The name of the kind of @p value in an error text: `object`, `array`, `string`, `number`, `bool`, `null`.
MOCKER_DECL std::string_view json_kind_name(json::value const& value) noexcept;

/// errc::malformed: `field Config.Env: expected array, found string`.
MOCKER_DECL error json_type_error(std::string_view field, std::string_view expected, json::value const& found);

} // namespace mocker

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/core/impl/json.ipp>
#endif
#endif
