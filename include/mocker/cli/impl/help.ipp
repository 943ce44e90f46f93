#ifndef MOCKER_CLI_IMPL_HELP_IPP
#define MOCKER_CLI_IMPL_HELP_IPP

#include <mocker/cli/help.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace mocker::cli {
namespace detail {

/// The part of a name before its blank, or nothing.
MOCKER_DECL std::string_view group_of(std::string_view name) {
    auto const blank = name.find(' ');
    return blank == std::string_view::npos ? std::string_view() : name.substr(0, blank);
}

MOCKER_DECL std::string summary_lines(std::vector<std::pair<std::string, std::string_view>> const& commands) {
    std::string out;
    for (auto const& [name, summary] : commands)
        out += "  " + name + std::string(name.size() < 12 ? 12 - name.size() : 1, ' ') + std::string(summary) + "\n";
    return out;
}

} // namespace detail

MOCKER_DECL std::string_view group_summary(std::string_view group) {
    if (group == "container") return "Manage containers";
    if (group == "image") return "Manage images";
    if (group == "system") return "Manage Docker";
    return {};
}

MOCKER_DECL std::string shown_name(command_entry const& entry, std::string_view typed) {
    auto const group = detail::group_of(typed);
    if (group.empty()) return std::string(typed);
    for (auto const name : entry.names)
        if (detail::group_of(name) == group) return std::string(name);
    return std::string(typed);
}

MOCKER_DECL std::string use_line(command_entry const& entry, std::string_view shown) {
    return "mocker " + std::string(shown) + " " + std::string(entry.arguments);
}

MOCKER_DECL std::string usage_hint(std::string_view use, std::string_view shown) {
    std::string const name = shown.empty() ? "mocker" : "mocker " + std::string(shown);
    return "\n\nUsage:  " + std::string(use) + "\n\nRun '" + name + " --help' for more information\n";
}

MOCKER_DECL std::string command_help(command_entry const& entry, std::string_view shown, flag_set const& flags,
                                     std::size_t columns) {
    auto out = "Usage:  " + use_line(entry, shown) + "\n\n" + std::string(entry.summary) + "\n";
    if (entry.names.size() > 1) {
        out += "\nAliases:\n  ";
        for (auto const name : entry.names)
            out += (name == entry.names.front() ? "mocker " : ", mocker ") + std::string(name);
        out += "\n";
    }
    if (!flags.empty()) out += "\nOptions:\n" + flags.usages(columns - 1);
    return out;
}

MOCKER_DECL std::string group_help(std::string_view group) {
    std::vector<std::pair<std::string, std::string_view>> commands;
    for (auto const& entry : command_table())
        for (auto const name : entry.names)
            if (detail::group_of(name) == group) {
                commands.emplace_back(name.substr(group.size() + 1), entry.summary);
                break;
            }
    std::sort(commands.begin(), commands.end());
    auto const name = std::string(group);
    return "Usage:  mocker " + name + " COMMAND\n\n" + std::string(group_summary(group)) + "\n\nCommands:\n" +
           detail::summary_lines(commands) + "\nRun 'mocker " + name +
           " COMMAND --help' for more information on a command.\n";
}

MOCKER_DECL std::string program_help(flag_set const& flags, std::size_t columns) {
    constexpr std::string_view common_names[] = {"run", "exec", "ps", "pull", "images", "version", "info"};
    std::vector<std::pair<std::string, std::string_view>> common, other;
    for (auto const& entry : command_table()) {
        auto const name = entry.names.back();
        if (!detail::group_of(name).empty()) continue;
        bool const is_common =
            std::find(std::begin(common_names), std::end(common_names), name) != std::end(common_names);
        (is_common ? common : other).emplace_back(name, entry.summary);
    }
    std::vector<std::pair<std::string, std::string_view>> groups;
    for (auto const* group : {"container", "image", "system"}) groups.emplace_back(group, group_summary(group));
    return "Usage:  mocker [OPTIONS] COMMAND\n\nA self-sufficient runtime for containers\n\nCommon Commands:\n" +
           detail::summary_lines(common) + "\nManagement Commands:\n" + detail::summary_lines(groups) +
           "\nCommands:\n" + detail::summary_lines(other) + "\nGlobal Options:\n" + flags.usages(columns - 1) +
           "\nRun 'mocker COMMAND --help' for more information on a command.\n";
}

MOCKER_DECL std::string argument_error(command_entry const& entry, std::string_view shown, std::size_t count) {
    if (count >= entry.least && count <= entry.most) return {};
    std::string need, hint = "Run";
    auto const number = [](std::size_t n) { return std::to_string(n) + (n == 1 ? " argument" : " arguments"); };
    if (entry.most == 0)
        need = "accepts no arguments";
    else if (entry.least == entry.most)
        need = "requires " + number(entry.least);
    else if (count < entry.least) {
        need = "requires at least " + number(entry.least);
        hint = "See";
    } else
        need = "requires at most " + number(entry.most);
    auto const name = "mocker " + std::string(shown);
    return "mocker: '" + name + "' " + need + "\n\nUsage:  " + use_line(entry, shown) + "\n\n" + hint + " '" + name +
           " --help' for more information\n";
}

} // namespace mocker::cli

#endif
