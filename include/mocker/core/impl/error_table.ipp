#ifndef MOCKER_CORE_IMPL_ERROR_TABLE_IPP
#define MOCKER_CORE_IMPL_ERROR_TABLE_IPP

#include <mocker/core/error_table.hpp>

namespace mocker {

MOCKER_DECL unsigned http_status(error const& e) noexcept {
    if (e.code().category() != engine_category()) return 500;
    switch (static_cast<errc>(e.code().value())) {
    case errc::not_modified: return 304;
    case errc::malformed:
    case errc::command_not_found:
    case errc::command_not_executable: return 400;
    case errc::unauthorized: return 401;
    case errc::forbidden: return 403;
    case errc::not_found: return 404;
    case errc::conflict: return 409;
    case errc::too_large: return 413;
    case errc::unsupported: return 501;
    case errc::unavailable: return 503;
    case errc::digest_mismatch:
    case errc::internal: return 500;
    }
    return 500;
}

MOCKER_DECL errc errc_from_http_status(unsigned status) noexcept {
    switch (status) {
    case 304: return errc::not_modified;
    case 400: return errc::malformed;
    case 401: return errc::unauthorized;
    case 403: return errc::forbidden;
    case 404: return errc::not_found;
    case 409: return errc::conflict;
    case 413: return errc::too_large;
    case 501: return errc::unsupported;
    case 503: return errc::unavailable;
    default: return errc::internal;
    }
}

} // namespace mocker

#endif
