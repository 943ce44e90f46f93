#ifndef MOCKER_ENGINE_CONTAINER_HPP
#define MOCKER_ENGINE_CONTAINER_HPP

#include <mocker/core/time.hpp>
#include <mocker/network/bridge.hpp>
#include <mocker/types/container.hpp>

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::engine {

/// Docker's states of a container.
enum class status : std::uint8_t { created, running, paused, restarting, removing, exited, dead };

/// Docker's word for @p s: `created`, `running`, ...
MOCKER_DECL std::string_view status_name(status s) noexcept;

/// The way from one state to the next that a container is on. What a killed engine left there is finished or undone by
/// the next one.
enum class step : std::uint8_t { none, creating, starting, removing, removing_with_volumes };

/// Something of the host, or new, that is visible in a container at `destination`.
struct mount_point {
    enum class kind : std::uint8_t { bind, volume, tmpfs };

    kind type = kind::bind;
    std::string name{};        ///< of a volume
    std::string source{};      ///< path on the host; empty for tmpfs
    std::string destination{}; ///< absolute path in the container
    std::string mode{};        ///< as given: `ro`, `rw`, `z`, comma-separated
    bool writable = true;
    std::string propagation{}; ///< `rprivate`, `rshared`, ... for binds
    bool anonymous = false;    ///< a volume made for this container, removed with it on request
    bool copy_image_data = false; ///< a volume that starts with what the image has at `destination`
    bool create_source = false;   ///< a missing source directory is made (Binds), not an error (Mounts)
    bool recursive = true;        ///< of a bind: with the mounts below the source
    std::vector<std::string> options{}; ///< of a tmpfs: mount options
};

/** One container: what was asked for, and how it is now.

    The engine gives these out as pointers to its own record: it changes while the loop runs. After removal it stays as it
    was last, for whoever still holds it. */
struct container {
    std::string id{};                   ///< 64 hexadecimal digits
    std::string name{};                 ///< without a leading slash
    time_point created{};
    types::container_config config{};   ///< merged with that of the image
    types::host_config host_config{};   ///< as sent, with Docker's defaults filled in
    types::networking_config networking{}; ///< as sent
    std::string image_id{};             ///< `sha256:...`
    std::string image_name{};           ///< as it was asked for
    std::vector<std::string> layers{};  ///< directories of the image's layers, topmost first
    std::vector<mount_point> mounts{};

    status state = status::created;
    step doing = step::none;
    pid_t pid = 0;                      ///< of the first process, while running
    int exit_code = 0;                  ///< 128 + N if a signal ended it
    bool oom_killed = false;
    std::string error{};                ///< why the last start failed
    std::optional<time_point> started_at{};
    std::optional<time_point> finished_at{};
    unsigned restart_count = 0;
    bool stopped_by_user = false;       ///< keeps a restart policy from starting it again
    std::optional<network::endpoint> endpoint{}; ///< on the network `bridge`, while running

    std::string directory{};            ///< ROOT/containers/ID
    std::string state_directory{};      ///< RUN/containers/ID
    std::string log_path{};             ///< in Docker's json-file format; empty with log driver `none`

    bool is_running() const noexcept {
        return state == status::running || state == status::paused || state == status::restarting;
    }
    /// Docker's `Path` and `Args`: what is executed.
    MOCKER_DECL std::vector<std::string> command_line() const;
    /// `bridge`, `none`, `host`.
    MOCKER_DECL std::string network_mode() const;
    std::string hostname_path() const { return directory + "/hostname"; }
    std::string hosts_path() const { return directory + "/hosts"; }
    std::string resolv_conf_path() const { return directory + "/resolv.conf"; }
};

using container_ptr = std::shared_ptr<container const>;

} // namespace mocker::engine

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/engine/impl/container.ipp>
#endif
#endif
