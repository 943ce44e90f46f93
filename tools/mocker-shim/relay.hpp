/** @file
    The shim's life beside its process: streams, log, clients and the end. */
#ifndef MOCKER_SHIM_RELAY_HPP
#define MOCKER_SHIM_RELAY_HPP

#include <mocker/runtime/shim_protocol.hpp>

#include <sys/types.h>

#include "plan_view.hpp"

namespace shim {

namespace protocol = mocker::runtime::shim;

/// What the relay takes over once the first process has been cloned.
struct relay_fds {
    int control = -1;  ///< the connection of the engine that started us
    int listener = -1; ///< shim.sock
    int state = -1;    ///< the state directory
    int process = -1;  ///< pidfd
    int sync = -1;     ///< to the first process
    int in = -1, out = -1, err = -1;
};

/// Serves until the process has ended and all its output is delivered. Returns the exit status of the shim.
int run_relay(plan_view view, relay_fds fds, pid_t pid);

/// Reports that there will be no process.
void send_failure(int control, step_failure const& failure);

/// Opens the log before anything can be written to it; 0 or minus an errno.
int open_log(char const* path);

} // namespace shim

#endif
