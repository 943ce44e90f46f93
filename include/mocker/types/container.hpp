/// @file Containers of the Engine API: create, list, inspect, wait (Engine API v1.51, `Container*`).
#ifndef MOCKER_TYPES_CONTAINER_HPP
#define MOCKER_TYPES_CONTAINER_HPP

#include <mocker/types/host_config.hpp>
#include <mocker/types/network.hpp>

namespace mocker::types {

/// How to tell whether a container is well (`HealthConfig`). Times in nanoseconds; 0 inherits.
struct health_config {
    std::optional<string_list> test; ///< `NONE`; `CMD`, arguments; `CMD-SHELL`, a command line
    std::int64_t interval = 0, timeout = 0, start_period = 0, start_interval = 0;
    int retries = 0;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v.omit_empty("Test", self.test);
        v.omit_empty("Interval", self.interval);
        v.omit_empty("Timeout", self.timeout);
        v.omit_empty("StartPeriod", self.start_period);
        v.omit_empty("StartInterval", self.start_interval);
        v.omit_empty("Retries", self.retries);
    }
};

/// What runs in a container, wherever it runs (`ContainerConfig`).
struct container_config {
    std::string hostname, domainname, user;
    bool attach_stdin = false, attach_stdout = false, attach_stderr = false;
    name_set exposed_ports; ///< `80/tcp`
    bool tty = false, open_stdin = false, stdin_once = false;
    std::optional<string_list> env; ///< `NAME=VALUE`; `NAME` alone removes it
    std::optional<word_list> cmd;
    std::optional<health_config> healthcheck;
    bool args_escaped = false;
    std::string image;
    std::optional<name_set> volumes;
    std::string working_dir;
    std::optional<word_list> entrypoint;
    bool network_disabled = false;
    std::string mac_address;
    std::optional<string_list> on_build;
    std::optional<string_map> labels;
    std::string stop_signal;
    std::optional<int> stop_timeout; ///< seconds
    std::optional<word_list> shell;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Hostname", self.hostname);
        v("Domainname", self.domainname);
        v("User", self.user);
        v("AttachStdin", self.attach_stdin);
        v("AttachStdout", self.attach_stdout);
        v("AttachStderr", self.attach_stderr);
        v.omit_empty("ExposedPorts", self.exposed_ports);
        v("Tty", self.tty);
        v("OpenStdin", self.open_stdin);
        v("StdinOnce", self.stdin_once);
        v("Env", self.env);
        v("Cmd", self.cmd);
        v.omit_empty("Healthcheck", self.healthcheck);
        v.omit_empty("ArgsEscaped", self.args_escaped);
        v("Image", self.image);
        v("Volumes", self.volumes);
        v("WorkingDir", self.working_dir);
        v("Entrypoint", self.entrypoint);
        v.omit_empty("NetworkDisabled", self.network_disabled);
        v.omit_empty("MacAddress", self.mac_address);
        v("OnBuild", self.on_build);
        v("Labels", self.labels);
        v.omit_empty("StopSignal", self.stop_signal);
        v.omit_empty("StopTimeout", self.stop_timeout);
        v.omit_empty("Shell", self.shell);
    }
};

/// The body of `POST /containers/create`.
struct container_create_request {
    container_config config;
    types::host_config host_config;
    types::networking_config networking_config;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v.embed(self.config);
        v("HostConfig", self.host_config);
        v("NetworkingConfig", self.networking_config);
    }
};

/// The answer to `POST /containers/create`.
struct container_create_response {
    std::string id;
    string_list warnings;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Id", self.id);
        v("Warnings", self.warnings);
    }
};

/// Why waiting failed.
struct wait_error {
    std::string message;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Message", self.message);
    }
};

/// The answer to `POST /containers/{id}/wait`.
struct wait_response {
    std::optional<wait_error> failure;
    std::int64_t status_code = 0;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v.omit_empty("Error", self.failure);
        v("StatusCode", self.status_code);
    }
};

/// The state of a container (`ContainerState`). Times in RFC 3339.
struct container_state {
    std::string status; ///< created, running, paused, restarting, removing, exited, dead
    bool running = false, paused = false, restarting = false, oom_killed = false, dead = false;
    int pid = 0, exit_code = 0;
    std::string error, started_at, finished_at;
    json::value health;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Status", self.status);
        v("Running", self.running);
        v("Paused", self.paused);
        v("Restarting", self.restarting);
        v("OOMKilled", self.oom_killed);
        v("Dead", self.dead);
        v("Pid", self.pid);
        v("ExitCode", self.exit_code);
        v("Error", self.error);
        v("StartedAt", self.started_at);
        v("FinishedAt", self.finished_at);
        v.omit_empty("Health", self.health);
    }
};

/// A mount of a container as `inspect` and `ps` show it (`MountPoint`).
struct mount_point {
    std::string type, name, source, destination, driver, mode;
    bool rw = true;
    std::string propagation;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v.omit_empty("Type", self.type);
        v.omit_empty("Name", self.name);
        v("Source", self.source);
        v("Destination", self.destination);
        v.omit_empty("Driver", self.driver);
        v("Mode", self.mode);
        v("RW", self.rw);
        v("Propagation", self.propagation);
    }
};

/// The networks of a container as `inspect` shows them (`NetworkSettings`).
struct network_settings {
    std::string bridge, sandbox_id, sandbox_key;
    port_map ports;
    bool hairpin_mode = false;
    std::string link_local_ipv6_address;
    int link_local_ipv6_prefix_len = 0;
    json::value secondary_ip_addresses, secondary_ipv6_addresses;
    std::string endpoint_id, gateway, global_ipv6_address;
    int global_ipv6_prefix_len = 0;
    std::string ip_address;
    int ip_prefix_len = 0;
    std::string ipv6_gateway, mac_address;
    std::map<std::string, endpoint_settings> networks;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Bridge", self.bridge);
        v("SandboxID", self.sandbox_id);
        v("SandboxKey", self.sandbox_key);
        v("Ports", self.ports);
        v("HairpinMode", self.hairpin_mode);
        v("LinkLocalIPv6Address", self.link_local_ipv6_address);
        v("LinkLocalIPv6PrefixLen", self.link_local_ipv6_prefix_len);
        v("SecondaryIPAddresses", self.secondary_ip_addresses);
        v("SecondaryIPv6Addresses", self.secondary_ipv6_addresses);
        v("EndpointID", self.endpoint_id);
        v("Gateway", self.gateway);
        v("GlobalIPv6Address", self.global_ipv6_address);
        v("GlobalIPv6PrefixLen", self.global_ipv6_prefix_len);
        v("IPAddress", self.ip_address);
        v("IPPrefixLen", self.ip_prefix_len);
        v("IPv6Gateway", self.ipv6_gateway);
        v("MacAddress", self.mac_address);
        v("Networks", self.networks);
    }
};

/// The storage of a container's file system (`DriverData`).
struct graph_driver {
    std::optional<string_map> data;
    std::string name = "overlay2";

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Data", self.data);
        v("Name", self.name);
    }
};

/// The answer to `GET /containers/{id}/json` (`ContainerInspectResponse`).
struct container_inspect {
    std::string id, created, path;
    string_list args;
    container_state state;
    std::string image, resolv_conf_path, hostname_path, hosts_path, log_path, name;
    int restart_count = 0;
    std::string driver = "overlay2", platform = "linux", mount_label, process_label, app_armor_profile;
    std::optional<string_list> exec_ids;
    types::host_config host_config;
    types::graph_driver graph_driver;
    std::optional<std::int64_t> size_rw, size_root_fs; ///< bytes
    std::vector<mount_point> mounts;
    container_config config;
    types::network_settings network_settings;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Id", self.id);
        v("Created", self.created);
        v("Path", self.path);
        v("Args", self.args);
        v("State", self.state);
        v("Image", self.image);
        v("ResolvConfPath", self.resolv_conf_path);
        v("HostnamePath", self.hostname_path);
        v("HostsPath", self.hosts_path);
        v("LogPath", self.log_path);
        v("Name", self.name);
        v("RestartCount", self.restart_count);
        v("Driver", self.driver);
        v("Platform", self.platform);
        v("MountLabel", self.mount_label);
        v("ProcessLabel", self.process_label);
        v("AppArmorProfile", self.app_armor_profile);
        v("ExecIDs", self.exec_ids);
        v("HostConfig", self.host_config);
        v("GraphDriver", self.graph_driver);
        v.omit_empty("SizeRw", self.size_rw);
        v.omit_empty("SizeRootFs", self.size_root_fs);
        v("Mounts", self.mounts);
        v("Config", self.config);
        v("NetworkSettings", self.network_settings);
    }
};

/// A port as `ps` shows it (`Port`).
struct port_summary {
    std::string ip;
    std::uint16_t private_port = 0, public_port = 0;
    std::string type;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v.omit_empty("IP", self.ip);
        v("PrivatePort", self.private_port);
        v.omit_empty("PublicPort", self.public_port);
        v("Type", self.type);
    }
};

struct summary_host_config {
    std::string network_mode;
    string_map annotations;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v.omit_empty("NetworkMode", self.network_mode);
        v.omit_empty("Annotations", self.annotations);
    }
};

struct summary_network_settings {
    std::map<std::string, endpoint_settings> networks;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Networks", self.networks);
    }
};

/// One entry of `GET /containers/json` (`ContainerSummary`).
struct container_summary {
    std::string id;
    string_list names; ///< with a leading slash
    std::string image, image_id, command;
    std::int64_t created = 0; ///< seconds since the epoch
    std::vector<port_summary> ports;
    std::optional<std::int64_t> size_rw, size_root_fs; ///< bytes
    string_map labels;
    std::string state, status;
    summary_host_config host_config;
    summary_network_settings network_settings;
    std::vector<mount_point> mounts;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Id", self.id);
        v("Names", self.names);
        v("Image", self.image);
        v("ImageID", self.image_id);
        v("Command", self.command);
        v("Created", self.created);
        v("Ports", self.ports);
        v.omit_empty("SizeRw", self.size_rw);
        v.omit_empty("SizeRootFs", self.size_root_fs);
        v("Labels", self.labels);
        v("State", self.state);
        v("Status", self.status);
        v("HostConfig", self.host_config);
        v("NetworkSettings", self.network_settings);
        v("Mounts", self.mounts);
    }
};

} // namespace mocker::types

#endif
