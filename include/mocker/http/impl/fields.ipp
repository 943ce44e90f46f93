#ifndef MOCKER_HTTP_IMPL_FIELDS_IPP
#define MOCKER_HTTP_IMPL_FIELDS_IPP

#include <mocker/http/fields.hpp>

#include <algorithm>

namespace mocker::http {
namespace detail {

MOCKER_DECL char ascii_lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

MOCKER_DECL std::string_view trim_blanks(std::string_view text) noexcept {
    auto const first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

} // namespace detail

MOCKER_DECL bool iequals(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return detail::ascii_lower(x) == detail::ascii_lower(y); });
}

MOCKER_DECL bool list_contains(std::string_view list, std::string_view token) noexcept {
    while (!list.empty()) {
        auto const comma = list.find(',');
        if (iequals(detail::trim_blanks(list.substr(0, comma)), token)) return true;
        list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    }
    return false;
}

MOCKER_DECL std::string_view fields::operator[](std::string_view name) const noexcept {
    for (auto const& e : entries_)
        if (auto const f = view(e); iequals(f.name, name)) return f.value;
    return {};
}

MOCKER_DECL bool fields::contains(std::string_view name) const noexcept { return count(name) != 0; }

MOCKER_DECL std::size_t fields::count(std::string_view name) const noexcept {
    return static_cast<std::size_t>(
        std::count_if(entries_.begin(), entries_.end(), [&](entry const& e) { return iequals(view(e).name, name); }));
}

MOCKER_DECL void fields::add(std::string_view name, std::string_view value) {
    auto const at = text_.size();
    text_.append(name).append(value);
    std::replace_if(
        text_.begin() + static_cast<std::ptrdiff_t>(at), text_.end(),
        [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
    auto const small = [](std::size_t n) { return static_cast<std::uint32_t>(n); };
    entries_.push_back({small(at), small(name.size()), small(at + name.size()), small(value.size())});
}

MOCKER_DECL void fields::set(std::string_view name, std::string_view value) {
    erase(name);
    add(name, value);
}

MOCKER_DECL void fields::erase(std::string_view name) {
    std::erase_if(entries_, [&](entry const& e) { return iequals(view(e).name, name); });
    if (entries_.empty()) text_.clear();
}

MOCKER_DECL void fields::append_to(std::string& out) const {
    for (auto const& [name, value] : *this) out.append(name).append(": ").append(value).append("\r\n");
}

} // namespace mocker::http

#endif
