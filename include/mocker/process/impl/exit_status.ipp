#ifndef MOCKER_PROCESS_IMPL_EXIT_STATUS_IPP
#define MOCKER_PROCESS_IMPL_EXIT_STATUS_IPP

#include <mocker/process/exit_status.hpp>

#include <string.h>

namespace mocker::process {

MOCKER_DECL std::string exit_status::describe() const {
    if (signal == 0) return "exit status " + std::to_string(code);
    char const* const text = ::sigdescr_np(signal);
    return "signal: " + (text != nullptr ? std::string(text) : std::to_string(signal));
}

} // namespace mocker::process

#endif
