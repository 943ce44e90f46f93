#ifndef MOCKER_CLI_IMPL_CONTAINER_OPTIONS_IPP
#define MOCKER_CLI_IMPL_CONTAINER_OPTIONS_IPP

#include <mocker/cli/container_options.hpp>
#include <mocker/core/size.hpp>

#include <algorithm>
#include <utility>

namespace mocker::cli {
namespace detail {

MOCKER_DECL std::pair<std::string_view, std::optional<std::string_view>> cut(std::string_view text, char separator);
MOCKER_DECL std::string lower_case(std::string_view text);
MOCKER_DECL std::string absolute_source(std::string_view path);
MOCKER_DECL error invalid(std::string text);

/// A setter of a flag: parses its value into @p target.
template <class T, class Parse>
auto parsed_into(T& target, Parse parse) {
    return [&target, parse](std::string_view text) -> result<> {
        MOCKER_TRY_RETURN(value, parse(text));
        target = std::move(value);
        return {};
    };
}

/// The same for a flag that may be repeated.
template <class T, class Parse>
auto parsed_onto(std::vector<T>& target, Parse parse) {
    return [&target, parse](std::string_view text) -> result<> {
        MOCKER_TRY_RETURN(value, parse(text));
        target.push_back(std::move(value));
        return {};
    };
}

MOCKER_DECL result<std::string> parse_stream_name(std::string_view text) {
    auto name = lower_case(text);
    if (name != "stdin" && name != "stdout" && name != "stderr")
        return invalid("valid streams are STDIN, STDOUT and STDERR");
    return name;
}

MOCKER_DECL result<std::string> parse_label(std::string_view text) {
    if (text.empty() || text.starts_with('=')) return invalid("invalid label '" + std::string(text) + "': empty name");
    return std::string(text);
}

MOCKER_DECL void add_binds(std::vector<std::string> const& volumes, types::container_create_request& request) {
    for (auto const& volume : volumes) {
        auto const [source, rest] = cut(volume, ':');
        if (!rest) {
            if (!request.config.volumes) request.config.volumes.emplace();
            request.config.volumes->insert(volume);
            continue;
        }
        if (!request.host_config.binds) request.host_config.binds.emplace();
        request.host_config.binds->push_back(absolute_source(source) + ":" + std::string(*rest));
    }
}

MOCKER_DECL void add_streams(container_options const& options, bool detached, types::container_config& config) {
    auto const asked = [&](char const* name) {
        return std::find(options.attach.begin(), options.attach.end(), name) != options.attach.end();
    };
    config.tty = options.tty;
    config.open_stdin = options.interactive;
    if (!detached) {
        bool const all = options.attach.empty();
        config.attach_stdout = all || asked("stdout");
        config.attach_stderr = all || asked("stderr");
        config.attach_stdin = all ? options.interactive : asked("stdin");
    }
    config.stdin_once = config.open_stdin && config.attach_stdin;
}

} // namespace detail

MOCKER_DECL void container_options::declare(flag_set& flags) {
    flags.add_value("attach", 'a', "list", "Attach to STDIN, STDOUT or STDERR",
                    detail::parsed_onto(attach, detail::parse_stream_name));
    flags.add_list("cap-add", 0, cap_add, "Add Linux capabilities");
    flags.add_list("cap-drop", 0, cap_drop, "Drop Linux capabilities");
    flags.add_text("cidfile", 0, cid_file, "Write the container ID to the file");
    flags.add_value("cpus", 0, "decimal", "Number of CPUs", detail::parsed_into(nano_cpus, parse_cpus));
    flags.add_value("entrypoint", 0, "string", "Overwrite the default ENTRYPOINT of the image",
                    [this](std::string_view text) -> result<> {
                        entrypoint = std::string(text);
                        return {};
                    });
    flags.add_value("env", 'e', "list", "Set environment variables", detail::parsed_onto(env, resolve_environment));
    flags.add_list("env-file", 0, env_files, "Read in a file of environment variables");
    flags.add_text("hostname", 'h', hostname, "Container host name");
    flags.add_switch("interactive", 'i', interactive, "Keep STDIN open even if not attached");
    flags.add_value("label", 'l', "list", "Set meta data on a container",
                    detail::parsed_onto(labels, detail::parse_label));
    flags.add_list("label-file", 0, label_files, "Read in a line delimited file of labels");
    flags.add_value("memory", 'm', "bytes", "Memory limit", detail::parsed_into(memory, parse_size));
    flags.add_value("mount", 0, "mount", "Attach a filesystem mount to the container",
                    detail::parsed_onto(mounts, parse_mount));
    flags.add_text("name", 0, name, "Assign a name to the container");
    flags.add_list("network", 0, networks, "Connect a container to a network");
    flags.add_list("net", 0, networks, "Connect a container to a network");
    flags.hide_last();
    flags.add_integer("pids-limit", 0, pids_limit, "Tune container pids limit (set -1 for unlimited)");
    flags.add_text("platform", 0, platform, "Set platform if server is multi-platform capable");
    flags.add_switch("privileged", 0, privileged, "Give extended privileges to this container");
    flags.add_switch("quiet", 'q', quiet, "Suppress the pull output");
    flags.add_switch("read-only", 0, read_only, "Mount the container's root filesystem as read only");
    flags.add_switch("rm", 0, auto_remove,
                     "Automatically remove the container and its associated anonymous volumes when it exits");
    flags.add_value("shm-size", 0, "bytes", "Size of /dev/shm", detail::parsed_into(shm_size, parse_size));
    flags.add_text("stop-signal", 0, stop_signal, "Signal to stop the container");
    flags.add_integer("stop-timeout", 0, stop_timeout, "Timeout (in seconds) to stop a container");
    flags.add_list("tmpfs", 0, tmpfs, "Mount a tmpfs directory");
    flags.add_switch("tty", 't', tty, "Allocate a pseudo-TTY");
    flags.add_value("ulimit", 0, "ulimit", "Ulimit options", detail::parsed_onto(ulimits, parse_ulimit), "[]");
    flags.add_text("user", 'u', user, "Username or UID (format: <name|uid>[:<group|gid>])");
    flags.add_list("volume", 'v', volumes, "Bind mount a volume");
    flags.add_text("workdir", 'w', workdir, "Working directory inside the container");
}

MOCKER_DECL result<types::container_create_request>
container_options::request(std::vector<std::string> const& arguments, bool detached) const {
    types::container_create_request out;
    auto& config = out.config;
    auto& host = out.host_config;
    config.image = arguments.front();
    if (arguments.size() > 1) config.cmd.emplace().assign(arguments.begin() + 1, arguments.end());
    if (entrypoint) config.entrypoint = types::word_list{*entrypoint};
    config.hostname = hostname;
    config.user = user;
    config.working_dir = workdir;
    config.stop_signal = stop_signal;
    if (stop_timeout) config.stop_timeout = static_cast<int>(*stop_timeout);
    detail::add_streams(*this, detached, config);

    config.env.emplace();
    for (auto const& path : env_files) {
        MOCKER_TRY_RETURN(lines, read_key_value_file(path, true));
        config.env->insert(config.env->end(), lines.begin(), lines.end());
    }
    config.env->insert(config.env->end(), env.begin(), env.end());
    config.labels.emplace();
    std::vector<std::string> all_labels;
    for (auto const& path : label_files) {
        MOCKER_TRY_RETURN(lines, read_key_value_file(path, false));
        all_labels.insert(all_labels.end(), lines.begin(), lines.end());
    }
    all_labels.insert(all_labels.end(), labels.begin(), labels.end());
    for (auto const& label : all_labels) {
        auto const [key, value] = detail::cut(label, '=');
        config.labels->insert_or_assign(std::string(key), std::string(value.value_or("")));
    }

    detail::add_binds(volumes, out);
    host.mounts = mounts;
    for (auto const& entry : tmpfs) {
        auto const [path, mode] = detail::cut(entry, ':');
        host.tmpfs.insert_or_assign(std::string(path), std::string(mode.value_or("")));
    }
    if (networks.size() > 1) return error(errc::unsupported, "more than one --network is not supported");
    host.network_mode = networks.empty() ? "default" : networks.front();
    if (host.network_mode.empty()) return detail::invalid("no name set for network");
    if (host.network_mode.find_first_of("=,") != std::string::npos)
        return error(errc::unsupported, "options of a network are not supported: " + host.network_mode);
    host.auto_remove = auto_remove;
    host.privileged = privileged;
    host.readonly_rootfs = read_only;
    host.memory = memory;
    host.nano_cpus = nano_cpus;
    host.shm_size = shm_size;
    host.pids_limit = pids_limit;
    host.container_id_file = cid_file;
    host.restart_policy.name = "no";
    if (!cap_add.empty()) host.cap_add.emplace().assign(cap_add.begin(), cap_add.end());
    if (!cap_drop.empty()) host.cap_drop.emplace().assign(cap_drop.begin(), cap_drop.end());
    if (!ulimits.empty()) host.ulimits = ulimits;
    if (pull != "always" && pull != "missing" && pull != "never")
        return detail::invalid("invalid pull option: '" + pull +
                               "': must be one of \"always\", \"missing\" or \"never\"");
    return out;
}

} // namespace mocker::cli

#endif
