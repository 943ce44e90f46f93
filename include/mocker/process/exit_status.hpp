#ifndef MOCKER_PROCESS_EXIT_STATUS_HPP
#define MOCKER_PROCESS_EXIT_STATUS_HPP

#include <mocker/config.hpp>

#include <string>

namespace mocker::process {

/// How a process ended: by itself with a code, or by a signal.
struct exit_status {
    int code = 0;   ///< what it gave to `exit`, 0 to 255; 0 if a signal ended it
    int signal = 0; ///< the signal that ended it, or 0

    /// True if it ended by itself with code 0.
    bool ok() const noexcept { return code == 0 && signal == 0; }

    /// One number as shells and docker write it: the code, or 128 plus the signal.
    int shell_status() const noexcept { return signal != 0 ? 128 + signal : code; }

    /// `exit status 3` or `signal: Killed`.
    MOCKER_DECL std::string describe() const;

    friend bool operator==(exit_status const&, exit_status const&) = default;
};

} // namespace mocker::process

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/process/impl/exit_status.ipp>
#endif
#endif
