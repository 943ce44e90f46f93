#ifndef MOCKER_API_IMPL_VIEWS_IPP
#define MOCKER_API_IMPL_VIEWS_IPP

#include <mocker/api/views.hpp>

#include <mocker/core/sha256.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace mocker::api {
namespace detail {

MOCKER_DECL std::vector<types::mount_point> mount_views(engine::container const& c) {
    std::vector<types::mount_point> views;
    for (auto const& m : c.mounts) {
        using kind = engine::mount_point::kind;
        types::mount_point view;
        view.type = m.type == kind::bind ? "bind" : m.type == kind::volume ? "volume" : "tmpfs";
        view.name = m.name;
        view.source = m.source;
        view.destination = m.destination;
        if (m.type == kind::volume) view.driver = "local";
        view.mode = m.mode;
        view.rw = m.writable;
        view.propagation = m.type == kind::bind && m.propagation.empty() ? "rprivate" : m.propagation;
        views.push_back(std::move(view));
    }
    return views;
}

/// The connection of @p c to its network; without addresses when it is down.
MOCKER_DECL types::endpoint_settings endpoint_view(engine::container const& c, std::string_view data_root) {
    auto const mode = c.network_mode();
    types::endpoint_settings view;
    if (c.networking.endpoints_config)
        if (auto const asked = c.networking.endpoints_config->find(mode); asked != c.networking.endpoints_config->end())
            view = asked->second;
    view.network_id = network_id(data_root, mode);
    if (!c.is_running()) return view;
    view.endpoint_id = std::string(sha256_of("endpoint " + c.id + ' ' + mode).hex());
    if (!c.endpoint) return view;
    view.gateway = c.endpoint->gateway;
    view.ip_address = c.endpoint->address;
    view.ip_prefix_len = static_cast<int>(c.endpoint->prefix_length);
    view.mac_address = c.endpoint->mac_address;
    return view;
}

MOCKER_DECL types::network_settings network_view(engine::container const& c, std::string_view data_root) {
    types::network_settings view;
    auto place = endpoint_view(c, data_root);
    if (c.is_running()) {
        view.sandbox_id = std::string(sha256_of("sandbox " + c.id).hex());
        view.sandbox_key = c.network_mode() == "host" ? "/proc/1/ns/net" : "/proc/" + std::to_string(c.pid) + "/ns/net";
        for (auto const& port : c.config.exposed_ports) view.ports.emplace(port, std::nullopt);
    }
    if (c.network_mode() == "bridge") { // the old fields repeat the default network only
        view.endpoint_id = place.endpoint_id;
        view.gateway = place.gateway;
        view.ip_address = place.ip_address;
        view.ip_prefix_len = place.ip_prefix_len;
        view.mac_address = place.mac_address;
    }
    view.networks.emplace(c.network_mode(), std::move(place));
    return view;
}

MOCKER_DECL types::container_state state_view(engine::container const& c) {
    types::container_state view;
    view.status = engine::status_name(c.state);
    view.running = c.is_running();
    view.paused = c.state == engine::status::paused;
    view.restarting = c.state == engine::status::restarting;
    view.oom_killed = c.oom_killed;
    view.dead = c.state == engine::status::dead;
    view.pid = static_cast<int>(c.pid);
    view.exit_code = c.exit_code;
    view.error = c.error;
    view.started_at = to_rfc3339_nano(c.started_at);
    view.finished_at = to_rfc3339_nano(c.finished_at);
    return view;
}

/// The command line as `ps` shows it: words with spaces are quoted.
MOCKER_DECL std::string command_text(std::vector<std::string> const& words) {
    std::string text;
    for (auto const& word : words) {
        if (!text.empty()) text += ' ';
        if (word.find(' ') == std::string::npos) text += word;
        else text += '\'' + word + '\'';
    }
    return text;
}

MOCKER_DECL types::image_run_config run_config_view(oci::container_defaults const& from) {
    types::image_run_config view;
    auto const set_of = [](std::vector<std::string> const& names) { return types::name_set(names.begin(), names.end()); };
    auto const words = [](std::vector<std::string> const& list) -> std::optional<types::word_list> {
        if (list.empty()) return std::nullopt;
        return types::word_list(list.begin(), list.end());
    };
    view.user = from.user;
    view.exposed_ports = set_of(from.exposed_ports);
    view.env = from.env;
    view.entrypoint = words(from.entrypoint);
    view.cmd = words(from.cmd);
    if (!from.volumes.empty()) view.volumes = set_of(from.volumes);
    view.working_dir = from.working_dir;
    if (!from.on_build.empty()) view.on_build = from.on_build;
    if (!from.labels.empty()) view.labels = from.labels;
    view.stop_signal = from.stop_signal;
    if (!from.shell.empty()) view.shell = words(from.shell);
    view.args_escaped = from.args_escaped;
    if (auto const& check = from.healthcheck) {
        auto& health = view.healthcheck.emplace();
        health.test = check->test;
        health.interval = check->interval.count();
        health.timeout = check->timeout.count();
        health.start_period = check->start_period.count();
        health.start_interval = check->start_interval.count();
        health.retries = static_cast<int>(check->retries);
    }
    return view;
}

} // namespace detail

MOCKER_DECL std::string network_id(std::string_view data_root, std::string_view name) {
    return std::string(sha256_of("network " + std::string(data_root) + ' ' + std::string(name)).hex());
}

MOCKER_DECL std::string status_text(engine::container const& c, time_point at) {
    auto const since = [&](std::optional<time_point> moment) { return human_duration(at - moment.value_or(at)); };
    switch (c.state) {
    case engine::status::created: return "Created";
    case engine::status::running: return "Up " + since(c.started_at);
    case engine::status::paused: return "Up " + since(c.started_at) + " (Paused)";
    case engine::status::restarting:
        return "Restarting (" + std::to_string(c.exit_code) + ") " + since(c.finished_at) + " ago";
    case engine::status::removing: return "Removal In Progress";
    case engine::status::exited: return "Exited (" + std::to_string(c.exit_code) + ") " + since(c.finished_at) + " ago";
    case engine::status::dead: return "Dead";
    }
    return {};
}

MOCKER_DECL types::container_inspect inspect_view(engine::container const& c, std::string_view data_root,
                                                  std::vector<std::string> exec_ids) {
    types::container_inspect view;
    view.id = c.id;
    view.created = to_rfc3339_nano(c.created);
    auto words = c.command_line();
    if (!words.empty()) {
        view.path = words.front();
        view.args.assign(words.begin() + 1, words.end());
    }
    view.state = detail::state_view(c);
    view.image = c.image_id;
    view.resolv_conf_path = c.resolv_conf_path();
    view.hostname_path = c.hostname_path();
    view.hosts_path = c.hosts_path();
    view.log_path = c.log_path;
    view.name = '/' + c.name;
    view.restart_count = static_cast<int>(c.restart_count);
    if (!exec_ids.empty()) view.exec_ids = std::move(exec_ids);
    view.host_config = c.host_config;
    auto& data = view.graph_driver.data.emplace();
    std::string lower;
    for (auto const& layer : c.layers) lower += (lower.empty() ? "" : ":") + layer;
    data["LowerDir"] = lower;
    data["UpperDir"] = c.directory + "/upper";
    data["WorkDir"] = c.directory + "/work";
    view.mounts = detail::mount_views(c);
    view.config = c.config;
    view.network_settings = detail::network_view(c, data_root);
    return view;
}

MOCKER_DECL types::container_summary summary_view(engine::container const& c, std::string_view data_root, time_point at) {
    types::container_summary view;
    view.id = c.id;
    view.names = {'/' + c.name};
    view.image = c.image_name;
    view.image_id = c.image_id;
    view.command = detail::command_text(c.command_line());
    view.created = std::chrono::duration_cast<std::chrono::seconds>(c.created.time_since_epoch()).count();
    if (c.is_running() && c.network_mode() != "host") {
        for (auto const& port : c.config.exposed_ports) {
            types::port_summary entry;
            auto const slash = port.find('/');
            entry.private_port = static_cast<std::uint16_t>(std::strtoul(port.substr(0, slash).c_str(), nullptr, 10));
            entry.type = slash == std::string::npos ? "tcp" : port.substr(slash + 1);
            view.ports.push_back(std::move(entry));
        }
    }
    if (c.config.labels) view.labels = *c.config.labels;
    view.state = engine::status_name(c.state);
    view.status = status_text(c, at);
    view.host_config.network_mode = c.host_config.network_mode;
    view.network_settings.networks.emplace(c.network_mode(), detail::endpoint_view(c, data_root));
    view.mounts = detail::mount_views(c);
    return view;
}

MOCKER_DECL types::image_summary summary_view(image::image const& i, std::int64_t containers, version v) {
    types::image_summary view;
    view.containers = v < version{1, 51} ? -1 : containers;
    view.created = i.created ? std::chrono::duration_cast<std::chrono::seconds>(i.created->time_since_epoch()).count() : 0;
    view.id = i.id.text();
    if (!i.config.config.labels.empty()) view.labels = i.config.config.labels;
    view.repo_digests = i.repo_digests;
    view.repo_tags = i.repo_tags;
    view.size = i.size;
    if (v < version{1, 44}) view.virtual_size = i.size;
    if (v < version{1, 43} && view.repo_tags.empty() && view.repo_digests.empty()) {
        view.repo_tags = {"<none>:<none>"};
        view.repo_digests = {"<none>@<none>"};
    }
    return view;
}

MOCKER_DECL types::image_inspect inspect_view(image::image const& i, version v) {
    types::image_inspect view;
    view.id = i.id.text();
    view.repo_tags = i.repo_tags;
    view.repo_digests = i.repo_digests;
    if (!i.config.history.empty()) view.comment = i.config.history.back().comment;
    if (i.created || v < version{1, 44}) view.created = to_rfc3339_nano(i.created);
    view.docker_version = i.config.docker_version;
    view.author = i.config.author;
    view.config = detail::run_config_view(i.config.config);
    view.architecture = i.config.architecture;
    view.variant = i.config.variant;
    view.os = i.config.os;
    view.size = i.size;
    if (v < version{1, 44}) view.virtual_size = i.size;
    auto& data = view.graph_driver.data.emplace();
    std::string lower;
    for (std::size_t n = 1; n < i.layer_directories.size(); ++n) lower += (n == 1 ? "" : ":") + i.layer_directories[n];
    if (!lower.empty()) data["LowerDir"] = lower;
    if (!i.layer_directories.empty()) data["UpperDir"] = i.layer_directories.front();
    for (auto const& layer : i.config.diff_ids) view.root_fs.layers.push_back(layer.text());
    view.metadata.last_tag_time = to_rfc3339_nano(std::optional<time_point>());
    return view;
}

MOCKER_DECL std::vector<types::network> network_views(std::vector<engine::container_ptr> const& containers,
                                                      std::string_view data_root, std::string_view bridge_name,
                                                      std::string_view subnet, std::string_view gateway) {
    std::vector<types::network> views;
    for (auto const* name : {"bridge", "host", "none"}) {
        types::network view;
        view.name = name;
        view.id = network_id(data_root, name);
        view.created = to_rfc3339_nano(std::optional<time_point>());
        view.driver = view.name == "none" ? "null" : name;
        view.ipam.config.emplace();
        if (view.name == "bridge") {
            if (!subnet.empty()) view.ipam.config->push_back({std::string(subnet), {}, std::string(gateway)});
            view.options = {{"com.docker.network.bridge.default_bridge", "true"},
                            {"com.docker.network.bridge.enable_ip_masquerade", "true"},
                            {"com.docker.network.bridge.name", std::string(bridge_name)}};
        }
        for (auto const& c : containers) {
            if (!c->is_running() || c->network_mode() != view.name) continue;
            auto const place = detail::endpoint_view(*c, data_root);
            auto const address = place.ip_address.empty() ? std::string() : place.ip_address + '/' + std::to_string(place.ip_prefix_len);
            view.containers[c->id] = {c->name, place.endpoint_id, place.mac_address, address, {}};
        }
        views.push_back(std::move(view));
    }
    return views;
}

} // namespace mocker::api

#endif
