#ifndef MOCKER_LINUX_CLONE_HPP
#define MOCKER_LINUX_CLONE_HPP

#include <mocker/core/error.hpp>
#include <mocker/core/unique_fd.hpp>

#include <string>
#include <vector>

namespace mocker::linux_ {

/** Opens a program for @ref start_daemon. Where the kernel allows, by way of a read-only mount that only this descriptor
    holds: a process that the program starts, and that finds it as /proc/PID/exe, cannot write to it (CVE-2019-5736). */
MOCKER_DECL result<unique_fd> open_program(std::string const& path);

/** Starts a program that is nobody's child: leader of a session of its own, adopted by the init of the system.

    It gets @p descriptors as 3, 4 and so on, and what is open here without close-on-exec. Our memory is shared until it
    executes, so nothing is copied. Returns once it executes.
    @param program from @ref open_program
    @par Errors the `errno` of clone(2) or execveat(2). */
MOCKER_DECL result<> start_daemon(unique_fd const& program, std::vector<std::string> const& arguments,
                                  std::vector<int> const& descriptors);

} // namespace mocker::linux_

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/linux/impl/clone.ipp>
#endif
#endif
