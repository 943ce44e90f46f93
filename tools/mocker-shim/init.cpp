#include <mocker/linux/network_plan.hpp>

#include <linux/keyctl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "init_state.hpp"
#include "system.hpp"

namespace shim {
namespace {

int send_kind(int socket, sync_kind kind) {
    char const byte = static_cast<char>(kind);
    long const sent = uninterrupted([&] { return ::send(socket, &byte, 1, MSG_NOSIGNAL); });
    return sent < 0 ? static_cast<int>(sent) : 0;
}

int await_kind(int socket, sync_kind kind) {
    char byte = 0;
    long const got = uninterrupted([&] { return ::recv(socket, &byte, 1, 0); });
    if (got < 0) return static_cast<int>(got);
    return got == 1 && byte == static_cast<char>(kind) ? 0 : -ECANCELED; // the shim went away or gave up
}

int container_network(init_state& s, plan::step const& step) {
    char* const requests = s.view.bytes(step.b);
    if (step.y > 0) {
        ifreq interface {};
        char const* const name = s.view.text(step.a);
        memcpy(interface.ifr_name, name, strnlen(name, IFNAMSIZ - 1));
        int const socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (socket < 0) return -errno;
        int const failed = ::ioctl(socket, SIOCGIFINDEX, &interface) != 0 ? -errno : 0;
        ::close(socket);
        if (failed != 0) return failed;
        auto const* const offsets = reinterpret_cast<uint32_t const*>(s.view.bytes(step.c));
        for (uint64_t i = 0; i < step.y; ++i)
            mocker::linux_::store_number(requests + offsets[i], static_cast<uint32_t>(interface.ifr_ifindex));
    }
    return -mocker::linux_::perform_requests(requests, step.x);
}

int wait_at_gate(init_state& s) {
    int failed = send_kind(s.fds.sync, sync_kind::at_gate);
    if (failed == 0) failed = await_kind(s.fds.sync, sync_kind::go);
    if (failed == 0) failed = send_kind(s.fds.sync, sync_kind::executing);
    return failed;
}

int set_limit(plan::step const& step) {
    rlimit const limit{step.x, step.y};
    return ::setrlimit(static_cast<__rlimit_resource_t>(step.flags), &limit) != 0 ? -errno : 0;
}

int perform(init_state& s, plan::step const& t) {
    auto const text = [&](uint32_t offset) { return s.view.text(offset); };
    auto const result = [](int returned) { return returned != 0 ? -errno : 0; };
    switch (t.kind) {
    case plan::op::enter_process: return static_cast<int>(call(SYS_setns, s.fds.target, static_cast<int>(t.x)));
    case plan::op::enter_namespace: {
        int const fd = ::open(text(t.a), O_RDONLY | O_CLOEXEC);
        if (fd < 0) return -errno;
        int const done = static_cast<int>(call(SYS_setns, fd, static_cast<int>(t.x)));
        ::close(fd);
        return done;
    }
    case plan::op::unshare: return static_cast<int>(call(SYS_unshare, static_cast<int>(t.x)));
    case plan::op::write_file: return write_file(text(t.a), text(t.b), t.x);
    case plan::op::propagation: return result(::mount(nullptr, "/", nullptr, t.x, nullptr));
    case plan::op::overlay_lower: return 0;
    case plan::op::overlay: return mount_overlay(s, t);
    case plan::op::mount: return mount_filesystem(s, t);
    case plan::op::bind: return bind_mount(s, t);
    case plan::op::directory: return enter_directory(s, text(t.a));
    case plan::op::node:
        if (::mknod(text(t.a), static_cast<mode_t>(t.x), t.y) != 0) return errno == EEXIST ? 0 : -errno;
        return t.b == 0 && t.c == 0 ? 0 : result(::lchown(text(t.a), t.b, t.c));
    case plan::op::link: return ::symlink(text(t.a), text(t.b)) == 0 || errno == EEXIST ? 0 : -errno;
    case plan::op::console: return bind_console(s);
    case plan::op::open_terminal: return open_terminal(s);
    case plan::op::mask: return mask_path(s, text(t.a));
    case plan::op::read_only: return make_read_only(s, text(t.a), (t.flags & plan::in_place) != 0);
    case plan::op::read_only_root: return make_root_read_only(s);
    case plan::op::sysctl: return write_sysctl(s, text(t.a), text(t.b));
    case plan::op::wait_host: return await_kind(s.fds.sync, sync_kind::host_ready);
    case plan::op::container_network: return container_network(s, t);
    case plan::op::hostname: return result(::sethostname(text(t.a), strlen(text(t.a))));
    case plan::op::domainname: return result(::setdomainname(text(t.a), strlen(text(t.a))));
    case plan::op::set_limit: return set_limit(t);
    case plan::op::enter_root: return enter_root(s);
    case plan::op::standard_streams: return set_standard_streams(s, static_cast<uint32_t>(t.x));
    case plan::op::working_directory: return working_directory(text(t.a), (t.flags & plan::make_missing) != 0);
    case plan::op::bounding_set: return keep_bounding_set(t.x);
    case plan::op::identity: return take_identity(s, t);
    case plan::op::no_new_privileges: return result(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    case plan::op::gate: return wait_at_gate(s);
    case plan::op::seccomp: return install_seccomp(s.view.bytes(t.b), t.x);
    case plan::op::capabilities:
        return set_capabilities(*reinterpret_cast<plan::capability_masks const*>(s.view.bytes(t.b)));
    case plan::op::execute: return execute(s, t);
    default: return -ENOSYS;
    }
}

void report(init_state const& s, plan::step const& t, int failed) {
    char message[4096 + sizeof(sync_failure)];
    sync_failure failure{};
    failure.kind = static_cast<char>(sync_kind::failed);
    failure.op = static_cast<uint32_t>(t.kind);
    failure.error = -failed;
    failure.extra = s.extra;
    uint32_t const named = t.kind == plan::op::mount || t.kind == plan::op::bind ? t.b : t.a;
    char const* about = named != 0 ? s.view.text(named) : "";
    if (t.kind == plan::op::execute) about = *reinterpret_cast<char**>(s.view.bytes(t.a)); // argv[0]: a pointer by now
    size_t const size = strnlen(about, 4096);
    memcpy(message, &failure, sizeof failure);
    memcpy(message + sizeof failure, about, size);
    (void)!::send(s.fds.sync, message, sizeof failure + size, MSG_NOSIGNAL);
}

} // namespace

[[noreturn]] void run_init(plan_view view, init_fds fds) {
    // Whoever ends the shim ends the container.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); // nobody in the container may look into us or at our executable
    ::setsid();
    (void)call(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr); // the keys of whoever started us stay with them
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    init_state s;
    s.view = view;
    s.fds = fds;
    auto const part = view.head().init;
    auto const* const first = view.steps(part);
    for (auto const* t = first; t != first + part.count; ++t) {
        int const failed = perform(s, *t);
        if (failed < 0 && !(failed == -ENOENT && (t->flags & plan::optional) != 0)) {
            report(s, *t, failed);
            break;
        }
    }
    ::_exit(127);
}

} // namespace shim
