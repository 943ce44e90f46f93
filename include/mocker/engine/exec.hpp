#ifndef MOCKER_ENGINE_EXEC_HPP
#define MOCKER_ENGINE_EXEC_HPP

#include <mocker/types/exec.hpp>

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace mocker::engine {

/// A further process in a running container. Kept after its end, until the container stops.
struct exec_info {
    std::string id{};
    std::string container_id{};
    types::exec_config config{};
    bool started = false;
    bool running = false;
    std::optional<int> exit_code{};
    pid_t pid = 0;
};

using exec_ptr = std::shared_ptr<exec_info const>;

/// How to start an exec.
struct exec_start_options {
    bool detach = false;             ///< nobody reads its output
    std::uint16_t rows = 0;          ///< of its terminal; 0: unknown
    std::uint16_t columns = 0;
};

} // namespace mocker::engine

#endif
