#ifndef MOCKER_OCI_DETAIL_DOCUMENT_HPP
#define MOCKER_OCI_DETAIL_DOCUMENT_HPP

#include <mocker/oci/detail/fields.hpp>

#include <string>
#include <string_view>

namespace mocker::oci::detail {

/// Parses the text of a whole document, whose size is limited. @p what names it in errors.
MOCKER_DECL result<json::value> parse_document(std::string_view text, std::string_view what);

/// Refuses schema 1 of Docker's manifests, of which Docker has no reader any more.
MOCKER_DECL result<> check_schema(json::value const& document);

/// The media type of a document: its own word, else the transport's where it is an expected one, else @p fallback.
MOCKER_DECL std::string document_type(fields& from, std::string_view transport,
                                      bool (*expected)(std::string_view) noexcept, std::string_view fallback);

} // namespace mocker::oci::detail

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/oci/impl/document.ipp>
#endif
#endif
