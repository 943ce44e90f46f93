#ifndef MOCKER_CLI_HELP_HPP
#define MOCKER_CLI_HELP_HPP

#include <mocker/cli/command.hpp>
#include <mocker/cli/flag_set.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace mocker::cli {

/// The name of @p entry as help shows it when it was called @p typed: `container list` is `container ls`.
MOCKER_DECL std::string shown_name(command_entry const& entry, std::string_view typed);

/// `mocker run [OPTIONS] IMAGE ...`.
MOCKER_DECL std::string use_line(command_entry const& entry, std::string_view shown);

/// The help of a command. @param columns of the terminal.
MOCKER_DECL std::string command_help(command_entry const& entry, std::string_view shown, flag_set const& flags,
                                     std::size_t columns);

/// The help of `container` and its like.
MOCKER_DECL std::string group_help(std::string_view group);
/// What a group is for; empty if there is none of that name.
MOCKER_DECL std::string_view group_summary(std::string_view group);

/// The help of the program. @param flags those before the command.
MOCKER_DECL std::string program_help(flag_set const& flags, std::size_t columns);

/// Whether @p count arguments are too few or too many, in docker's words with the usage; empty if not.
MOCKER_DECL std::string argument_error(command_entry const& entry, std::string_view shown, std::size_t count);

/// What follows the text of an error in the flags.
MOCKER_DECL std::string usage_hint(std::string_view use, std::string_view shown);

} // namespace mocker::cli

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/cli/impl/help.ipp>
#endif
#endif
