/** @file
    The steps of a plan that are done in the host's namespaces: cgroups and the host's end of the network. */
#ifndef MOCKER_SHIM_HOST_HPP
#define MOCKER_SHIM_HOST_HPP

#include <sys/types.h>

#include "plan_view.hpp"

namespace shim {

/// Carries out a section; @p init is the first process, 0 before there is one. Stops at the first failure.
step_failure run_host_steps(plan_view view, plan::section part, pid_t init);

/// Carries out the removal of what the other sections made; nothing that is gone already is a failure.
void run_cleanup(plan_view view);

/// True if the kernel killed something of the container for want of memory; @p file holds a line `oom_kill N`.
bool was_out_of_memory(char const* file);

} // namespace shim

#endif
