#ifndef MOCKER_CLI_APPLICATION_HPP
#define MOCKER_CLI_APPLICATION_HPP

#include <mocker/config.hpp>

#include <string>
#include <vector>

namespace mocker::cli {

/** The program `mocker`: parses @p arguments (without the program's name), runs the command on a loop of its own, and
   gives the exit status. */
MOCKER_DECL int run_application(std::vector<std::string> const& arguments);

} // namespace mocker::cli

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/cli/impl/application.ipp>
#endif
#endif
