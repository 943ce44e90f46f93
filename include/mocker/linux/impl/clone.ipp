#ifndef MOCKER_LINUX_IMPL_CLONE_IPP
#define MOCKER_LINUX_IMPL_CLONE_IPP

#include <mocker/linux/clone.hpp>

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <memory>

namespace mocker::linux_ {
namespace detail {

struct daemon_request {
    int program;
    char* const* arguments;
    int const* descriptors;
    int count;
    int failed;   ///< errno of whoever could not go on
    char* stacks; ///< of the two new processes
};

inline constexpr std::size_t daemon_stack = 16 * 1024;

/// In the new process, on the memory of its parent: only system calls.
MOCKER_DECL int become_daemon(void* argument) noexcept {
    auto& request = *static_cast<daemon_request*>(argument);
    int copies[8];
    ::setsid();
    bool ready = true;
    for (int i = 0; i < request.count; ++i) { // out of the way of their new numbers
        copies[i] = ::fcntl(request.descriptors[i], F_DUPFD_CLOEXEC, 64);
        ready = ready && copies[i] >= 0;
    }
    for (int i = 0; i < request.count; ++i) ready = ready && ::dup2(copies[i], 3 + i) >= 0;
    char* const environment[] = {nullptr};
    if (ready) ::syscall(SYS_execveat, request.program, "", request.arguments, environment, AT_EMPTY_PATH);
    request.failed = errno;
    return static_cast<int>(
        ::syscall(SYS_exit_group, 127)); // not _exit(3): sanitizers take it for the end of this memory
}

/// The middle process: its end makes an orphan of the daemon.
MOCKER_DECL int leave_daemon(void* argument) noexcept {
    auto& request = *static_cast<daemon_request*>(argument);
    char* const stack = request.stacks + 2 * daemon_stack; // stacks grow downwards
    if (::clone(become_daemon, stack, CLONE_VM | CLONE_VFORK, argument) < 0) request.failed = errno;
    return static_cast<int>(::syscall(SYS_exit_group, 0));
}

} // namespace detail

MOCKER_DECL result<unique_fd> open_program(std::string const& path) {
    int fd = static_cast<int>(::syscall(SYS_open_tree, AT_FDCWD, path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
    mount_attr read_only{};
    read_only.attr_set = MOUNT_ATTR_RDONLY;
    if (fd >= 0 && ::syscall(SYS_mount_setattr, fd, "", AT_EMPTY_PATH, &read_only, sizeof read_only) != 0) {
        ::close(fd);
        fd = -1;
    }
    if (fd < 0) fd = ::open(path.c_str(), O_PATH | O_CLOEXEC);
    if (fd < 0) return error::from_errno(errno, path);
    unique_fd const low(fd); // the numbers from 3 on are for the descriptors of the daemon
    unique_fd high(::fcntl(fd, F_DUPFD_CLOEXEC, 64));
    if (!high) return error::from_errno(errno, path);
    return high;
}

MOCKER_DECL result<> start_daemon(unique_fd const& program, std::vector<std::string> const& arguments,
                                  std::vector<int> const& descriptors) {
    std::vector<char*> pointers;
    for (auto const& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
    pointers.push_back(nullptr);
    if (descriptors.size() > 8) return error::from_errno(EINVAL, "more than 8 descriptors");
    detail::daemon_request request{
        program.get(), pointers.data(), descriptors.data(), static_cast<int>(descriptors.size()), 0, nullptr};
    std::unique_ptr<char[]> const stacks(new char[2 * detail::daemon_stack]);
    request.stacks = stacks.get();
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &before); // a handler of ours must not run in the new processes
    // Not vfork(3): it returns twice, which sanitizers and nesting do not go well with.
    pid_t const middle =
        ::clone(detail::leave_daemon, stacks.get() + detail::daemon_stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &request);
    int const failed = middle < 0 ? errno : 0;
    if (middle > 0)
        while (::waitpid(middle, nullptr, 0) < 0 && errno == EINTR) {
        }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (failed != 0) return error::from_errno(failed, "clone");
    if (request.failed != 0) return error::from_errno(request.failed, arguments.empty() ? "" : arguments[0]);
    return {};
}

} // namespace mocker::linux_

#endif
