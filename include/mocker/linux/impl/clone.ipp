#ifndef MOCKER_LINUX_IMPL_CLONE_IPP
#define MOCKER_LINUX_IMPL_CLONE_IPP

#include <mocker/linux/clone.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace mocker::linux_ {
namespace detail {

struct daemon_request {
    int program;
    char* const* arguments;
    int const* descriptors;
    int count;
    int failed; ///< errno of whoever could not go on
};

/// In the new process, on the memory of its parent: only system calls.
[[noreturn]] MOCKER_DECL void become_daemon(daemon_request& request) noexcept {
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
    ::_exit(127);
}

/// The middle process: its end makes an orphan of the daemon.
[[noreturn]] MOCKER_DECL void leave_daemon(daemon_request& request) noexcept {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    pid_t const daemon = ::vfork();
#pragma GCC diagnostic pop
    if (daemon == 0) become_daemon(request);
    if (daemon < 0) request.failed = errno;
    ::_exit(0);
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
    detail::daemon_request request{program.get(), pointers.data(), descriptors.data(), static_cast<int>(descriptors.size()), 0};
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &before); // a handler of ours must not run in the new processes
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    pid_t const middle = ::vfork();
#pragma GCC diagnostic pop
    if (middle == 0) detail::leave_daemon(request);
    int const failed = middle < 0 ? errno : 0;
    if (middle > 0)
        while (::waitpid(middle, nullptr, 0) < 0 && errno == EINTR) {}
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (failed != 0) return error::from_errno(failed, "vfork");
    if (request.failed != 0) return error::from_errno(request.failed, arguments.empty() ? "" : arguments[0]);
    return {};
}

} // namespace mocker::linux_

#endif
