#ifndef MOCKER_PROCESS_IMPL_COMMAND_IPP
#define MOCKER_PROCESS_IMPL_COMMAND_IPP

#include <mocker/process/command.hpp>
#include <mocker/process/spawn.hpp>

#include <algorithm>
#include <string_view>

namespace mocker::process {
namespace detail {

MOCKER_DECL std::string quoted(std::string const& argument) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%^";
    if (!argument.empty() && argument.find_first_not_of(plain) == std::string::npos) return argument;
    std::string text = "'";
    for (char const c : argument) c == '\'' ? text += "'\\''" : text += c;
    return text + "'";
}

} // namespace detail

MOCKER_DECL std::vector<std::string> command::full_environment() const {
    std::vector<std::string> all;
    if (inherit_environment) {
        all = current_environment();
        std::erase_if(all, [&](std::string const& entry) {
            auto const name = entry.substr(0, entry.find('='));
            return environment.contains(name) || std::find(without.begin(), without.end(), name) != without.end();
        });
    }
    for (auto const& [name, value] : environment) all.push_back(name + "=" + value);
    return all;
}

MOCKER_DECL std::string command::describe() const {
    std::string text;
    for (auto const& argument : argv) {
        if (!text.empty()) text += ' ';
        text += detail::quoted(argument);
    }
    return text;
}

} // namespace mocker::process

#endif
