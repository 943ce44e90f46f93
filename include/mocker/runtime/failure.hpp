#ifndef MOCKER_RUNTIME_FAILURE_HPP
#define MOCKER_RUNTIME_FAILURE_HPP

#include <mocker/core/error.hpp>
#include <mocker/runtime/plan_format.hpp>
#include <mocker/runtime/shim_protocol.hpp>

#include <string>

namespace mocker::runtime {

/// What a shim reports when there will be no process.
struct launch_failure {
    plan::op at = plan::op::none;
    int error_number = 0;
    shim::execute_detail detail = shim::execute_detail::none;
    std::string about{}; ///< the path, file or program concerned
};

/** The error that users see, in the words of docker and runc: `... exec: "x": executable file not found in $PATH:
   unknown`.
    @param exec one more process in a container, rather than a container
    @return errc::command_not_found, errc::command_not_executable, or errc::internal for the other steps */
MOCKER_DECL error launch_error(launch_failure const& failure, bool exec);

} // namespace mocker::runtime

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/runtime/impl/failure.ipp>
#endif
#endif
