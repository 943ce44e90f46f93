#ifndef MOCKER_OCI_IMPL_DOCUMENT_IPP
#define MOCKER_OCI_IMPL_DOCUMENT_IPP

#include <mocker/oci/detail/document.hpp>
#include <mocker/oci/limits.hpp>
#include <mocker/oci/media_types.hpp>

namespace mocker::oci::detail {

MOCKER_DECL result<json::value> parse_document(std::string_view text, std::string_view what) {
    if (text.size() > document_size_limit)
        return error(errc::too_large, std::string(what) + ": " + std::to_string(text.size()) + " bytes, at most " +
                                          std::to_string(document_size_limit) + " are accepted");
    auto value = parse_json(text);
    if (!value) return value.error().within(what);
    return value;
}

MOCKER_DECL result<> check_schema(json::value const& document) {
    auto const* object = document.if_object();
    auto const* version = object ? object->if_contains("schemaVersion") : nullptr;
    if (!version || !version->is_int64() || version->get_int64() != 1) return {};
    return error(errc::unsupported,
                 "Docker Image Format v1 and Docker Image manifest version 2, schema 1 have been removed: "
                 "push the image again with a current tool");
}

MOCKER_DECL std::string document_type(fields& from, std::string_view transport,
                                      bool (*expected)(std::string_view) noexcept, std::string_view fallback) {
    auto own = from.text("mediaType");
    if (!own.empty()) {
        if (!expected(own)) from.fail("mediaType", "unexpected \"" + own + "\"");
        return own;
    }
    auto const said = bare_media_type(transport);
    return std::string(expected(said) ? said : fallback);
}

} // namespace mocker::oci::detail

#endif
