#ifndef MOCKER_OCI_IMPL_REFERENCE_IPP
#define MOCKER_OCI_IMPL_REFERENCE_IPP

#include <mocker/oci/reference.hpp>

#include <algorithm>
#include <cstddef>

namespace mocker::oci {
namespace detail {

inline constexpr std::string_view default_domain = "docker.io";
inline constexpr std::string_view legacy_domain = "index.docker.io";
inline constexpr std::string_view official_prefix = "library/";
inline constexpr std::size_t repository_length_limit = 255;
inline constexpr std::size_t tag_length_limit = 128;
inline constexpr std::size_t digest_hex_minimum = 32;

inline constexpr bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
inline constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
inline constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
inline constexpr bool is_letter(char c) noexcept { return is_lower(c) || is_upper(c); }
inline constexpr bool is_hex(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
inline constexpr bool is_path_character(char c) noexcept { return is_lower(c) || is_digit(c); }
inline constexpr bool is_tag_character(char c) noexcept { return is_letter(c) || is_digit(c) || c == '_'; }

MOCKER_DECL bool has_upper_case(std::string_view text) noexcept { return std::ranges::any_of(text, is_upper); }

MOCKER_DECL error reference_error(std::string text) { return {errc::malformed, std::move(text)}; }
MOCKER_DECL error invalid_reference_format() { return reference_error("invalid reference format"); }

/// One label of a host name: letters, digits and inner hyphens.
MOCKER_DECL bool is_domain_component(std::string_view text) noexcept {
    if (text.empty() || text.front() == '-' || text.back() == '-') return false;
    return std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

/// `host[:port]`, where the host is a name, an IPv4 address or an IPv6 address in brackets.
MOCKER_DECL bool is_domain(std::string_view text) noexcept {
    auto const after_host = text.starts_with('[') ? text.find(']') : text.find(':');
    std::string_view host = text.substr(0, after_host);
    std::string_view rest = after_host == std::string_view::npos ? std::string_view() : text.substr(after_host);
    if (text.starts_with('[')) {
        if (rest.empty()) return false;
        host.remove_prefix(1);
        rest.remove_prefix(1);
        if (host.empty() || !std::ranges::all_of(host, [](char c) { return is_hex(c) || c == ':'; })) return false;
    } else {
        for (;;) {
            auto const dot = host.find('.');
            if (!is_domain_component(host.substr(0, dot))) return false;
            if (dot == std::string_view::npos) break;
            host.remove_prefix(dot + 1);
        }
    }
    if (rest.empty()) return true;
    rest.remove_prefix(1);
    return text[text.size() - rest.size() - 1] == ':' && !rest.empty() && std::ranges::all_of(rest, is_digit);
}

/// `alnum (separator alnum)*` where a separator is `.`, `_`, `__` or any number of hyphens.
MOCKER_DECL bool is_path_component(std::string_view text) noexcept {
    if (text.empty() || !is_path_character(text.front()) || !is_path_character(text.back())) return false;
    for (std::size_t i = 0; i < text.size();) {
        if (is_path_character(text[i])) {
            ++i;
            continue;
        }
        auto const end = std::find_if(text.begin() + static_cast<std::ptrdiff_t>(i), text.end(), is_path_character);
        auto const separator = text.substr(i, static_cast<std::size_t>(end - text.begin()) - i);
        bool const hyphens = std::ranges::all_of(separator, [](char c) { return c == '-'; });
        if (!hyphens && separator != "." && separator != "_" && separator != "__") return false;
        i += separator.size();
    }
    return true;
}

MOCKER_DECL bool is_repository_path(std::string_view text) noexcept {
    for (;;) {
        auto const slash = text.find('/');
        if (!is_path_component(text.substr(0, slash))) return false;
        if (slash == std::string_view::npos) return true;
        text.remove_prefix(slash + 1);
    }
}

/// The form of a digest within a reference; whether the algorithm is known is decided later.
MOCKER_DECL bool is_digest_form(std::string_view text) noexcept {
    auto const colon = text.find(':');
    if (colon == std::string_view::npos) return false;
    auto const hex = text.substr(colon + 1);
    if (hex.size() < digest_hex_minimum || !std::ranges::all_of(hex, is_hex)) return false;
    bool at_start = true;
    for (char const c : text.substr(0, colon)) {
        bool const separator = c == '+' || c == '.' || c == '-' || c == '_';
        if (at_start ? !is_letter(c) : !(is_letter(c) || is_digit(c) || separator)) return false;
        at_start = separator;
    }
    return !at_start;
}

struct split_name {
    std::string domain{};
    std::string remainder{};
};

/// Decides whether the first component is a registry: only if it cannot be the first part of a Docker Hub name.
MOCKER_DECL split_name split_domain(std::string_view text) {
    auto const slash = text.find('/');
    if (slash == std::string_view::npos)
        return {std::string(default_domain), std::string(official_prefix) + std::string(text)};
    auto const first = text.substr(0, slash);
    split_name out{std::string(default_domain), std::string(text)};
    if (first == legacy_domain) {
        out.remainder = text.substr(slash + 1);
    } else if (first == "localhost" || first.find_first_of(".:") != std::string_view::npos || has_upper_case(first)) {
        out = {std::string(first), std::string(text.substr(slash + 1))};
    }
    if (out.domain == default_domain && out.remainder.find('/') == std::string::npos)
        out.remainder.insert(0, official_prefix);
    return out;
}

/// Reads `path[:tag][@digest]` into @p ref, whose domain is known.
MOCKER_DECL result<reference> parse_remainder(std::string domain, std::string_view text) {
    reference ref{std::move(domain), {}, {}, {}};
    auto const at = text.find('@');
    auto const name = text.substr(0, at);
    auto const colon = name.find(':');
    ref.path = name.substr(0, colon);
    if (!is_domain(ref.domain) || !is_repository_path(ref.path)) return invalid_reference_format();
    if (colon != std::string_view::npos) {
        ref.tag = name.substr(colon + 1);
        if (!is_tag(ref.tag)) return invalid_reference_format();
    }
    if (at != std::string_view::npos && !is_digest_form(text.substr(at + 1))) return invalid_reference_format();
    if (ref.path.size() > repository_length_limit)
        return reference_error("repository name must not be more than 255 characters");
    if (at != std::string_view::npos) {
        MOCKER_TRY_RETURN(parsed, digest::parse(text.substr(at + 1)));
        ref.digest = std::move(parsed);
    }
    return ref;
}

} // namespace detail

MOCKER_DECL bool is_tag(std::string_view text) noexcept {
    if (text.empty() || text.size() > detail::tag_length_limit || !detail::is_tag_character(text.front())) return false;
    return std::ranges::all_of(text, [](char c) { return detail::is_tag_character(c) || c == '.' || c == '-'; });
}

MOCKER_DECL bool is_identifier(std::string_view text) noexcept {
    return text.size() == 64 &&
           std::ranges::all_of(text, [](char c) { return detail::is_digit(c) || (c >= 'a' && c <= 'f'); });
}

MOCKER_DECL result<reference> parse_reference_without_default(std::string_view text) {
    if (is_identifier(text))
        return detail::reference_error("invalid repository name (" + std::string(text) +
                                       "), cannot specify 64-byte hexadecimal strings");
    auto split = detail::split_domain(text);
    auto const remote = std::string_view(split.remainder).substr(0, split.remainder.find(':'));
    if (detail::has_upper_case(remote))
        return detail::reference_error("invalid reference format: repository name (" + std::string(remote) +
                                       ") must be lowercase");
    return detail::parse_remainder(std::move(split.domain), split.remainder);
}

MOCKER_DECL result<reference> parse_reference(std::string_view text) {
    MOCKER_TRY_RETURN(ref, parse_reference_without_default(text));
    if (ref.tag.empty() && !ref.digest) ref.tag = "latest";
    return std::move(ref);
}

MOCKER_DECL result<reference> with_tag(reference ref, std::string_view tag) {
    if (!is_tag(tag)) return detail::reference_error("invalid tag format");
    ref.tag = tag;
    ref.digest.reset();
    return ref;
}

MOCKER_DECL std::string reference::name() const { return domain + "/" + path; }

MOCKER_DECL std::string reference::familiar_name() const {
    if (domain != detail::default_domain) return name();
    auto const official = path.starts_with(detail::official_prefix);
    if (!official || path.find('/', detail::official_prefix.size()) != std::string::npos) return path;
    return path.substr(detail::official_prefix.size());
}

MOCKER_DECL std::string reference::text() const {
    return name() + (tag.empty() ? "" : ":" + tag) + (digest ? "@" + digest->text() : "");
}

MOCKER_DECL std::string reference::familiar() const {
    return familiar_name() + (tag.empty() ? "" : ":" + tag) + (digest ? "@" + digest->text() : "");
}

MOCKER_DECL std::string reference::version() const { return digest ? digest->text() : tag; }

} // namespace mocker::oci

#endif
