#ifndef MOCKER_CLI_INSPECT_USAGE_HPP
#define MOCKER_CLI_INSPECT_USAGE_HPP

namespace mocker::cli::detail {

/// The help of `--format` of commands that show whole objects.
inline constexpr char const* inspect_format_usage =
    "Format output using a custom template:\n'json':             Print in JSON format\n"
    "'TEMPLATE':         Print output using the given Go template.\n"
    "Refer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates";

} // namespace mocker::cli::detail

#endif
