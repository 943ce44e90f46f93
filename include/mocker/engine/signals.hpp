#ifndef MOCKER_ENGINE_SIGNALS_HPP
#define MOCKER_ENGINE_SIGNALS_HPP

#include <mocker/core/error.hpp>

#include <string_view>

namespace mocker::engine {

/** The number of a signal as users write it: `9`, `KILL`, `sigterm`, `SIGRTMIN+3`.
    @par Errors errc::malformed, "invalid signal: X".
    @see signal(7) */
MOCKER_DECL result<int> parse_signal(std::string_view text);

} // namespace mocker::engine

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/engine/impl/signals.ipp>
#endif
#endif
