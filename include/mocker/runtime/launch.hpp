/** @file
    What a runtime is asked to start. */
#ifndef MOCKER_RUNTIME_LAUNCH_HPP
#define MOCKER_RUNTIME_LAUNCH_HPP

#include <mocker/linux/network_plan.hpp>
#include <mocker/oci/runtime_spec.hpp>

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mocker::runtime {

/// The standard streams of a process.
struct stdio {
    bool terminal = false;   ///< one pseudo-terminal instead of three pipes
    bool open_stdin = false; ///< a stdin that clients write; else `/dev/null`
    bool stdin_once =
        false; ///< for whoever attaches: close stdin when the first client goes. The runtime does not act on it.
    std::uint16_t rows = 0; ///< initial size of the terminal; 0: unknown
    std::uint16_t columns = 0;
};

/// The directories that overlayfs makes the root of. All paths are absolute paths of the host.
struct rootfs {
    std::vector<std::string> lower{}; ///< layers, topmost first; at least one
    std::string upper{};              ///< takes what the container writes
    std::string work{};               ///< on the same filesystem as `upper`, empty
    std::string mount_point{};        ///< an existing directory; nothing is ever mounted there in the host's namespace
    bool read_only = false;
};

/// A container to start.
struct launch_request {
    std::string id{};
    std::string state_directory{}; ///< exists; the shim keeps its socket and the exit status there
    oci::runtime_spec spec{};      ///< `root.path` is not used: see `root`
    rootfs root{};
    stdio io{};
    std::string log_path{}; ///< in Docker's json-file format, appended to; empty: no log
    linux_::network_plan network{};
    std::string cgroup_path{}; ///< below each controller's mount: `/mocker/ID`
};

/// One more process in a running container.
struct exec_request {
    std::string id{};
    std::string state_directory{}; ///< of this exec alone; made if missing
    oci::process process{};
    stdio io{};
    pid_t container_pid = -1;              ///< as process::pid() of the container said
    std::string cgroup_path{};             ///< of the container
    std::optional<oci::seccomp> seccomp{}; ///< of the container; nothing: unconfined (so it is with `privileged`)
    std::vector<std::string> namespaces{"pid", "network", "mount", "ipc", "uts", "cgroup"}; ///< to enter
};

} // namespace mocker::runtime

#endif
