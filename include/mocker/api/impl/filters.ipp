#ifndef MOCKER_API_IMPL_FILTERS_IPP
#define MOCKER_API_IMPL_FILTERS_IPP

#include <mocker/api/filters.hpp>

#include <mocker/core/json.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <regex>

namespace mocker::api {
namespace detail {

/// The values of one key, in either encoding.
MOCKER_DECL std::optional<std::vector<std::string>> filter_values(json::value const& given) {
    std::vector<std::string> values;
    if (auto const* list = given.if_array()) {
        for (auto const& item : *list) {
            if (item.is_string()) values.emplace_back(item.get_string());
            else if (item.is_bool()) values.emplace_back(item.get_bool() ? "true" : "false");
            else return std::nullopt;
        }
        return values;
    }
    auto const* set = given.if_object();
    if (!set) return std::nullopt;
    for (auto const& [value, wanted] : *set) {
        if (!wanted.is_bool()) return std::nullopt;
        if (wanted.get_bool()) values.emplace_back(value);
    }
    return values;
}

} // namespace detail

MOCKER_DECL result<filters> filters::parse(std::string_view text, std::initializer_list<std::string_view> accepted) {
    filters parsed;
    if (text.empty()) return parsed;
    auto const document = parse_json(text, 4);
    if (!document || !document->is_object()) return error(errc::malformed, "invalid filter");
    for (auto const& [key, given] : document->get_object()) {
        if (std::find(accepted.begin(), accepted.end(), std::string_view(key)) == accepted.end())
            return error(errc::malformed, "invalid filter '" + std::string(key) + "'");
        auto values = detail::filter_values(given);
        if (!values) return error(errc::malformed, "invalid filter");
        if (!values->empty()) parsed.values_.emplace(key, std::move(*values));
    }
    return parsed;
}

MOCKER_DECL std::vector<std::string> const& filters::values(std::string_view key) const {
    static std::vector<std::string> const none;
    auto const found = values_.find(key);
    return found == values_.end() ? none : found->second;
}

MOCKER_DECL bool filters::matches(std::string_view key, std::string_view value) const {
    auto const& wanted = values(key);
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

MOCKER_DECL bool filters::matches_expression(std::string_view key, std::string_view text) const {
    auto const& wanted = values(key);
    return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](std::string const& expression) {
        // std::regex backtracks: a name filter that is longer than any name is compared, not run.
        if (expression == text) return true;
        if (expression.size() > 256) return false;
        try {
            return std::regex_search(text.begin(), text.end(), std::regex(expression, std::regex::ECMAScript));
        } catch (std::regex_error const&) {
            return false;
        }
    });
}

MOCKER_DECL bool filters::matches_labels(std::map<std::string, std::string> const& labels) const {
    auto const& wanted = values("label");
    return std::all_of(wanted.begin(), wanted.end(), [&](std::string const& label) {
        auto const equals = label.find('=');
        auto const found = labels.find(label.substr(0, equals));
        return found != labels.end() && (equals == std::string::npos || found->second == label.substr(equals + 1));
    });
}

MOCKER_DECL result<std::optional<bool>> filters::flag(std::string_view key) const {
    auto const& given = values(key);
    if (given.empty()) return std::optional<bool>();
    auto const is = [&](char const* a, char const* b) {
        return std::find(given.begin(), given.end(), a) != given.end() || std::find(given.begin(), given.end(), b) != given.end();
    };
    bool const yes = is("1", "true"), no = is("0", "false");
    if (yes == no) return error(errc::malformed, "invalid filter '" + std::string(key) + "=[" + given.front() + "]'");
    return std::optional<bool>(yes);
}

} // namespace mocker::api

#endif
