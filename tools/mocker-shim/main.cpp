/** @file
    mocker-shim: parent of one process in a container, for as long as that lives.

    Started by mocker::runtime with descriptor 3, a connection (runtime/shim_protocol.hpp), and 4, a launch plan
    (runtime/plan_format.hpp). Needs no memory beyond what it is linked with, and no part of the C++ library. */
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "host.hpp"
#include "init.hpp"
#include "relay.hpp"
#include "system.hpp"

namespace shim {
namespace {

constexpr int control_fd = 3;
constexpr int plan_fd = 4;

/// Maps the plan; false if it is none of ours.
bool take_plan(plan_view& view) {
    struct stat what;
    if (::fstat(plan_fd, &what) != 0 || static_cast<size_t>(what.st_size) < sizeof(plan::header)) return false;
    void* const memory =
        ::mmap(nullptr, static_cast<size_t>(what.st_size), PROT_READ | PROT_WRITE, MAP_PRIVATE, plan_fd, 0);
    ::close(plan_fd);
    if (memory == MAP_FAILED) return false;
    view = plan_view(static_cast<char*>(memory));
    auto const& head = view.head();
    return head.magic == plan::magic && head.version == plan::version &&
           head.size == static_cast<uint64_t>(what.st_size);
}

/// Leaves everything of whoever started us behind: descriptors, directory, terminal, signals, cgroup.
void become_daemon(plan_view view) {
    close_from(5);
    int const null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < 3; ++fd) (void)::dup2(null, fd);
    if (null > 2) ::close(null);
    (void)::fcntl(control_fd, F_SETFD, FD_CLOEXEC);
    (void)::chdir("/");
    ::umask(0);
    for (int signal = 1; signal < 65; ++signal) (void)::signal(signal, SIG_DFL);
    sigset_t all;
    sigfillset(&all); // held back for good: only SIGKILL ends us
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    ::prctl(PR_SET_NAME, "mocker-shim", 0, 0, 0);
    if (view.head().shim_cgroup != 0) (void)write_file(view.text(view.head().shim_cgroup), "0", 1);
    (void)write_file("/proc/self/oom_score_adj", "-500", 4); // the process goes first
}

/// shim.sock in the state directory, whatever the length of its path.
int listen_in(int directory) {
    int const fd = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    char* at = put_text(address.sun_path, "/proc/self/fd/");
    at = put_text(put_number(at, static_cast<uint64_t>(directory)), "/shim.sock");
    *at = 0;
    (void)::unlinkat(directory, "shim.sock", 0);
    ::umask(0177);
    int const bound = ::bind(fd, reinterpret_cast<sockaddr const*>(&address), sizeof address);
    int const failed = bound != 0 || ::listen(fd, 64) != 0 ? -errno : fd;
    ::umask(0);
    return failed;
}

/// Field 22 of /proc/PID/stat: with it, a process id means one process for ever.
uint64_t start_time(pid_t pid) {
    char path[32];
    char text[1024];
    *put_text(put_number(put_text(path, "/proc/"), static_cast<uint64_t>(pid)), "/stat") = 0;
    int const fd = ::open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    long const size = uninterrupted([&] { return ::read(fd, text, sizeof text - 1); });
    ::close(fd);
    if (size <= 0) return 0;
    text[size] = 0;
    char const* at = ::strrchr(text, ')'); // the name before it may hold anything
    for (int field = 2; at != nullptr && field < 22; ++field) at = ::strchr(at + 1, ' ');
    uint64_t ticks = 0;
    if (at != nullptr)
        for (++at; *at >= '0' && *at <= '9'; ++at) ticks = ticks * 10 + static_cast<uint64_t>(*at - '0');
    return ticks;
}

/// `init` in the state directory: the process and us, for whoever cleans up after a killed shim.
int record_processes(int directory, pid_t pid) {
    char text[96];
    char* at = text;
    uint64_t const numbers[] = {static_cast<uint64_t>(pid), start_time(pid), static_cast<uint64_t>(::getpid()),
                                start_time(::getpid())};
    for (uint64_t const number : numbers) {
        at = put_number(at, number);
        *at++ = ' ';
    }
    at[-1] = '\n';
    int const fd = ::openat(directory, "init", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return -errno;
    int const failed = write_whole(fd, text, static_cast<size_t>(at - text));
    ::close(fd);
    return failed;
}

struct launch {
    plan_view view{};
    relay_fds ours{};
    init_fds theirs{};
    pid_t pid = -1;
};

int make_pipe(int& read, int& write, int& nonblocking) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return -errno;
    read = ends[0];
    write = ends[1];
    return ::fcntl(nonblocking, F_SETFL, O_NONBLOCK) != 0 ? -errno : 0;
}

int make_streams(launch& l) {
    int pair[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return -errno;
    l.ours.sync = pair[0];
    l.theirs.sync = pair[1];
    auto const flags = l.view.head().flags;
    if ((flags & plan::has_terminal) != 0) return 0;
    int failed = make_pipe(l.ours.out, l.theirs.out, l.ours.out);
    if (failed == 0) failed = make_pipe(l.ours.err, l.theirs.err, l.ours.err);
    if (failed == 0 && (flags & plan::has_stdin) != 0) failed = make_pipe(l.theirs.in, l.ours.in, l.ours.in);
    return failed;
}

/// Opens the process whose namespaces will be entered. Ours stay as they are but for that of our children's ids.
int take_target(launch& l) {
    auto const& head = l.view.head();
    if (head.target == 0) return 0;
    l.theirs.target = static_cast<int>(call(SYS_pidfd_open, static_cast<pid_t>(head.target), 0));
    if (l.theirs.target < 0) return l.theirs.target;
    if ((head.flags & plan::enters_pid_namespace) == 0) return 0;
    return static_cast<int>(call(SYS_setns, l.theirs.target, CLONE_NEWPID));
}

/// Makes the first process; it carries out its own part of the plan.
int clone_process(launch& l) {
    auto const& head = l.view.head();
    if (int const failed = take_target(l); failed < 0) return failed;
    clone_args arguments{};
    arguments.flags = head.clone_flags | CLONE_PIDFD;
    arguments.pidfd = reinterpret_cast<uint64_t>(&l.ours.process);
    arguments.exit_signal = SIGCHLD;
    int group = -1;
    if (head.cgroup_v2 != 0) {
        group = ::open(l.view.text(head.cgroup_v2), O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (group < 0) return -errno;
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = static_cast<uint64_t>(group);
    }
    l.pid = clone3(arguments);
    if (l.pid == 0) run_init(l.view, l.theirs);
    if (group >= 0) ::close(group);
    return l.pid < 0 ? l.pid : 0;
}

void close_theirs(init_fds const& fds) {
    int const all[] = {fds.sync, fds.target, fds.in, fds.out, fds.err};
    for (int const fd : all)
        if (fd >= 0) ::close(fd);
}

/// What the shim does while the first process mounts: cgroups, network, its own files.
step_failure prepare(launch& l) {
    auto const& head = l.view.head();
    if (auto failed = run_host_steps(l.view, head.after_clone, l.pid); failed.error != 0) return failed;
    char const ready = static_cast<char>(sync_kind::host_ready);
    (void)!::send(l.ours.sync, &ready, 1, MSG_NOSIGNAL);
    int failed = record_processes(l.ours.state, l.pid);
    if (failed == 0) {
        l.ours.listener = listen_in(l.ours.state);
        if (l.ours.listener < 0) failed = l.ours.listener;
    }
    if (failed < 0) return {plan::op::none, -failed, 0, l.view.text(head.state_directory)};
    if (head.log_path != 0) failed = open_log(l.view.text(head.log_path));
    if (failed < 0) return {plan::op::none, -failed, 0, l.view.text(head.log_path)};
    return {};
}

int give_up(launch const& l, step_failure const& failure) {
    if (l.pid > 0) {
        (void)call(SYS_pidfd_send_signal, l.ours.process, SIGKILL, nullptr, 0);
        siginfo_t info;
        (void)uninterrupted([&] { return ::waitid(P_PIDFD, static_cast<id_t>(l.ours.process), &info, WEXITED); });
    }
    run_cleanup(l.view);
    (void)::unlinkat(l.ours.state, "shim.sock", 0);
    (void)::unlinkat(l.ours.state, "init", 0);
    send_failure(control_fd, failure);
    return 1;
}

int run() {
    launch l;
    if (!take_plan(l.view)) return 2;
    auto const& head = l.view.head();
    become_daemon(l.view);
    l.ours.control = control_fd;
    l.ours.state = ::open(l.view.text(head.state_directory), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (l.ours.state < 0) return give_up(l, {plan::op::none, errno, 0, l.view.text(head.state_directory)});
    if (int const failed = make_streams(l); failed < 0) return give_up(l, {plan::op::none, -failed, 0, "pipe"});
    if (auto const failed = run_host_steps(l.view, head.before_clone, 0); failed.error != 0) return give_up(l, failed);
    if (int const failed = clone_process(l); failed < 0) return give_up(l, {plan::op::none, -failed, 0, "clone3"});
    close_theirs(l.theirs);
    if (auto const failed = prepare(l); failed.error != 0) return give_up(l, failed);
    return run_relay(l.view, l.ours, l.pid);
}

} // namespace
} // namespace shim

int main() { return shim::run(); }
