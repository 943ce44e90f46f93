/** @file
    The one table from a failure to what the outside sees of it. No API handler and no command picks a status by hand. */
#ifndef MOCKER_CORE_ERROR_TABLE_HPP
#define MOCKER_CORE_ERROR_TABLE_HPP

#include <mocker/core/error.hpp>

namespace mocker {

/// The HTTP status that the Engine API answers @p e with (RFC 9110; Engine API, "Errors").
MOCKER_DECL unsigned http_status(error const& e) noexcept;

/// The failure behind an HTTP @p status of an Engine API or a registry.
MOCKER_DECL errc errc_from_http_status(unsigned status) noexcept;

} // namespace mocker

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/core/impl/error_table.ipp>
#endif
#endif
