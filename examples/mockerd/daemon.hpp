#ifndef MOCKERD_DAEMON_HPP
#define MOCKERD_DAEMON_HPP

#include "options.hpp"

#include <mocker/async/awaitable.hpp>

#include <string_view>

namespace mockerd {

/// Writes one line to standard error, in logfmt as dockerd does.
void log(options const& o, std::string_view level, std::string_view message);

/** Opens the engine, serves its API on every host, and returns after SIGINT or SIGTERM. Containers run on.
    @par Errors what keeps the engine or a socket from being opened. */
mocker::awaitable<mocker::result<>> serve(options o);

} // namespace mockerd

#endif
