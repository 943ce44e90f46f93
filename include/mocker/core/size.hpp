#ifndef MOCKER_CORE_SIZE_HPP
#define MOCKER_CORE_SIZE_HPP

#include <mocker/core/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace mocker {

/// @p bytes for people, in powers of 1000 and @p digits significant digits, as Docker shows sizes: `4.26MB`, `0B`.
MOCKER_DECL std::string human_size(double bytes, int digits = 4);

/** Parses a number of bytes as Docker's options take them: `64m`, `1.5g`, `512`, `10kb`, powers of 1024.
    @par Errors errc::malformed, "invalid size: 'X'". */
MOCKER_DECL result<std::int64_t> parse_size(std::string_view text);

} // namespace mocker

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/core/impl/size.ipp>
#endif
#endif
