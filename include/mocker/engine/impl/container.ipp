#ifndef MOCKER_ENGINE_IMPL_CONTAINER_IPP
#define MOCKER_ENGINE_IMPL_CONTAINER_IPP

#include <mocker/engine/container.hpp>

namespace mocker::engine {

MOCKER_DECL std::string_view status_name(status s) noexcept {
    switch (s) {
    case status::created: return "created";
    case status::running: return "running";
    case status::paused: return "paused";
    case status::restarting: return "restarting";
    case status::removing: return "removing";
    case status::exited: return "exited";
    case status::dead: return "dead";
    }
    return "dead";
}

MOCKER_DECL std::vector<std::string> container::command_line() const {
    std::vector<std::string> words;
    if (config.entrypoint) words.assign(config.entrypoint->begin(), config.entrypoint->end());
    if (config.cmd) words.insert(words.end(), config.cmd->begin(), config.cmd->end());
    return words;
}

MOCKER_DECL std::string container::network_mode() const {
    if (config.network_disabled) return "none";
    auto const& mode = host_config.network_mode;
    return mode.empty() || mode == "default" ? "bridge" : mode;
}

} // namespace mocker::engine

#endif
