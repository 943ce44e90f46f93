#ifndef MOCKER_TYPES_IMPL_JSON_MAPPING_IPP
#define MOCKER_TYPES_IMPL_JSON_MAPPING_IPP

#include <mocker/types/json_mapping.hpp>

namespace mocker::types::detail {

MOCKER_DECL bool equal_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    for (std::size_t i = 0; i < a.size(); ++i)
        if (lower(a[i]) != lower(b[i])) return false;
    return true;
}

MOCKER_DECL json::value const* find_field(json::object const& object, std::string_view name) {
    if (auto const found = object.find(name); found != object.end()) return &found->value();
    for (auto const& member : object)
        if (equal_ignoring_case(member.key(), name)) return &member.value();
    return nullptr;
}

} // namespace mocker::types::detail

#endif
