#ifndef MOCKER_CLI_ENGINE_STARTER_HPP
#define MOCKER_CLI_ENGINE_STARTER_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/cli/output.hpp>

#include <string>

namespace mocker::cli {

/** Starts `mockerd`, which lies beside this program, in a session of its own, and waits until it answers on @p socket.
   Says so once on @p err.
    @par Errors errc::unavailable with what is missing: the program, the rights, or why it ended at once. */
MOCKER_DECL awaitable<result<>> start_engine(asio::any_io_executor executor, std::string socket, output& err);

} // namespace mocker::cli

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/cli/impl/engine_starter.ipp>
#endif
#endif
