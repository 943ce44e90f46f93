/// @file What the calls of client::api_client can be asked for.
#ifndef MOCKER_CLIENT_OPTIONS_HPP
#define MOCKER_CLIENT_OPTIONS_HPP

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mocker::client {

/// Filters of a list: the values that each key may have.
using filter_map = std::map<std::string, std::vector<std::string>>;

struct stop_options {
    std::string signal{};         ///< empty: the container's own
    std::optional<int> timeout{}; ///< seconds before the container is killed; -1 is never
};

struct remove_options {
    bool force = false;   ///< kill a running container
    bool volumes = false; ///< and its anonymous volumes
    bool link = false;    ///< only the link of that name
};

struct list_options {
    bool all = false;  ///< those that do not run, too
    int last = -1;     ///< only the last created
    bool size = false; ///< bytes on disk, which take time to count
    filter_map filters{};
};

struct attach_options {
    bool in = false, out = true, err = true;
    bool stream = true;
    bool logs = false; ///< what was written before
    std::string detach_keys{};
};

struct log_options {
    bool out = true, err = true;
    bool follow = false, timestamps = false, details = false;
    std::string since{}, until{}; ///< seconds since the epoch, with up to nine decimals
    std::string tail{};           ///< number of lines, or `all`
};

struct import_options {
    std::string source = "-"; ///< `-` or a URL that the engine fetches
    std::string repository{}, tag{}, message{}, platform{};
    std::vector<std::string> changes{}; ///< instructions of a Dockerfile
};

} // namespace mocker::client

#endif
