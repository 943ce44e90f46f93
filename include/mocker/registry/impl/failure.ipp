#ifndef MOCKER_REGISTRY_IMPL_FAILURE_IPP
#define MOCKER_REGISTRY_IMPL_FAILURE_IPP

#include <mocker/core/error_table.hpp>
#include <mocker/core/json.hpp>
#include <mocker/registry/failure.hpp>

#include <boost/beast/http/status.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <cstddef>
#include <initializer_list>

namespace mocker::registry {
namespace detail {

inline constexpr std::size_t failure_text_limit = 1024;

/// @p text fit for one line of a terminal.
MOCKER_DECL std::string printable(std::string_view text) {
    std::size_t size = std::min(text.size(), failure_text_limit);
    while (size < text.size() && size > 0 && (text[size] & 0xc0) == 0x80) --size; // not within a UTF-8 sequence
    std::string out(text.substr(0, size));
    for (char& c : out)
        if (static_cast<unsigned char>(c) < 32 || c == 127) c = ' ';
    return out;
}

MOCKER_DECL std::string text_member(json::object const& object, std::string_view name) {
    auto const* value = object.if_contains(name);
    auto const* text = value ? value->if_string() : nullptr;
    return text ? printable(*text) : std::string();
}

/// Code and message of an error document of the specification, or of the token servers that only have details.
MOCKER_DECL bool read_error_document(std::string_view body, failure& into) {
    auto const document = parse_json(body, 32);
    auto const* object = document ? document->if_object() : nullptr;
    if (!object) return false;
    auto const* errors = object->if_contains("errors");
    auto const* list = errors ? errors->if_array() : nullptr;
    auto const* first = list && !list->empty() ? list->front().if_object() : nullptr;
    if (first) {
        into.code = text_member(*first, "code");
        into.message = text_member(*first, "message");
    } else {
        into.message = text_member(*object, "details");
    }
    return !into.code.empty() || !into.message.empty();
}

/// What a status means to which no document says more.
MOCKER_DECL void explain_status(failure& f, std::string_view missing) {
    if (!f.code.empty()) return;
    switch (f.status) {
    case 401: f.code = "UNAUTHORIZED"; break;
    case 403: f.code = "DENIED"; break;
    case 404: f.code = missing; break;
    case 429: f.code = "TOOMANYREQUESTS"; break;
    default: break;
    }
}

MOCKER_DECL std::string default_message(std::string_view code) {
    if (code == "UNAUTHORIZED") return "authentication required";
    if (code == "DENIED") return "requested access to the resource is denied";
    if (code == "MANIFEST_UNKNOWN") return "manifest unknown";
    if (code == "NAME_UNKNOWN") return "repository name not known to registry";
    if (code == "BLOB_UNKNOWN") return "blob unknown to registry";
    if (code == "TOOMANYREQUESTS") return "too many requests";
    return {};
}

MOCKER_DECL bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) noexcept {
    for (auto const candidate : words)
        if (word == candidate) return true;
    return false;
}

} // namespace detail

MOCKER_DECL failure parse_failure(unsigned status, std::string_view body, std::string_view missing) {
    failure out;
    out.status = status;
    detail::read_error_document(body, out);
    detail::explain_status(out, missing);
    if (out.message.empty()) out.message = detail::default_message(out.code);
    return out;
}

MOCKER_DECL std::string failure::text() const {
    if (code.empty() && message.empty())
        return "received unexpected HTTP status: " + std::to_string(status) + " " +
               std::string(boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status)));
    std::string words = code.empty() ? "unknown" : code;
    for (char& c : words) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (c == '_') c = ' ';
    }
    return words + ": " + message;
}

MOCKER_DECL bool failure::transient() const noexcept {
    return status == 408 || status == 500 || status == 502 || status == 503 || status == 504 ||
           (status == 429 && retry_after.has_value());
}

MOCKER_DECL std::optional<std::chrono::seconds> parse_retry_after(std::string_view header) noexcept {
    if (header.empty() || header.size() > 6) return std::nullopt;
    int seconds = 0;
    for (char const c : header) {
        if (c < '0' || c > '9') return std::nullopt;
        seconds = seconds * 10 + (c - '0');
    }
    return std::chrono::seconds(seconds);
}

MOCKER_DECL error pull_error(failure const& what, oci::reference const& name) {
    if (detail::is_one_of(what.code, {"DENIED", "UNAUTHORIZED"}))
        return {errc::not_found, "pull access denied for " + name.familiar_name() +
                                     ", repository does not exist or may require 'docker login': " + what.text()};
    if (what.code == "MANIFEST_UNKNOWN")
        return {errc::not_found, "manifest for " + name.familiar() + " not found: " + what.text()};
    if (what.code == "NAME_UNKNOWN")
        return {errc::not_found, "repository " + name.familiar_name() + " not found: " + what.text()};
    if (what.code == "BLOB_UNKNOWN") return {errc::not_found, "unknown blob"};
    auto const kind = what.status == 429 ? errc::internal : errc_from_http_status(what.status);
    return {kind == errc::unavailable ? errc::internal : kind, what.text()};
}

} // namespace mocker::registry

#endif
