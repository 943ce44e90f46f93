#ifndef MOCKER_CLI_INSPECT_USAGE_HPP
#define MOCKER_CLI_INSPECT_USAGE_HPP

#include <mocker/config.hpp>

#include <string_view>

namespace mocker::cli::detail {

/// The key in the API's JSON of a field that has another name in Docker's Go structs, and so in its templates.
MOCKER_DECL std::string_view key_of_field(std::string_view name);

/// The help of `--format` of commands that show whole objects.
inline constexpr char const* inspect_format_usage =
    "Format output using a custom template:\n'json':             Print in JSON format\n"
    "'TEMPLATE':         Print output using the given Go template.\n"
    "Refer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates";

} // namespace mocker::cli::detail

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/cli/impl/commands_inspect.ipp>
#endif
#endif
