#ifndef MOCKER_HTTP_DETAIL_ERROR_BODY_HPP
#define MOCKER_HTTP_DETAIL_ERROR_BODY_HPP

#include <mocker/core/error.hpp>

#include <exception>
#include <string>
#include <string_view>

namespace mocker::http::detail {

/// `{"message":"..."}` and a line feed. Bytes that are not UTF-8 become U+FFFD.
MOCKER_DECL std::string error_body(std::string_view message);

/// The status for a request that could not be read.
MOCKER_DECL unsigned status_of_failure(error_code ec);
MOCKER_DECL std::string text_of_failure(error_code ec);

/// What an exception says about itself.
MOCKER_DECL std::string text_of_exception(std::exception_ptr const& thrown);

} // namespace mocker::http::detail

#endif
