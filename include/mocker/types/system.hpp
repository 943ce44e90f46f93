/// @file `GET /version` and `GET /info` of the Engine API (v1.51, `SystemVersion`, `SystemInfo`).
#ifndef MOCKER_TYPES_SYSTEM_HPP
#define MOCKER_TYPES_SYSTEM_HPP

#include <mocker/types/json_mapping.hpp>

namespace mocker::types {

struct component_version {
    std::string name, version;
    string_map details;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Name", self.name);
        v("Version", self.version);
        v.omit_empty("Details", self.details);
    }
};

struct platform_name {
    std::string name;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Name", self.name);
    }
};

/// The answer to `GET /version`.
struct system_version {
    platform_name platform;
    std::vector<component_version> components;
    std::string version, api_version, min_api_version, git_commit, go_version, os, arch, kernel_version;
    bool experimental = false;
    std::string build_time;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Platform", self.platform);
        v.omit_empty("Components", self.components);
        v("Version", self.version);
        v("ApiVersion", self.api_version);
        v.omit_empty("MinAPIVersion", self.min_api_version);
        v("GitCommit", self.git_commit);
        v("GoVersion", self.go_version);
        v("Os", self.os);
        v("Arch", self.arch);
        v.omit_empty("KernelVersion", self.kernel_version);
        v.omit_empty("Experimental", self.experimental);
        v.omit_empty("BuildTime", self.build_time);
    }
};

struct commit {
    std::string id;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("ID", self.id);
    }
};

struct plugins_info {
    string_list volume{"local"}, network{"bridge", "host", "null"};
    std::optional<string_list> authorization;
    string_list log{"json-file", "none"};

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Volume", self.volume);
        v("Network", self.network);
        v("Authorization", self.authorization);
        v("Log", self.log);
    }
};

struct swarm_info {
    std::string node_id, node_addr, local_node_state = "inactive";
    bool control_available = false;
    std::string failure;
    json::value remote_managers;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("NodeID", self.node_id);
        v("NodeAddr", self.node_addr);
        v("LocalNodeState", self.local_node_state);
        v("ControlAvailable", self.control_available);
        v("Error", self.failure);
        v("RemoteManagers", self.remote_managers);
    }
};

/// The answer to `GET /info`.
struct system_info {
    std::string id;
    int containers = 0, containers_running = 0, containers_paused = 0, containers_stopped = 0, images = 0;
    std::string driver = "overlay2";
    std::vector<string_list> driver_status; ///< pairs
    plugins_info plugins;
    bool memory_limit = false, swap_limit = false, cpu_cfs_period = false, cpu_cfs_quota = false, cpu_shares = false,
         cpu_set = false, pids_limit = false, ipv4_forwarding = false, debug = false;
    int n_fd = 0;
    bool oom_kill_disable = false;
    int n_goroutines = 0;
    std::string system_time, logging_driver = "json-file", cgroup_driver = "cgroupfs", cgroup_version;
    int n_events_listener = 0;
    std::string kernel_version, operating_system, os_version, os_type = "linux", architecture,
        index_server_address = "https://index.docker.io/v1/";
    json::value registry_config;
    int ncpu = 0;
    std::int64_t mem_total = 0; ///< bytes
    json::value generic_resources;
    std::string docker_root_dir, http_proxy, https_proxy, no_proxy, name;
    string_list labels;
    bool experimental_build = false;
    std::string server_version;
    std::map<std::string, json::value> runtimes;
    std::string default_runtime;
    swarm_info swarm;
    bool live_restore_enabled = true;
    std::string isolation, init_binary;
    commit containerd_commit, runc_commit, init_commit;
    string_list security_options;
    std::optional<string_list> cdi_spec_dirs, warnings;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("ID", self.id);
        v("Containers", self.containers);
        v("ContainersRunning", self.containers_running);
        v("ContainersPaused", self.containers_paused);
        v("ContainersStopped", self.containers_stopped);
        v("Images", self.images);
        v("Driver", self.driver);
        v("DriverStatus", self.driver_status);
        v("Plugins", self.plugins);
        v("MemoryLimit", self.memory_limit);
        v("SwapLimit", self.swap_limit);
        v("CpuCfsPeriod", self.cpu_cfs_period);
        v("CpuCfsQuota", self.cpu_cfs_quota);
        v("CPUShares", self.cpu_shares);
        v("CPUSet", self.cpu_set);
        v("PidsLimit", self.pids_limit);
        v("IPv4Forwarding", self.ipv4_forwarding);
        v("Debug", self.debug);
        v("NFd", self.n_fd);
        v("OomKillDisable", self.oom_kill_disable);
        v("NGoroutines", self.n_goroutines);
        v("SystemTime", self.system_time);
        v("LoggingDriver", self.logging_driver);
        v("CgroupDriver", self.cgroup_driver);
        v.omit_empty("CgroupVersion", self.cgroup_version);
        v("NEventsListener", self.n_events_listener);
        v("KernelVersion", self.kernel_version);
        v("OperatingSystem", self.operating_system);
        v("OSVersion", self.os_version);
        v("OSType", self.os_type);
        v("Architecture", self.architecture);
        v("IndexServerAddress", self.index_server_address);
        v("RegistryConfig", self.registry_config);
        v("NCPU", self.ncpu);
        v("MemTotal", self.mem_total);
        v("GenericResources", self.generic_resources);
        v("DockerRootDir", self.docker_root_dir);
        v("HttpProxy", self.http_proxy);
        v("HttpsProxy", self.https_proxy);
        v("NoProxy", self.no_proxy);
        v("Name", self.name);
        v("Labels", self.labels);
        v("ExperimentalBuild", self.experimental_build);
        v("ServerVersion", self.server_version);
        v("Runtimes", self.runtimes);
        v("DefaultRuntime", self.default_runtime);
        v("Swarm", self.swarm);
        v("LiveRestoreEnabled", self.live_restore_enabled);
        v("Isolation", self.isolation);
        v("InitBinary", self.init_binary);
        v("ContainerdCommit", self.containerd_commit);
        v("RuncCommit", self.runc_commit);
        v("InitCommit", self.init_commit);
        v("SecurityOptions", self.security_options);
        v("CDISpecDirs", self.cdi_spec_dirs);
        v("Warnings", self.warnings);
    }
};

} // namespace mocker::types

#endif
