#ifndef MOCKER_ENGINE_IMPL_CONFIG_IPP
#define MOCKER_ENGINE_IMPL_CONFIG_IPP

#include <mocker/engine/config.hpp>

#include <algorithm>
#include <string_view>

namespace mocker::engine {
namespace detail {

MOCKER_DECL std::string_view variable_name(std::string_view entry) noexcept { return entry.substr(0, entry.find('=')); }

/// The image's variables, each replaced by that of the container if it has one, then the container's others.
MOCKER_DECL types::string_list merge_env(std::vector<std::string> const& image, types::string_list const& own) {
    types::string_list merged = own;
    for (auto const& entry : image) {
        auto const same = [&](std::string const& o) { return variable_name(o) == variable_name(entry); };
        if (std::none_of(own.begin(), own.end(), same)) merged.push_back(entry);
    }
    return merged;
}

MOCKER_DECL void merge_health(types::container_config& wanted, oci::health_check const& image) {
    if (!wanted.healthcheck) wanted.healthcheck.emplace();
    auto& own = *wanted.healthcheck;
    if (!own.test || own.test->empty()) own.test = image.test;
    if (own.interval == 0) own.interval = image.interval.count();
    if (own.timeout == 0) own.timeout = image.timeout.count();
    if (own.start_period == 0) own.start_period = image.start_period.count();
    if (own.start_interval == 0) own.start_interval = image.start_interval.count();
    if (own.retries == 0) own.retries = static_cast<int>(image.retries);
}

MOCKER_DECL void merge_command(types::container_config& wanted, oci::container_defaults const& image) {
    bool const no_entrypoint = !wanted.entrypoint || wanted.entrypoint->empty();
    if (no_entrypoint) {
        bool const no_command = !wanted.cmd || wanted.cmd->empty();
        if (no_command && !image.cmd.empty()) wanted.cmd.emplace(image.cmd.begin(), image.cmd.end());
        if (!wanted.entrypoint && !image.entrypoint.empty())
            wanted.entrypoint.emplace(image.entrypoint.begin(), image.entrypoint.end());
    }
    // [""] takes the image's entrypoint away.
    if (wanted.entrypoint && wanted.entrypoint->size() == 1 && wanted.entrypoint->front().empty()) wanted.entrypoint.reset();
}

} // namespace detail

MOCKER_DECL result<types::container_config> merge_config(types::container_config wanted, oci::image_config const& image) {
    auto const& defaults = image.config;
    if (wanted.user.empty()) wanted.user = defaults.user;
    if (wanted.working_dir.empty()) wanted.working_dir = defaults.working_dir;
    if (wanted.stop_signal.empty()) wanted.stop_signal = defaults.stop_signal;
    if (!wanted.shell && !defaults.shell.empty()) wanted.shell.emplace(defaults.shell.begin(), defaults.shell.end());
    detail::merge_command(wanted, defaults);
    wanted.env = detail::merge_env(defaults.env, wanted.env.value_or(types::string_list()));
    wanted.exposed_ports.insert(defaults.exposed_ports.begin(), defaults.exposed_ports.end());
    if (!defaults.volumes.empty()) {
        if (!wanted.volumes) wanted.volumes.emplace();
        wanted.volumes->insert(defaults.volumes.begin(), defaults.volumes.end());
    }
    if (!wanted.labels) wanted.labels.emplace();
    wanted.labels->insert(defaults.labels.begin(), defaults.labels.end());
    if (defaults.healthcheck) detail::merge_health(wanted, *defaults.healthcheck);
    bool const nothing = (!wanted.cmd || wanted.cmd->empty()) && (!wanted.entrypoint || wanted.entrypoint->empty());
    if (nothing) return error(errc::malformed, "no command specified");
    return wanted;
}

} // namespace mocker::engine

#endif
