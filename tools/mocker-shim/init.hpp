/** @file
    The first process of a container, from its birth to the execution of its program. Only system calls: it is a copy of
    the shim that shares nothing with it but one socket. */
#ifndef MOCKER_SHIM_INIT_HPP
#define MOCKER_SHIM_INIT_HPP

#include "plan_view.hpp"

namespace shim {

/// What the first process gets from the shim.
struct init_fds {
    int sync = -1;                   ///< SOCK_SEQPACKET to the shim
    int target = -1;                 ///< pidfd of the process whose namespaces are entered
    int in = -1, out = -1, err = -1; ///< its standard streams; -1: a terminal, or for `in` /dev/null
};

/// The messages on the socket between the two; the first byte.
enum class sync_kind : char {
    host_ready = 'h', ///< shim: cgroups and network are there
    go = 'g',         ///< shim: execute
    terminal = 't',   ///< init: the terminal's master comes with it
    at_gate = 'r',    ///< init: ready
    executing = 'e',  ///< init: what follows is a failure or the end of the connection
    failed = 'f',     ///< init: @ref sync_failure and a name
};

struct sync_failure {
    char kind;
    char pad[3];
    uint32_t op;
    int32_t error;
    uint32_t extra;
};

/// Carries out the plan's steps. Never returns.
[[noreturn]] void run_init(plan_view view, init_fds fds);

} // namespace shim

#endif
