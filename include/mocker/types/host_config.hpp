/// @file What a container gets from its host (Engine API v1.51, `HostConfig` and `Resources`).
#ifndef MOCKER_TYPES_HOST_CONFIG_HPP
#define MOCKER_TYPES_HOST_CONFIG_HPP

#include <mocker/types/json_mapping.hpp>

namespace mocker::types {

/// The logging driver and its options (`LogConfig`).
struct log_config {
    std::string type;
    std::optional<string_map> config;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Type", self.type);
        v("Config", self.config);
    }
};

/// When to start a container again (`RestartPolicy`): `no`, `always`, `unless-stopped`, `on-failure`.
struct restart_policy {
    std::string name;
    int maximum_retry_count = 0;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Name", self.name);
        v("MaximumRetryCount", self.maximum_retry_count);
    }
};

/// A port of the host (`PortBinding`). An empty port means any free one.
struct port_binding {
    std::string host_ip, host_port;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("HostIp", self.host_ip);
        v("HostPort", self.host_port);
    }
};

/// Bindings by container port, as `80/tcp`; null for a port that is exposed only (`PortMap`).
using port_map = std::map<std::string, std::optional<std::vector<port_binding>>>;

/// A device of the host (`DeviceMapping`).
struct device_mapping {
    std::string path_on_host, path_in_container, cgroup_permissions;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("PathOnHost", self.path_on_host);
        v("PathInContainer", self.path_in_container);
        v("CgroupPermissions", self.cgroup_permissions);
    }
};

/// A resource limit of processes (`Ulimit`); -1 is unlimited. See setrlimit(2).
struct ulimit {
    std::string name;
    std::int64_t hard = 0, soft = 0;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Name", self.name);
        v("Hard", self.hard);
        v("Soft", self.soft);
    }
};

struct bind_options {
    std::string propagation;
    bool non_recursive = false, create_mountpoint = false, read_only_non_recursive = false, read_only_force_recursive = false;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v.omit_empty("Propagation", self.propagation);
        v.omit_empty("NonRecursive", self.non_recursive);
        v.omit_empty("CreateMountpoint", self.create_mountpoint);
        v.omit_empty("ReadOnlyNonRecursive", self.read_only_non_recursive);
        v.omit_empty("ReadOnlyForceRecursive", self.read_only_force_recursive);
    }
};

struct volume_driver {
    std::string name;
    string_map options;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v.omit_empty("Name", self.name);
        v.omit_empty("Options", self.options);
    }
};

struct volume_options {
    bool no_copy = false;
    string_map labels;
    std::string subpath;
    std::optional<volume_driver> driver_config;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v.omit_empty("NoCopy", self.no_copy);
        v.omit_empty("Labels", self.labels);
        v.omit_empty("Subpath", self.subpath);
        v.omit_empty("DriverConfig", self.driver_config);
    }
};

struct tmpfs_options {
    std::int64_t size_bytes = 0;
    std::uint32_t mode = 0;
    std::vector<string_list> options;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v.omit_empty("SizeBytes", self.size_bytes);
        v.omit_empty("Mode", self.mode);
        v.omit_empty("Options", self.options);
    }
};

/// A mount as `--mount` asks for it (`Mount`): `bind`, `volume`, `tmpfs`, `image`, `npipe`, `cluster`.
struct mount {
    std::string type, source, target;
    bool read_only = false;
    std::string consistency;
    std::optional<types::bind_options> bind_options;
    std::optional<types::volume_options> volume_options;
    json::value image_options;
    std::optional<types::tmpfs_options> tmpfs_options;
    json::value cluster_options;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v.omit_empty("Type", self.type);
        v.omit_empty("Source", self.source);
        v.omit_empty("Target", self.target);
        v.omit_empty("ReadOnly", self.read_only);
        v.omit_empty("Consistency", self.consistency);
        v.omit_empty("BindOptions", self.bind_options);
        v.omit_empty("VolumeOptions", self.volume_options);
        v.omit_empty("ImageOptions", self.image_options);
        v.omit_empty("TmpfsOptions", self.tmpfs_options);
        v.omit_empty("ClusterOptions", self.cluster_options);
    }
};

/// Limits of a container (`Resources`). Sizes in bytes; 0 is unlimited unless said otherwise.
struct resources {
    std::int64_t cpu_shares = 0, memory = 0;
    std::int64_t nano_cpus = 0; ///< in 10^-9 CPUs
    std::string cgroup_parent;
    std::uint16_t blkio_weight = 0;
    std::optional<std::vector<json::value>> blkio_weight_device, blkio_device_read_bps, blkio_device_write_bps,
        blkio_device_read_iops, blkio_device_write_iops;
    std::int64_t cpu_period = 0, cpu_quota = 0; ///< microseconds
    std::int64_t cpu_realtime_period = 0, cpu_realtime_runtime = 0; ///< microseconds
    std::string cpuset_cpus, cpuset_mems;
    std::optional<std::vector<device_mapping>> devices;
    std::optional<string_list> device_cgroup_rules;
    std::optional<std::vector<json::value>> device_requests;
    std::int64_t kernel_memory = 0, kernel_memory_tcp = 0;
    std::int64_t memory_reservation = 0;
    std::int64_t memory_swap = 0; ///< memory and swap together; -1 is unlimited
    std::optional<std::int64_t> memory_swappiness; ///< 0 to 100
    std::optional<bool> oom_kill_disable;
    std::optional<std::int64_t> pids_limit; ///< 0 or -1 is unlimited
    std::optional<std::vector<ulimit>> ulimits;
    std::int64_t cpu_count = 0, cpu_percent = 0;
    std::uint64_t io_maximum_iops = 0, io_maximum_bandwidth = 0;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("CpuShares", self.cpu_shares);
        v("Memory", self.memory);
        v("NanoCpus", self.nano_cpus);
        v("CgroupParent", self.cgroup_parent);
        v("BlkioWeight", self.blkio_weight);
        v("BlkioWeightDevice", self.blkio_weight_device);
        v("BlkioDeviceReadBps", self.blkio_device_read_bps);
        v("BlkioDeviceWriteBps", self.blkio_device_write_bps);
        v("BlkioDeviceReadIOps", self.blkio_device_read_iops);
        v("BlkioDeviceWriteIOps", self.blkio_device_write_iops);
        v("CpuPeriod", self.cpu_period);
        v("CpuQuota", self.cpu_quota);
        v("CpuRealtimePeriod", self.cpu_realtime_period);
        v("CpuRealtimeRuntime", self.cpu_realtime_runtime);
        v("CpusetCpus", self.cpuset_cpus);
        v("CpusetMems", self.cpuset_mems);
        v("Devices", self.devices);
        v("DeviceCgroupRules", self.device_cgroup_rules);
        v("DeviceRequests", self.device_requests);
        v.omit_empty("KernelMemory", self.kernel_memory);
        v.omit_empty("KernelMemoryTCP", self.kernel_memory_tcp);
        v("MemoryReservation", self.memory_reservation);
        v("MemorySwap", self.memory_swap);
        v("MemorySwappiness", self.memory_swappiness);
        v("OomKillDisable", self.oom_kill_disable);
        v("PidsLimit", self.pids_limit);
        v("Ulimits", self.ulimits);
        v("CpuCount", self.cpu_count);
        v("CpuPercent", self.cpu_percent);
        v("IOMaximumIOps", self.io_maximum_iops);
        v("IOMaximumBandwidth", self.io_maximum_bandwidth);
    }
};

/// What a container gets from its host (`HostConfig`). Null lists and maps come back as they were sent.
struct host_config : resources {
    std::optional<string_list> binds; ///< `SOURCE:TARGET[:OPTIONS]`
    std::string container_id_file;
    types::log_config log_config;
    std::string network_mode; ///< `bridge`, `none`, `host`, `container:ID`, or the name of a network
    std::optional<port_map> port_bindings;
    types::restart_policy restart_policy;
    bool auto_remove = false;
    std::string volume_driver;
    std::optional<string_list> volumes_from;
    std::array<unsigned, 2> console_size{}; ///< rows, columns
    string_map annotations;
    std::optional<word_list> cap_add, cap_drop;
    std::string cgroupns_mode;
    std::optional<string_list> dns, dns_options, dns_search, extra_hosts, group_add;
    std::string ipc_mode, cgroup;
    std::optional<string_list> links;
    int oom_score_adj = 0;
    std::string pid_mode;
    bool privileged = false, publish_all_ports = false, readonly_rootfs = false;
    std::optional<string_list> security_opt;
    string_map storage_opt;
    string_map tmpfs; ///< options by target
    std::string uts_mode, userns_mode;
    std::int64_t shm_size = 0; ///< bytes; 0 is the default of 64 MiB
    string_map sysctls;
    std::string runtime;
    std::string isolation;
    std::vector<mount> mounts;
    std::optional<string_list> masked_paths, readonly_paths; ///< null is Docker's default; `[]` none
    std::optional<bool> init;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Binds", self.binds);
        v("ContainerIDFile", self.container_id_file);
        v("LogConfig", self.log_config);
        v("NetworkMode", self.network_mode);
        v("PortBindings", self.port_bindings);
        v("RestartPolicy", self.restart_policy);
        v("AutoRemove", self.auto_remove);
        v("VolumeDriver", self.volume_driver);
        v("VolumesFrom", self.volumes_from);
        v("ConsoleSize", self.console_size);
        v.omit_empty("Annotations", self.annotations);
        v("CapAdd", self.cap_add);
        v("CapDrop", self.cap_drop);
        v("CgroupnsMode", self.cgroupns_mode);
        v("Dns", self.dns);
        v("DnsOptions", self.dns_options);
        v("DnsSearch", self.dns_search);
        v("ExtraHosts", self.extra_hosts);
        v("GroupAdd", self.group_add);
        v("IpcMode", self.ipc_mode);
        v("Cgroup", self.cgroup);
        v("Links", self.links);
        v("OomScoreAdj", self.oom_score_adj);
        v("PidMode", self.pid_mode);
        v("Privileged", self.privileged);
        v("PublishAllPorts", self.publish_all_ports);
        v("ReadonlyRootfs", self.readonly_rootfs);
        v("SecurityOpt", self.security_opt);
        v.omit_empty("StorageOpt", self.storage_opt);
        v.omit_empty("Tmpfs", self.tmpfs);
        v("UTSMode", self.uts_mode);
        v("UsernsMode", self.userns_mode);
        v("ShmSize", self.shm_size);
        v.omit_empty("Sysctls", self.sysctls);
        v.omit_empty("Runtime", self.runtime);
        v("Isolation", self.isolation);
        resources::describe(v, self);
        v.omit_empty("Mounts", self.mounts);
        v("MaskedPaths", self.masked_paths);
        v("ReadonlyPaths", self.readonly_paths);
        v.omit_empty("Init", self.init);
    }
};

} // namespace mocker::types

#endif
