#ifndef MOCKER_RUNTIME_IMPL_FAILURE_IPP
#define MOCKER_RUNTIME_IMPL_FAILURE_IPP

#include <mocker/runtime/failure.hpp>
#include <mocker/runtime/plan.hpp>

#include <cctype>
#include <cerrno>
#include <cstring>

namespace mocker::runtime {
namespace detail {

/// The error text as Go has it: `permission denied`.
MOCKER_DECL std::string errno_text(int number) {
    auto text = error_code(number, boost::system::system_category()).message();
    if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    return text;
}

MOCKER_DECL std::string execute_text(launch_failure const& f) {
    auto const quoted = "exec: \"" + f.about + "\": ";
    switch (f.detail) {
    case shim::execute_detail::in_path: return quoted + "executable file not found in $PATH";
    case shim::execute_detail::is_directory: return quoted + "is a directory";
    case shim::execute_detail::interpreter_missing: return "exec " + f.about + ": no such file or directory";
    case shim::execute_detail::none: break;
    }
    if (f.error_number == ENOENT || f.error_number == ENOTDIR)
        return quoted + "stat " + f.about + ": " + errno_text(f.error_number);
    if (f.error_number == ENOEXEC) return "exec " + f.about + ": exec format error";
    return quoted + errno_text(f.error_number);
}

MOCKER_DECL std::string step_text(launch_failure const& f) {
    auto const why = errno_text(f.error_number);
    switch (f.at) {
    case plan::op::execute: return execute_text(f);
    case plan::op::working_directory: return "chdir to cwd (\"" + f.about + "\") set in config.json failed: " + why;
    case plan::op::mount:
    case plan::op::bind: return "error mounting to rootfs at \"" + f.about + "\": " + why;
    case plan::op::make_cgroup:
    case plan::op::write_file: return "unable to apply cgroup configuration: failed to write " + f.about + ": " + why;
    case plan::op::gate: return "container init was killed before it could start";
    default: break;
    }
    auto const step = f.at == plan::op::none ? std::string("launch") : std::string(op_name(f.at));
    return step + (f.about.empty() ? "" : " " + f.about) + ": " + why;
}

MOCKER_DECL errc launch_errc(launch_failure const& f) {
    if (f.at != plan::op::execute) return errc::internal;
    if (f.detail == shim::execute_detail::in_path || f.detail == shim::execute_detail::interpreter_missing)
        return errc::command_not_found;
    return f.error_number == ENOENT || f.error_number == ENOTDIR ? errc::command_not_found
                                                                 : errc::command_not_executable;
}

} // namespace detail

MOCKER_DECL error launch_error(launch_failure const& failure, bool exec) {
    auto const text = detail::step_text(failure);
    if (exec)
        return error(detail::launch_errc(failure),
                     "OCI runtime exec failed: exec failed: unable to start container process: " + text + ": unknown");
    return error(
        detail::launch_errc(failure),
        "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create "
        "failed: unable to start container process: error during container init: " +
            text + ": unknown");
}

} // namespace mocker::runtime

#endif
