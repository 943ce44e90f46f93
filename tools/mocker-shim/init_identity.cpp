#include <mocker/runtime/shim_protocol.hpp>

#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>

#include "init_state.hpp"
#include "system.hpp"

namespace shim {
namespace {

using mocker::runtime::shim::execute_detail;

int make_directories(char const* path) {
    char prefix[4096];
    size_t const size = strlen(path);
    if (size >= sizeof prefix) return -ENAMETOOLONG;
    for (size_t i = 1; i <= size; ++i) {
        if (path[i] != '/' && path[i] != 0) continue;
        memcpy(prefix, path, i);
        prefix[i] = 0;
        if (::mkdir(prefix, 0755) != 0 && errno != EEXIST) return -errno;
    }
    return 0;
}

bool is_directory(char const* path) {
    struct stat what;
    return ::stat(path, &what) == 0 && S_ISDIR(what.st_mode);
}

int execute_file(init_state& s, char const* path, char** arguments, char** environment) {
    ::execve(path, arguments, environment);
    int const failed = errno;
    if (failed == EACCES && is_directory(path)) s.extra = static_cast<uint32_t>(execute_detail::is_directory);
    if (failed == ENOENT && ::access(path, F_OK) == 0)
        s.extra = static_cast<uint32_t>(execute_detail::interpreter_missing);
    return -failed;
}

/// As Go's exec.LookPath, whose texts docker's users know: only absolute directories, and only "not found" at the end.
int execute_in_path(init_state& s, char const* path, char** arguments, char** environment) {
    char candidate[4096];
    size_t const name = strlen(arguments[0]);
    int worst = -ENOENT;
    for (char const* at = path;;) {
        size_t const length = strcspn(at, ":");
        if (length > 0 && *at == '/' && length + name + 2 < sizeof candidate) {
            memcpy(candidate, at, length);
            candidate[length] = '/';
            memcpy(candidate + length + 1, arguments[0], name + 1);
            ::execve(candidate, arguments, environment);
            bool const there = errno != ENOENT && errno != ENOTDIR && errno != EACCES;
            bool const no_interpreter = errno == ENOENT && ::access(candidate, F_OK) == 0;
            if (there || no_interpreter) {
                s.extra = no_interpreter ? static_cast<uint32_t>(execute_detail::interpreter_missing) : 0;
                return no_interpreter ? -ENOENT : -errno;
            }
        }
        at += length;
        if (*at++ == 0) break;
    }
    s.extra = static_cast<uint32_t>(execute_detail::in_path);
    return worst;
}

/// Offsets become pointers, in place.
char** pointers(plan_view view, uint32_t table, uint64_t count) {
    auto* const entries = reinterpret_cast<uint64_t*>(view.bytes(table));
    for (uint64_t i = 0; i < count; ++i)
        entries[i] = reinterpret_cast<uint64_t>(view.bytes(static_cast<uint32_t>(entries[i])));
    entries[count] = 0;
    return reinterpret_cast<char**>(entries);
}

} // namespace

int working_directory(char const* path, bool make) {
    int failed = ::chdir(path) != 0 ? -errno : 0;
    if (failed == -ENOENT && make) {
        failed = make_directories(path);
        if (failed == 0 && ::chdir(path) != 0) failed = -errno;
    }
    if (failed != 0) return failed;
    char where[4096];
    long const size = call(SYS_getcwd, where, sizeof where);
    if (size < 0 && size != -ERANGE) return static_cast<int>(size);
    return size > 0 && where[0] != '/' ? -ENOENT : 0; // "(unreachable)": outside of the root
}

int keep_bounding_set(uint64_t keep) {
    for (unsigned capability = 0; capability < 64; ++capability) {
        if ((keep >> capability & 1) != 0) continue;
        if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) {
            if (errno == EINVAL) break; // beyond the last one
            return -errno;
        }
    }
    return 0;
}

int take_identity(init_state& s, plan::step const& step) {
    ::umask(static_cast<mode_t>(step.c));
    if (::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) return -errno;
    long failed =
        call(SYS_setgroups, static_cast<size_t>(step.flags), step.flags == 0 ? nullptr : s.view.bytes(step.b));
    auto const user = static_cast<uid_t>(step.x);
    auto const group = static_cast<gid_t>(step.y);
    if (failed >= 0) failed = call(SYS_setresgid, group, group, group);
    if (failed >= 0) failed = call(SYS_setresuid, user, user, user);
    if (failed < 0) return static_cast<int>(failed);
    // The kernel forgot this with the change of the user: without its shim the process has to end.
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return -errno;
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct now[2];
    if (user != 0) { // what installing a filter takes is effective until the very end
        failed = call(SYS_capget, &header, now);
        for (auto& half : now) half.effective = half.permitted;
        if (failed >= 0) failed = call(SYS_capset, &header, now);
    }
    return failed < 0 ? static_cast<int>(failed) : 0;
}

int set_capabilities(plan::capability_masks wanted) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct now[2];
    long failed = call(SYS_capget, &header, now);
    for (unsigned half = 0; half < 2 && failed >= 0; ++half) {
        auto const part = [half](uint64_t mask) { return static_cast<uint32_t>(mask >> (32 * half)); };
        now[half].permitted &= part(wanted.permitted);
        now[half].effective = now[half].permitted & part(wanted.effective);
        now[half].inheritable = now[half].permitted & part(wanted.inheritable);
    }
    if (failed >= 0) failed = call(SYS_capset, &header, now);
    for (unsigned capability = 0; capability < 64 && failed >= 0; ++capability)
        if ((wanted.ambient >> capability & 1) != 0)
            failed = call(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0);
    return failed < 0 ? static_cast<int>(failed) : 0;
}

int install_seccomp(void* instructions, uint64_t count) {
    sock_fprog program{};
    program.len = static_cast<unsigned short>(count);
    program.filter = static_cast<sock_filter*>(instructions);
    return static_cast<int>(call(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
}

int execute(init_state& s, plan::step const& step) {
    char** const arguments = pointers(s.view, step.a, step.x);
    char** const environment = pointers(s.view, step.b, step.y);
    char const* const name = arguments[0];
    if (strchr(name, '/') != nullptr) return execute_file(s, name, arguments, environment);
    return execute_in_path(s, s.view.text(step.c), arguments, environment);
}

} // namespace shim
