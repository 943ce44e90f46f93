#ifndef MOCKER_CLI_IMPL_COMMAND_TABLE_IPP
#define MOCKER_CLI_IMPL_COMMAND_TABLE_IPP

#include <mocker/cli/command.hpp>

namespace mocker::cli {
namespace detail {

/// What docker's `run` and `create` have beyond ours.
inline constexpr std::string_view refused_container_flags =
    "--add-host --annotation --blkio-weight --blkio-weight-device --cgroup-parent --cgroupns --cpu-count --cpu-percent "
    "--cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpu-shares -c --cpuset-cpus --cpuset-mems --device "
    "--device-cgroup-rule --device-read-bps --device-read-iops --device-write-bps --device-write-iops "
    "--disable-content-trust --dns --dns-opt --dns-option --dns-search --domainname --expose --gpus --group-add "
    "--health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout "
    "--init --io-maxbandwidth --io-maxiops --ip --ip6 --ipc --isolation --kernel-memory --link --link-local-ip "
    "--log-driver --log-opt --mac-address --memory-reservation --memory-swap --memory-swappiness --net-alias "
    "--network-alias --no-healthcheck --oom-kill-disable --oom-score-adj --pid --publish -p --publish-all -P --restart "
    "--runtime --security-opt --storage-opt --sysctl --use-api-socket --userns --uts --volume-driver --volumes-from";

MOCKER_DECL std::vector<command_entry> make_command_table() {
    constexpr auto any = command_entry::any_number;
    return {
        {{"container run", "run"}, "[OPTIONS] IMAGE [COMMAND] [ARG...]", "Create and run a new container from an image", 1, any,
         false, refused_container_flags, make_run_command},
        {{"container exec", "exec"}, "[OPTIONS] CONTAINER COMMAND [ARG...]", "Execute a command in a running container", 2, any,
         false, "", make_exec_command},
        {{"container ls", "container list", "container ps", "ps"}, "[OPTIONS]", "List containers", 0, 0, true, "", make_ps_command},
        {{"image pull", "pull"}, "[OPTIONS] NAME[:TAG|@DIGEST]", "Download an image from a registry", 1, 1, true,
         "--all-tags -a --disable-content-trust", make_pull_command},
        {{"image ls", "image list", "images"}, "[OPTIONS] [REPOSITORY[:TAG]]", "List images", 0, 1, true, "--tree", make_images_command},
        {{"version"}, "[OPTIONS]", "Show the Docker version information", 0, 0, true, "", make_version_command},
        {{"system info", "info"}, "[OPTIONS]", "Display system-wide information", 0, 0, true, "", make_info_command},
        {{"container attach", "attach"}, "[OPTIONS] CONTAINER",
         "Attach local standard input, output, and error streams to a running container", 1, 1, true, "", make_attach_command},
        {{"container create", "create"}, "[OPTIONS] IMAGE [COMMAND] [ARG...]", "Create a new container", 1, any, false,
         refused_container_flags, make_create_command},
        {{"image import", "import"}, "[OPTIONS] file|URL|- [REPOSITORY[:TAG]]",
         "Import the contents from a tarball to create a filesystem image", 1, any, true, "", make_import_command},
        {{"inspect"}, "[OPTIONS] NAME|ID [NAME|ID...]", "Return low-level information on Docker objects", 1, any, true, "",
         make_inspect_command},
        {{"container inspect"}, "[OPTIONS] CONTAINER [CONTAINER...]", "Display detailed information on one or more containers", 1,
         any, true, "", make_container_inspect_command},
        {{"image inspect"}, "[OPTIONS] IMAGE [IMAGE...]", "Display detailed information on one or more images", 1, any, true,
         "--platform", make_image_inspect_command},
        {{"container kill", "kill"}, "[OPTIONS] CONTAINER [CONTAINER...]", "Kill one or more running containers", 1, any, true, "",
         make_kill_command},
        {{"image load", "load"}, "[OPTIONS]", "Load an image from a tar archive or STDIN", 0, 0, true, "--platform", make_load_command},
        {{"container logs", "logs"}, "[OPTIONS] CONTAINER", "Fetch the logs of a container", 1, 1, true, "", make_logs_command},
        {{"container restart", "restart"}, "[OPTIONS] CONTAINER [CONTAINER...]", "Restart one or more containers", 1, any, true, "",
         make_restart_command},
        {{"container rm", "container remove", "rm"}, "[OPTIONS] CONTAINER [CONTAINER...]", "Remove one or more containers", 1, any,
         true, "", make_rm_command},
        {{"image rm", "image remove", "rmi"}, "[OPTIONS] IMAGE [IMAGE...]", "Remove one or more images", 1, any, true,
         "--platform", make_rmi_command},
        {{"container start", "start"}, "[OPTIONS] CONTAINER [CONTAINER...]", "Start one or more stopped containers", 1, any, true,
         "--checkpoint --checkpoint-dir", make_start_command},
        {{"container stop", "stop"}, "[OPTIONS] CONTAINER [CONTAINER...]", "Stop one or more running containers", 1, any, true, "",
         make_stop_command},
        {{"image tag", "tag"}, "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]", "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE", 2, 2,
         true, "", make_tag_command},
        {{"container wait", "wait"}, "CONTAINER [CONTAINER...]", "Block until one or more containers stop, then print their exit codes",
         1, any, true, "", make_wait_command},
    };
}

} // namespace detail

MOCKER_DECL std::span<command_entry const> command_table() {
    static std::vector<command_entry> const table = detail::make_command_table();
    return table;
}

} // namespace mocker::cli

#endif
