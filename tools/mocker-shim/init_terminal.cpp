#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

#include "init_state.hpp"
#include "system.hpp"

namespace shim {
namespace {

/// Hands a descriptor to the shim.
int send_descriptor(int socket, int fd) {
    char kind = static_cast<char>(sync_kind::terminal);
    iovec data{&kind, 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    long const sent = uninterrupted([&] { return ::sendmsg(socket, &message, MSG_NOSIGNAL); });
    return sent < 0 ? static_cast<int>(sent) : 0;
}

/// /dev/null of the container, if it is the real one.
int open_null() {
    int const fd = ::open("/dev/null", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    struct stat what;
    if (fd >= 0 && ::fstat(fd, &what) == 0 && S_ISCHR(what.st_mode) && what.st_rdev == makedev(1, 3)) return fd;
    if (fd >= 0) ::close(fd);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return -errno;
    ::close(ends[1]);
    return ends[0]; // reads as empty, which is what is asked of a stdin that nobody writes
}

} // namespace

int open_terminal(init_state& s) {
    int const root = s.root >= 0 ? s.root : ::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) return -errno;
    int const master = open_in_root(root, "/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK);
    if (root != s.root) ::close(root);
    if (master < 0) return master;
    struct stat what;
    struct statfs filesystem;
    if (::fstat(master, &what) != 0 || ::fstatfs(master, &filesystem) != 0) return -errno;
    if (what.st_rdev != makedev(5, 2) || filesystem.f_type != DEVPTS_SUPER_MAGIC) return -ENOTTY;
    int unlocked = 0;
    winsize size{};
    size.ws_row = s.view.head().rows;
    size.ws_col = s.view.head().columns;
    if (::ioctl(master, TIOCSPTLCK, &unlocked) != 0 || ::ioctl(master, TIOCSWINSZ, &size) != 0) return -errno;
    s.terminal = ::ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (s.terminal < 0) return -errno;
    int const failed = send_descriptor(s.fds.sync, master);
    ::close(master);
    return failed;
}

int set_standard_streams(init_state& s, uint32_t owner) {
    int streams[3] = {s.fds.in, s.fds.out, s.fds.err};
    if (s.terminal >= 0) {
        for (int& stream : streams) stream = s.terminal;
        if (::ioctl(s.terminal, TIOCSCTTY, 0) != 0) return -errno;
    } else if (streams[0] < 0) {
        streams[0] = open_null();
        if (streams[0] < 0) return streams[0];
    }
    // Owned by the user, so that /dev/stdout and its like can be opened again.
    for (int const stream : streams) {
        struct stat what;
        bool const ours = ::fstat(stream, &what) == 0 && (S_ISFIFO(what.st_mode) || stream == s.terminal);
        if (ours && owner != 0 && ::fchown(stream, owner, static_cast<gid_t>(-1)) != 0) return -errno;
    }
    for (int target = 0; target < 3; ++target)
        if (::dup3(streams[target], target, 0) < 0) return -errno;
    // Nothing but the socket stays open: a working directory below /proc/self/fd could lead out of the container.
    if (s.fds.sync != 3) {
        if (::dup3(s.fds.sync, 3, O_CLOEXEC) < 0) return -errno;
        s.fds.sync = 3;
    }
    s.root = s.terminal = s.empty_directory = -1;
    return close_from(4);
}

} // namespace shim
