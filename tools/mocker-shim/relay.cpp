#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "host.hpp"
#include "init.hpp"
#include "relay_state.hpp"
#include "system.hpp"

namespace shim {

relay g;
json_log logfile;
char input_buffer[protocol::message_limit];

namespace {

// --- the first process

void receive_terminal(msghdr& message) {
    for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
        memcpy(&g.fds.out, CMSG_DATA(c), sizeof(int));
        g.fds.in = g.fds.out;
    }
}

/// One message of the first process; false if there is none.
bool serve_sync() {
    char buffer[sizeof(sync_failure) + 4096];
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
    iovec data{buffer, sizeof buffer};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    auto const receive = [&] { return ::recvmsg(g.fds.sync, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC); };
    long size = uninterrupted(receive);
    if (size == -ECONNRESET) size = uninterrupted(receive); // it ended before it read all; what it said is still there
    if (size == -EAGAIN) return false;
    if (size <= 0) { // executed, or dead
        close_fd(g.fds.sync);
        if (g.executing_seen && !g.failed_seen) {
            g.now = stage::running;
            uint8_t const started = static_cast<uint8_t>(protocol::kind::started);
            if (g.starter >= 0 && g.clients[g.starter].fd >= 0) reply(g.clients[g.starter], &started, 1);
        }
        return false;
    }
    switch (static_cast<sync_kind>(buffer[0])) {
    case sync_kind::terminal: receive_terminal(message); break;
    case sync_kind::at_gate:
        g.now = stage::at_gate;
        if (g.clients[0].fd >= 0) send_ready(g.clients[0]);
        break;
    case sync_kind::executing: g.executing_seen = true; break;
    case sync_kind::failed: {
        sync_failure failed;
        if (static_cast<size_t>(size) < sizeof failed) break;
        memcpy(&failed, buffer, sizeof failed);
        size_t const about = static_cast<size_t>(size) - sizeof failed;
        memcpy(g.failure_about, buffer + sizeof failed, about);
        g.failure_about[about] = 0;
        g.failure = {static_cast<plan::op>(failed.op), failed.error, failed.extra, g.failure_about};
        g.failed_seen = true;
        break;
    }
    default: break;
    }
    return true;
}

/// The process was never executed: says why and undoes everything.
int give_up() {
    if (!g.failed_seen) g.failure = {plan::op::gate, ECHILD, 0, ""};
    client& told = g.starter >= 0 && g.clients[g.starter].fd >= 0 ? g.clients[g.starter] : g.clients[0];
    run_cleanup(g.view);
    (void)::unlinkat(g.fds.state, "shim.sock", 0);
    (void)::unlinkat(g.fds.state, "init", 0);
    if (told.fd >= 0) send_failure(told.fd, g.failure);
    return 1;
}

// --- the end

/// How it ended, on disk before anybody hears of it. Sets what send_ended() sends.
void record_end() {
    ::clock_gettime(CLOCK_REALTIME, &g.ended_at);
    uint32_t const oom_file = g.view.head().oom_file;
    g.oom_killed = oom_file != 0 && was_out_of_memory(g.view.text(oom_file));
    char text[128];
    char* at = put_number(text, static_cast<uint64_t>(g.status_code));
    uint64_t const others[] = {static_cast<uint64_t>(g.status_signal), g.oom_killed,
                               static_cast<uint64_t>(g.ended_at.tv_sec), static_cast<uint64_t>(g.ended_at.tv_nsec)};
    for (uint64_t const other : others) {
        *at++ = ' ';
        at = put_number(at, other);
    }
    *at++ = '\n';
    int const fd = ::openat(g.fds.state, "exit.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return;
    int const failed = write_whole(fd, text, static_cast<size_t>(at - text));
    ::close(fd);
    if (failed == 0) (void)::renameat(g.fds.state, "exit.new", g.fds.state, "exit");
}

bool deliver_rest() {
    bool rest = false;
    for (auto& c : g.clients) {
        if (c.fd < 0) continue;
        deliver(c);
        if (c.fd >= 0 && c.delivered == g.chunk_count) send_ended(c);
        rest = rest || (c.fd >= 0 && c.delivered < g.chunk_count);
    }
    return rest;
}

/// Everybody is told; then the cgroups go, and we stay for clients that have not taken all their output.
int finish() {
    logfile.finish();
    record_end();
    // Before anybody hears of the end: whoever cleans up then must not take us for a remnant and kill us while we still
    // have output for a client.
    (void)::unlinkat(g.fds.state, "init", 0);
    bool rest = deliver_rest();
    (void)::unlinkat(g.fds.state, "shim.sock", 0);
    close_fd(g.fds.listener);
    run_cleanup(g.view);
    while (rest) {
        pollfd waiting[client_limit];
        for (unsigned i = 0; i < client_limit; ++i) {
            bool const owed = g.clients[i].fd >= 0 && g.clients[i].delivered < g.chunk_count;
            waiting[i] = {owed ? g.clients[i].fd : -1, POLLOUT, 0};
        }
        (void)::poll(waiting, client_limit, -1);
        rest = deliver_rest();
    }
    // What is unread when a socket closes would hide from the other side what we sent.
    for (auto const& c : g.clients)
        while (c.fd >= 0 && ::recv(c.fd, input_buffer, sizeof input_buffer, MSG_DONTWAIT) > 0) {
        }
    return 0;
}

void reap() {
    siginfo_t info{};
    (void)uninterrupted([&] { return ::waitid(P_PIDFD, static_cast<id_t>(g.fds.process), &info, WEXITED); });
    g.status_signal = info.si_code == CLD_EXITED ? 0 : info.si_status;
    g.status_code = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
    while (g.fds.sync >= 0 && serve_sync()) {
    } // it may have executed and ended since we looked
    if (g.now == stage::running) {
        g.now = stage::ended;
        g.deadline = milliseconds() + linger_milliseconds;
    }
}

/// Fills in what to wait for; the order is that of the handlers in run_relay().
unsigned poll_for(pollfd* p) {
    unsigned n = 0;
    auto const add = [&](int fd, short events) { p[n++] = {events != 0 ? fd : -1, events, 0}; };
    add(g.fds.sync, POLLIN);
    add(g.now == stage::ended ? -1 : g.fds.process, POLLIN);
    add(g.fds.listener, POLLIN);
    bool const linger = g.now == stage::ended && g.chunk_count < chunk_limit;
    add(g.fds.out, (may_read_output() || linger) && !g.terminal_idle ? POLLIN : 0);
    add(g.fds.err, may_read_output() || linger ? POLLIN : 0);
    add(g.fds.in, input_waits() && !g.terminal_idle ? POLLOUT : 0);
    for (auto const& c : g.clients) {
        bool const bring_input = (c.streams & protocol::attach_in) != 0 && input_waits();
        short const read = bring_input ? 0 : POLLIN;
        short const write = c.delivered < g.chunk_count ? POLLOUT : 0;
        add(c.fd, static_cast<short>(read | write));
    }
    return n;
}

} // namespace

int open_log(char const* path) { return logfile.open(path); }

void send_failure(int control, step_failure const& failure) {
    char buffer[sizeof(protocol::failed_message) + 4096];
    protocol::failed_message message{};
    message.kind = static_cast<uint8_t>(protocol::kind::failed);
    message.op = static_cast<uint32_t>(failure.at);
    message.error = failure.error;
    message.extra = failure.extra;
    size_t const about = strnlen(failure.about, 4096);
    memcpy(buffer, &message, sizeof message);
    memcpy(buffer + sizeof message, failure.about, about);
    (void)!::send(control, buffer, sizeof message + about, MSG_NOSIGNAL | MSG_DONTWAIT);
}

int run_relay(plan_view view, relay_fds fds, pid_t pid) {
    g.view = view;
    g.fds = fds;
    g.pid = pid;
    g.clients[0].fd = fds.control;
    pollfd waiting[6 + client_limit];
    while (!g.streams_done) {
        unsigned const count = poll_for(waiting);
        int const limit = g.now == stage::ended || g.terminal_idle ? 50 : -1;
        int const ready = ::poll(waiting, count, limit);
        if (ready == 0) g.terminal_idle = false;
        if (ready < 0 && errno != EINTR) return 1;
        auto const is_ready = [&](unsigned i) { return waiting[i].fd >= 0 && waiting[i].revents != 0; };
        if (is_ready(0))
            while (g.fds.sync >= 0 && serve_sync()) {
            }
        if (is_ready(1)) {
            reap();
            if (g.now != stage::ended) return give_up();
        }
        if (is_ready(2)) accept_client();
        if (g.now == stage::ended) {
            drain();
        } else {
            if (is_ready(3)) (void)pump(1, g.fds.out);
            if (is_ready(4) && may_read_output()) (void)pump(2, g.fds.err);
        }
        if (is_ready(5)) flush_input();
        for (unsigned i = 0; i < client_limit; ++i) {
            client& c = g.clients[i];
            if (c.fd < 0 || c.fd != waiting[6 + i].fd || waiting[6 + i].revents == 0) continue;
            if ((waiting[6 + i].revents & POLLOUT) != 0) deliver(c);
            bool const bring_input = (c.streams & protocol::attach_in) != 0 && input_waits();
            if (c.fd >= 0 && !bring_input && (waiting[6 + i].revents & ~POLLOUT) != 0) serve(c);
        }
        if (g.chunk_count > 0 && all_delivered()) forget_chunks();
    }
    return finish();
}

} // namespace shim
