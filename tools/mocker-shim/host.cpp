#include "host.hpp"

#include <mocker/linux/network_plan.hpp>

#include <linux/bpf.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

#include "system.hpp"

namespace shim {
namespace {

int store_and_send(plan_view view, plan::step const& s, uint32_t number) {
    char* const requests = view.bytes(s.b);
    auto const* const offsets = reinterpret_cast<uint32_t const*>(view.bytes(s.c));
    for (uint64_t i = 0; i < s.y; ++i) mocker::linux_::store_number(requests + offsets[i], number);
    return -mocker::linux_::perform_requests(requests, s.x);
}

/// Lets an eBPF program decide about the accesses to devices of a cgroup of version 2.
int filter_devices(plan_view view, plan::step const& s) {
    union bpf_attr load;
    memset(&load, 0, sizeof load);
    load.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
    load.insns = reinterpret_cast<uint64_t>(view.bytes(s.b));
    load.insn_cnt = static_cast<uint32_t>(s.x);
    load.license = reinterpret_cast<uint64_t>("Apache");
    int const program = static_cast<int>(call(SYS_bpf, BPF_PROG_LOAD, &load, sizeof load));
    if (program < 0) return program;
    int const group = ::open(view.text(s.a), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (group < 0) return -errno;
    union bpf_attr attach;
    memset(&attach, 0, sizeof attach);
    attach.target_fd = static_cast<uint32_t>(group);
    attach.attach_bpf_fd = static_cast<uint32_t>(program);
    attach.attach_type = BPF_CGROUP_DEVICE;
    attach.attach_flags = BPF_F_ALLOW_MULTI;
    int const done = static_cast<int>(call(SYS_bpf, BPF_PROG_ATTACH, &attach, sizeof attach));
    ::close(group);
    ::close(program);
    return done;
}

int enter_namespace(char const* file, uint64_t kinds) {
    int const fd = ::open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -errno;
    int const done = static_cast<int>(call(SYS_setns, fd, static_cast<int>(kinds)));
    ::close(fd);
    return done;
}

/// The file that was written last: lists of rules go to one file, a write each.
class open_file {
public:
    open_file() = default;
    open_file(open_file const&) = delete;
    open_file& operator=(open_file const&) = delete;
    ~open_file() { close(); }

    int write(plan_view view, plan::step const& s) {
        if (s.a != path_) {
            close();
            fd_ = ::open(view.text(s.a), O_WRONLY | O_CLOEXEC);
            if (fd_ < 0) return -errno;
            path_ = s.a;
        }
        return static_cast<int>(uninterrupted([&] { return ::write(fd_, view.text(s.b), s.x); }));
    }

private:
    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
        path_ = 0;
    }

    int fd_ = -1;
    uint32_t path_ = 0; // equal texts have equal offsets
};

int run(plan_view view, plan::step const& s, pid_t init) {
    switch (s.kind) {
    case plan::op::make_cgroup:
        if (::mkdir(view.text(s.a), 0755) == 0) return 0;
        return errno == EEXIST && (s.flags & plan::optional) != 0 ? 0 : -errno;
    case plan::op::device_filter: return filter_devices(view, s);
    case plan::op::host_network: return store_and_send(view, s, static_cast<uint32_t>(init));
    case plan::op::enter_namespace: return enter_namespace(view.text(s.a), s.x);
    default: return -ENOSYS;
    }
}

/// Kills everything in a cgroup: what a container without a process id namespace of its own left running.
void kill_group(char const* directory) {
    char path[4096 + 16];
    char text[4096];
    char* const end = put_text(put_text(path, directory), "/cgroup.procs");
    *end = 0;
    int const fd = ::open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    long const size = uninterrupted([&] { return ::read(fd, text, sizeof text - 1); });
    ::close(fd);
    if (size <= 0) return;
    text[size] = 0;
    for (char* at = text; *at != 0;) {
        char* next = nullptr;
        long const pid = ::strtol(at, &next, 10);
        if (next == at) break;
        if (pid > 1 && pid != ::getpid()) ::kill(static_cast<pid_t>(pid), SIGKILL);
        at = *next == '\n' ? next + 1 : next;
    }
}

void remove_group(char const* directory) {
    for (int attempt = 0; ::rmdir(directory) != 0 && errno == EBUSY && attempt < 2000; ++attempt) {
        if (attempt > 5) kill_group(directory);
        ::poll(nullptr, 0, attempt < 5 ? 0 : 1);
    }
}

} // namespace

step_failure run_host_steps(plan_view view, plan::section part, pid_t init) {
    auto const* const first = view.steps(part);
    open_file file;
    for (auto const* s = first; s != first + part.count; ++s) {
        int const done = s->kind == plan::op::write_file ? file.write(view, *s) : run(view, *s, init);
        if (done < 0 && !(done == -ENOENT && (s->flags & plan::optional) != 0))
            return {s->kind, -done, 0, s->a != 0 ? view.text(s->a) : ""};
    }
    return {};
}

void run_cleanup(plan_view view) {
    auto const part = view.head().cleanup;
    auto const* const first = view.steps(part);
    for (auto const* s = first; s != first + part.count; ++s) remove_group(view.text(s->a));
}

bool was_out_of_memory(char const* file) {
    int const fd = ::open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    char text[1024];
    long const size = uninterrupted([&] { return ::read(fd, text, sizeof text - 1); });
    ::close(fd);
    if (size <= 0) return false;
    text[size] = 0;
    char const* const line = ::strstr(text, "oom_kill ");
    return line != nullptr && ::strtol(line + sizeof "oom_kill " - 1, nullptr, 10) > 0;
}

} // namespace shim
