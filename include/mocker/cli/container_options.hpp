#ifndef MOCKER_CLI_CONTAINER_OPTIONS_HPP
#define MOCKER_CLI_CONTAINER_OPTIONS_HPP

#include <mocker/cli/flag_set.hpp>
#include <mocker/core/error.hpp>
#include <mocker/types/container.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::cli {

/// The options that `run` and `create` share, and the request that they make.
struct container_options {
    std::vector<std::string> attach{}, env{}, env_files{}, labels{}, label_files{}, volumes{}, cap_add{}, cap_drop{},
        tmpfs{}, networks{};
    std::vector<types::mount> mounts{};
    std::vector<types::ulimit> ulimits{};
    bool interactive = false, tty = false, privileged = false, read_only = false, auto_remove = false, quiet = false;
    std::string name{}, user{}, workdir{}, stop_signal{}, hostname{}, platform{}, cid_file{};
    std::string pull = "missing"; ///< or `always`, `never`
    std::optional<std::string> entrypoint{};
    std::int64_t memory = 0, shm_size = 0, nano_cpus = 0;
    std::optional<std::int64_t> pids_limit{}, stop_timeout{};

    MOCKER_DECL void declare(flag_set& flags);

    /** What to ask the engine for. @param arguments image, command, arguments of the command.
        @par Errors errc::malformed in docker's words; those of reading files. */
    MOCKER_DECL result<types::container_create_request> request(std::vector<std::string> const& arguments,
                                                                bool detached) const;
};

/// A number of CPUs such as `1.5`, in 10^-9 CPUs. @par Errors docker's.
MOCKER_DECL result<std::int64_t> parse_cpus(std::string_view text);
/// `type=soft[:hard]`. @par Errors docker's.
MOCKER_DECL result<types::ulimit> parse_ulimit(std::string_view text);
/// `type=bind,source=/a,target=/b,readonly`. @par Errors docker's.
MOCKER_DECL result<types::mount> parse_mount(std::string_view text);
/// The lines of an environment or label file: `NAME=VALUE`, `NAME`, `# comment`. @par Errors those of reading;
/// docker's.
MOCKER_DECL result<std::vector<std::string>> read_key_value_file(std::string const& path, bool environment);
/// `NAME=VALUE`; `NAME` alone takes the value of this program's environment, where it has one. @par Errors docker's.
MOCKER_DECL result<std::string> resolve_environment(std::string_view text);
/// `os[/arch[/variant]]` with docker's aliases resolved. @par Errors docker's.
MOCKER_DECL result<std::string> normalize_platform(std::string const& text);

} // namespace mocker::cli

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/cli/impl/container_options.ipp>
#include <mocker/cli/impl/option_values.ipp>
#endif
#endif
