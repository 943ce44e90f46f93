/** @file
    The launch plan as it travels from the engine to the shim: one block of memory, all references are offsets into it.

    header | steps | strings and tables. It holds everything that follows from the request, so that the shim and the
    container's first process only carry out steps with system calls. Shared with `tools/mocker-shim`, which uses no
    library: plain structures only. */
#ifndef MOCKER_RUNTIME_PLAN_FORMAT_HPP
#define MOCKER_RUNTIME_PLAN_FORMAT_HPP

#include <cstdint>

namespace mocker::runtime::plan {

/// What one step does. `a`, `b`, `c`: offsets of strings; `x`, `y`: numbers.
enum class op : std::uint16_t {
    none,
    // Carried out by the shim, in the host's namespaces.
    make_cgroup,     ///< directory a; one that is there already is an error unless `optional`
    write_file,      ///< bytes b to the existing file a
    device_filter,   ///< the eBPF program of x instructions at b for the device accesses of cgroup (v2) a
    remove_cgroup,   ///< directory a
    host_network,    ///< the requests b of x bytes; the process id goes to the offsets c, y of them
    enter_namespace, ///< setns(2) to file a, namespaces x
    // Carried out by the first process.
    enter_process, ///< setns(2) to the namespaces x of the target
    unshare,       ///< namespaces x
    propagation,   ///< of every mount: flags x
    overlay_lower, ///< lower directory a of the next overlay
    overlay,       ///< upper a, work b, at c; the x steps before are its lower directories
    mount,         ///< a new filesystem: type a, at b, data c; flags x; y: offset of the name of its source
    bind,          ///< host path a at b; attributes x to set, propagation y
    directory,     ///< makes directory a in the root and goes there
    node,          ///< device a in the current directory: mode x, device y; owner b, c
    link,          ///< symbolic link b to a in the current directory
    console,       ///< the terminal's other end at /dev/console
    open_terminal, ///< a new terminal from /dev/pts
    mask,          ///< path a becomes empty
    read_only,     ///< path a becomes read-only
    read_only_root,
    sysctl,            ///< value b to /proc/sys/a
    wait_host,         ///< until the shim has made cgroups and network
    container_network, ///< requests b of x bytes; the index of interface a goes to the offsets c, y of them
    hostname,          ///< a
    domainname,        ///< a
    set_limit,         ///< resource `flags`: soft x, hard y
    enter_root,        ///< pivot_root(2)
    standard_streams,  ///< 0, 1, 2, owned by user x
    working_directory, ///< a, made if missing
    bounding_set,      ///< capabilities to keep: x
    identity,          ///< user x, group y, `flags` further groups (32 bits each) at b; umask c
    no_new_privileges,
    gate,         ///< reports ready and waits for start
    seccomp,      ///< the filter of x instructions at b
    capabilities, ///< a @ref capability_masks at b
    execute,      ///< argument vector at a (x entries), environment at b (y entries), PATH c
};

enum step_flags : std::uint16_t {
    optional = 1,       ///< what does not exist is passed over
    recursive = 2,      ///< bind: with what is mounted below
    real_directory = 4, ///< mount: the path must not lead over a symbolic link
    make_missing = 8,   ///< make the destination
    in_place = 16,      ///< read_only: the mount itself, not a copy laid over it
};

struct step {
    op kind = op::none;
    std::uint16_t flags = 0;
    std::uint32_t a = 0, b = 0, c = 0;
    std::uint64_t x = 0, y = 0;
};

/// Steps [first, first + count).
struct section {
    std::uint32_t first = 0, count = 0;
};

struct capability_masks {
    std::uint64_t effective = 0, permitted = 0, inheritable = 0, ambient = 0;
};

enum plan_flags : std::uint32_t {
    has_terminal = 1,
    has_stdin = 2,
    is_exec = 4,               ///< one more process, not a container's first
    enters_pid_namespace = 16, ///< exec: that of the target
    owns_pid_namespace = 8,    ///< all its processes end with it, so all output does
};

constexpr std::uint32_t magic = 0x6d6b7231; // "mkr1"
constexpr std::uint32_t version = 1;

struct header {
    std::uint32_t magic = plan::magic;
    std::uint32_t version = plan::version;
    std::uint32_t size = 0;
    std::uint32_t flags = 0;
    std::uint64_t clone_flags = 0;
    section before_clone{};            ///< shim
    section after_clone{};             ///< shim, while the first process sets itself up
    section init{};                    ///< first process
    section cleanup{};                 ///< shim, after the end
    std::uint32_t steps = 0;           ///< offset of the steps
    std::uint32_t id = 0;              ///< string
    std::uint32_t state_directory = 0; ///< string
    std::uint32_t log_path = 0;        ///< string; 0: none
    std::uint32_t cgroup_v2 = 0;       ///< directory to clone into; 0: none
    std::uint32_t oom_file = 0;        ///< file with a line `oom_kill N`; 0: none
    std::uint32_t shim_cgroup = 0;     ///< cgroup.procs the shim moves to; 0: none
    std::uint32_t target = 0;          ///< exec: process whose namespaces are entered; 0: none
    std::uint16_t rows = 0, columns = 0;
    std::uint32_t reserved = 0;
};

} // namespace mocker::runtime::plan

#endif
