/** @file
    System calls that the C library of today does not wrap, and the few helpers everything here uses. */
#ifndef MOCKER_SHIM_SYSTEM_HPP
#define MOCKER_SHIM_SYSTEM_HPP

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace shim {

/// A system call's result, or minus its errno.
template <class... Arguments>
long call(long number, Arguments... arguments) {
    long const done = ::syscall(number, arguments...);
    return done < 0 ? -errno : done;
}

/// Runs a system call that can be interrupted until it was not.
template <class Function>
long uninterrupted(Function function) {
    for (;;) {
        long const done = function();
        if (done >= 0) return done;
        if (errno != EINTR) return -errno;
    }
}

/// Opens @p path as if @p root were `/`: no symbolic link and no `..` leaves it.
inline int open_in_root(int root, char const* path, uint64_t flags, uint64_t resolve = 0, uint64_t mode = 0) {
    open_how how{};
    how.flags = flags | O_CLOEXEC;
    how.mode = mode;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | resolve;
    for (int attempt = 0;; ++attempt) {
        long const fd = call(SYS_openat2, root, path, &how, sizeof how);
        if (fd != -EAGAIN || attempt == 64) return static_cast<int>(fd); // EAGAIN: something was renamed meanwhile
    }
}

inline int clone3(clone_args& arguments) { return static_cast<int>(call(SYS_clone3, &arguments, sizeof arguments)); }

inline int close_from(unsigned first, unsigned last = ~0U) {
    return static_cast<int>(call(SYS_close_range, first, last, 0U));
}

/// Writes all of it; 0 or minus an errno.
inline int write_whole(int fd, void const* data, size_t size) {
    auto const* at = static_cast<char const*>(data);
    while (size > 0) {
        long const done = uninterrupted([&] { return ::write(fd, at, size); });
        if (done < 0) return static_cast<int>(done);
        at += done;
        size -= static_cast<size_t>(done);
    }
    return 0;
}

/// Writes @p size bytes at once to an existing file of the kernel's; 0 or minus an errno.
inline int write_file(char const* path, void const* data, size_t size) {
    int const fd = ::open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -errno;
    long const done = uninterrupted([&] { return ::write(fd, data, size); });
    ::close(fd);
    return done < 0 ? static_cast<int>(done) : 0;
}

/// Appends a decimal number; returns the new end.
inline char* put_number(char* to, uint64_t number, unsigned digits = 1) {
    char reversed[20];
    unsigned count = 0;
    do {
        reversed[count++] = static_cast<char>('0' + number % 10);
        number /= 10;
    } while (number != 0);
    while (digits-- > count) *to++ = '0';
    while (count > 0) *to++ = reversed[--count];
    return to;
}

inline char* put_text(char* to, char const* text) {
    size_t const size = strlen(text);
    memcpy(to, text, size);
    return to + size;
}

} // namespace shim

#endif
