#ifndef MOCKER_OCI_IMPL_FIELDS_IPP
#define MOCKER_OCI_IMPL_FIELDS_IPP

#include <mocker/oci/detail/fields.hpp>

#include <limits>

namespace mocker::oci::detail {

MOCKER_DECL json::object const& empty_object() {
    static json::object const empty;
    return empty;
}

MOCKER_DECL json::array const& empty_array() {
    static json::array const empty;
    return empty;
}

MOCKER_DECL fields::fields(json::value const& value, std::string path, std::optional<error>& failure)
    : object_(value.if_object()), path_(std::move(path)), failure_(&failure) {
    if (object_) return;
    if (!failure) failure = json_type_error(path_.empty() ? "(document)" : path_, "object", value);
    object_ = &empty_object();
}

MOCKER_DECL std::string fields::path_of(std::string_view name) const {
    return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

MOCKER_DECL void fields::fail(std::string_view name, std::string what) {
    if (!*failure_) *failure_ = error(errc::malformed, "field " + path_of(name) + ": " + what);
}

MOCKER_DECL void fields::wrong_kind(std::string_view name, std::string_view expected, json::value const& found) {
    if (!*failure_) *failure_ = json_type_error(path_of(name), expected, found);
}

MOCKER_DECL json::value const* fields::find(std::string_view name, presence needed) {
    auto const* value = object_->if_contains(name);
    if (value && !value->is_null()) return value;
    if (needed == presence::required) fail(name, "is missing");
    return nullptr;
}

MOCKER_DECL bool fields::has(std::string_view name) const {
    auto const* value = object_->if_contains(name);
    return value && !value->is_null();
}

MOCKER_DECL std::string fields::text(std::string_view name, presence needed) {
    auto const* value = find(name, needed);
    if (!value) return {};
    if (auto const* text = value->if_string()) return std::string(*text);
    wrong_kind(name, "string", *value);
    return {};
}

MOCKER_DECL std::int64_t fields::integer(std::string_view name, std::int64_t least, std::int64_t most,
                                         presence needed) {
    auto const* value = find(name, needed);
    if (!value) return 0;
    if (!value->is_number()) {
        wrong_kind(name, "integer", *value);
        return 0;
    }
    auto const* number = value->if_int64();
    if (number && *number >= least && *number <= most) return *number;
    auto const most_text = most == std::numeric_limits<std::int64_t>::max() ? "2^63-1" : std::to_string(most);
    fail(name, "expected an integer from " + std::to_string(least) + " to " + most_text +
                   (number ? ", found " + std::to_string(*number) : ", found another number"));
    return 0;
}

MOCKER_DECL bool fields::boolean(std::string_view name) {
    auto const* value = find(name, presence::optional);
    if (!value) return false;
    if (auto const* truth = value->if_bool()) return *truth;
    wrong_kind(name, "bool", *value);
    return false;
}

MOCKER_DECL mocker::digest fields::digest(std::string_view name) {
    auto const value = text(name, presence::required);
    if (*failure_) return {};
    auto parsed = mocker::digest::parse(value);
    if (parsed) return std::move(*parsed);
    fail(name, parsed.error().message());
    return {};
}

MOCKER_DECL std::vector<std::string> fields::texts(std::string_view name) {
    std::vector<std::string> out;
    auto const& values = array(name, std::numeric_limits<std::size_t>::max());
    out.reserve(values.size());
    for (auto const& value : values) {
        auto const* text = value.if_string();
        if (!text) {
            wrong_kind(std::string(name) + "[" + std::to_string(out.size()) + "]", "string", value);
            return {};
        }
        out.emplace_back(*text);
    }
    return out;
}

MOCKER_DECL std::vector<std::string> fields::texts_or_text(std::string_view name) {
    auto const* value = find(name, presence::optional);
    if (value && value->is_string()) return {std::string(value->get_string())};
    return texts(name);
}

MOCKER_DECL std::map<std::string, std::string> fields::text_map(std::string_view name) {
    std::map<std::string, std::string> out;
    auto const nested = object(name);
    for (auto const& [key, value] : *nested.object_) {
        auto const* text = value.if_string();
        if (text) out.emplace(key, *text);
        if (!text && !value.is_null()) wrong_kind(std::string(name) + "." + std::string(key), "string", value);
    }
    return out;
}

MOCKER_DECL std::vector<std::string> fields::keys(std::string_view name) {
    std::vector<std::string> out;
    auto const nested = object(name);
    for (auto const& member : *nested.object_) out.emplace_back(member.key());
    return out;
}

MOCKER_DECL json::array const& fields::array(std::string_view name, std::size_t limit, presence needed) {
    auto const* value = find(name, needed);
    if (!value) return empty_array();
    auto const* elements = value->if_array();
    if (!elements) {
        wrong_kind(name, "array", *value);
        return empty_array();
    }
    if (elements->size() <= limit) return *elements;
    fail(name, std::to_string(elements->size()) + " elements, at most " + std::to_string(limit) + " are supported");
    return empty_array();
}

MOCKER_DECL fields fields::object(std::string_view name, presence needed) {
    static json::value const none(json::object_kind);
    auto const* value = find(name, needed);
    return fields(value ? *value : none, path_of(name), *failure_);
}

MOCKER_DECL fields fields::element(std::string_view name, std::size_t index, json::value const& value) {
    return fields(value, path_of(name) + "[" + std::to_string(index) + "]", *failure_);
}

MOCKER_DECL json::array to_json(std::vector<std::string> const& texts) {
    json::array out;
    out.reserve(texts.size());
    for (auto const& text : texts) out.emplace_back(text);
    return out;
}

MOCKER_DECL json::object to_json(std::map<std::string, std::string> const& texts) {
    json::object out;
    for (auto const& [key, value] : texts) out.emplace(key, value);
    return out;
}

} // namespace mocker::oci::detail

#endif
