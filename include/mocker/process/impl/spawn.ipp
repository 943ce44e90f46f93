#ifndef MOCKER_PROCESS_IMPL_SPAWN_IPP
#define MOCKER_PROCESS_IMPL_SPAWN_IPP

#include <mocker/process/spawn.hpp>

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string_view>

namespace mocker::process {
namespace detail {

enum class spawn_step { none, death_signal, session, group, descriptors, terminal, directory, exec };

/// All that the child needs, made before it exists; and its answer, which it writes through the shared memory.
struct spawn_plan {
    std::vector<char*> argv{};
    std::vector<char*> environment{};
    std::vector<char const*> programs{}; // candidates, in order
    std::vector<inherited_fd> descriptors{};
    int spare = 3; // above every target
    char const* directory = nullptr;
    bool new_group = false;
    bool new_session = false;
    bool controlling_terminal = false;
    int parent_death_signal = 0;
    pid_t parent = 0;

    spawn_step failed_step = spawn_step::none;
    int failed_errno = 0;
};

/// A stack for the child: it must not use ours, to which we return.
class spawn_stack {
public:
    static constexpr std::size_t size = std::size_t(128) * 1024;
    spawn_stack() : base_(::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0)) {}
    ~spawn_stack() {
        if (base_ != MAP_FAILED) ::munmap(base_, size);
    }
    spawn_stack(spawn_stack const&) = delete;
    spawn_stack& operator=(spawn_stack const&) = delete;

    explicit operator bool() const noexcept { return base_ != MAP_FAILED; }
    void* top() const noexcept { return static_cast<char*>(base_) + size; }

private:
    void* base_;
};

// The child runs on our memory while this thread waits: system calls only, and nothing that a sanitizer would note down.
#define MOCKER_SPAWN_CHILD __attribute__((no_sanitize("address"), no_sanitize("undefined")))

MOCKER_SPAWN_CHILD MOCKER_DECL int spawn_failed(spawn_plan& plan, spawn_step step) {
    plan.failed_errno = errno;
    plan.failed_step = step;
    ::syscall(SYS_exit_group, 127);
    return 127;
}

MOCKER_SPAWN_CHILD MOCKER_DECL void reset_signals() {
    for (int number = 1; number < NSIG; ++number) {
        struct sigaction action;
        if (::sigaction(number, nullptr, &action) != 0) continue;
        bool const handled = action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN;
        if (!handled && number != SIGPIPE) continue;
        action.sa_handler = SIG_DFL;
        action.sa_flags = 0;
        ::sigaction(number, &action, nullptr);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

MOCKER_SPAWN_CHILD MOCKER_DECL bool place_descriptors(spawn_plan& plan) {
    inherited_fd* const begin = plan.descriptors.data();
    inherited_fd* const end = begin + plan.descriptors.size();
    // First out of the way of every target, so that no source is overwritten before its turn.
    for (inherited_fd* fd = begin; fd != end; ++fd) {
        int const moved = ::fcntl(fd->source, F_DUPFD_CLOEXEC, plan.spare);
        if (moved < 0) return false;
        fd->source = moved;
    }
    // Where the kernel or a sandbox does not have it, what was opened with O_CLOEXEC is closed all the same.
    ::syscall(SYS_close_range, 3U, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */);
    for (inherited_fd* fd = begin; fd != end; ++fd)
        if (::dup2(fd->source, fd->target) < 0) return false;
    return true;
}

MOCKER_SPAWN_CHILD MOCKER_DECL void execute(spawn_plan& plan) {
    int worst = ENOENT;
    char const* const* const end = plan.programs.data() + plan.programs.size();
    for (char const* const* program = plan.programs.data(); program != end; ++program) {
        ::execve(*program, plan.argv.data(), plan.environment.data());
        if (errno == EACCES) worst = EACCES;
        else if (errno != ENOENT && errno != ENOTDIR && errno != ESTALE) return;
    }
    errno = worst;
}

MOCKER_SPAWN_CHILD MOCKER_DECL int spawn_child(void* argument) {
    auto& plan = *static_cast<spawn_plan*>(argument);
    if (plan.parent_death_signal != 0) {
        if (::syscall(SYS_prctl, PR_SET_PDEATHSIG, plan.parent_death_signal, 0, 0, 0) != 0)
            return spawn_failed(plan, spawn_step::death_signal);
        if (::getppid() != plan.parent) ::syscall(SYS_exit_group, 127);
    }
    if (plan.new_session && ::setsid() < 0) return spawn_failed(plan, spawn_step::session);
    if (!plan.new_session && plan.new_group && ::setpgid(0, 0) != 0) return spawn_failed(plan, spawn_step::group);
    if (!place_descriptors(plan)) return spawn_failed(plan, spawn_step::descriptors);
    if (plan.controlling_terminal && ::syscall(SYS_ioctl, 0, TIOCSCTTY, 0) != 0)
        return spawn_failed(plan, spawn_step::terminal);
    if (plan.directory != nullptr && ::chdir(plan.directory) != 0) return spawn_failed(plan, spawn_step::directory);
    reset_signals();
    execute(plan);
    return spawn_failed(plan, spawn_step::exec);
}

MOCKER_DECL error spawn_error(spawn_plan const& plan, spawn_request const& request) {
    switch (plan.failed_step) {
    case spawn_step::death_signal: return error::from_errno(plan.failed_errno, "prctl");
    case spawn_step::session: return error::from_errno(plan.failed_errno, "setsid");
    case spawn_step::group: return error::from_errno(plan.failed_errno, "setpgid");
    case spawn_step::descriptors: return error::from_errno(plan.failed_errno, "pass descriptors to " + request.argv[0]);
    case spawn_step::terminal: return error::from_errno(plan.failed_errno, "set controlling terminal");
    case spawn_step::directory: return error::from_errno(plan.failed_errno, "chdir " + request.directory);
    case spawn_step::exec:
    case spawn_step::none: break;
    }
    return error::from_errno(plan.failed_errno, "exec " + request.argv[0]);
}

MOCKER_DECL bool has_nul(std::vector<std::string> const& strings) {
    for (auto const& text : strings)
        if (text.find('\0') != std::string::npos) return true;
    return false;
}

MOCKER_DECL std::string find_variable(std::vector<std::string> const& environment, std::string_view name) {
    for (auto const& entry : environment)
        if (entry.starts_with(name) && entry.size() > name.size() && entry[name.size()] == '=')
            return entry.substr(name.size() + 1);
    return {};
}

MOCKER_DECL std::vector<char*> pointers_to(std::vector<std::string> const& strings) {
    std::vector<char*> pointers;
    pointers.reserve(strings.size() + 1);
    for (auto const& text : strings) pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

/// Clones with every signal blocked: a handler of ours must not run in the child, on our memory.
MOCKER_DECL pid_t clone_with(spawn_plan& plan, spawn_stack const& stack, int& pidfd) {
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t const pid = ::clone(&spawn_child, stack.top(), CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &plan, &pidfd);
    int const why = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = why;
    return pid;
}

} // namespace detail

MOCKER_DECL std::vector<std::string> search_path(std::string const& program, std::string const& path) {
    if (program.find('/') != std::string::npos) return {program};
    std::vector<std::string> places;
    std::size_t begin = 0;
    for (;;) {
        auto const end = path.find(':', begin);
        auto const directory = path.substr(begin, end - begin);
        places.push_back(directory.empty() ? "./" + program : directory + "/" + program);
        if (end == std::string::npos) return places;
        begin = end + 1;
    }
}

MOCKER_DECL std::vector<std::string> current_environment() {
    std::vector<std::string> all;
    for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) all.emplace_back(*entry);
    return all;
}

MOCKER_DECL result<spawned> spawn(spawn_request const& request) {
    if (request.argv.empty() || request.argv[0].empty()) return error::from_errno(EINVAL, "no command given");
    if (detail::has_nul(request.argv) || detail::has_nul(request.environment) || detail::has_nul({request.directory}))
        return error::from_errno(EINVAL, "an argument of " + request.argv[0] + " holds a NUL character");
    detail::spawn_stack const stack;
    if (!stack) return error::from_errno(errno, "mmap");

    auto const path = detail::find_variable(request.environment, "PATH");
    auto const places = search_path(request.argv[0], path.empty() ? "/usr/local/bin:/usr/bin:/bin" : path);
    detail::spawn_plan plan;
    plan.argv = detail::pointers_to(request.argv);
    plan.environment = detail::pointers_to(request.environment);
    for (auto const& place : places) plan.programs.push_back(place.c_str());
    plan.descriptors = request.descriptors;
    for (auto const& fd : request.descriptors)
        if (fd.target >= plan.spare) plan.spare = fd.target + 1;
    plan.directory = request.directory.empty() ? nullptr : request.directory.c_str();
    plan.new_group = request.new_group;
    plan.new_session = request.new_session;
    plan.controlling_terminal = request.controlling_terminal;
    plan.parent_death_signal = request.parent_death_signal;
    plan.parent = ::getpid();

    int pidfd = -1;
    pid_t const pid = detail::clone_with(plan, stack, pidfd);
    if (pid < 0) return error::from_errno(errno, "clone");
    spawned process;
    process.pid = pid;
    process.pidfd.reset(pidfd);
    if (plan.failed_step == detail::spawn_step::none) return process;
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {}
    return detail::spawn_error(plan, request);
}

} // namespace mocker::process

#undef MOCKER_SPAWN_CHILD
#endif
