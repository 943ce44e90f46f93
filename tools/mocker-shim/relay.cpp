#include "relay.hpp"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "host.hpp"
#include "init.hpp"
#include "log.hpp"
#include "system.hpp"

namespace shim {
namespace {

constexpr unsigned client_limit = 64;
constexpr unsigned chunk_limit = 8;       // after the end: what two pipes or a terminal can still hold, and more
constexpr int linger_milliseconds = 2000; // for output of processes that outlive a process without a namespace

struct client {
    int fd = -1;
    uint32_t streams = 0;   ///< protocol::attach_flags
    unsigned delivered = 0; ///< chunks that it has, or does not want
    bool told_end = false;
};

/// Output on its way to the clients: a whole message.
struct chunk {
    size_t size;
    char message[2 + protocol::data_limit];
};

enum class stage { setting_up, at_gate, starting, running, ended };

struct relay {
    plan_view view{};
    relay_fds fds{};
    pid_t pid = -1;
    stage now = stage::setting_up;
    bool executing_seen = false;
    bool failed_seen = false;
    bool terminal_idle = false; ///< nobody has the other end open at the moment
    step_failure failure{};
    char failure_about[4097] = {};
    client clients[client_limit]{};
    chunk* chunks[chunk_limit]{};
    unsigned chunk_count = 0;
    int starter = -1; ///< client that asked for the start
    size_t input_size = 0, input_done = 0;
    bool input_closing = false;
    int status_code = 0, status_signal = 0;
    timespec ended_at{};
    bool oom_killed = false;
    int64_t deadline = 0;
    bool streams_done = false;
};

relay g;
json_log logfile;
chunk first_chunk;
char input_buffer[protocol::message_limit];

int64_t milliseconds() {
    timespec now;
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void close_fd(int& fd) {
    if (fd >= 0) ::close(fd);
    fd = -1;
}

// --- clients

void drop(client& c) {
    close_fd(c.fd);
    c = client{};
}

void reply(client& c, void const* message, size_t size) {
    if (uninterrupted([&] { return ::send(c.fd, message, size, MSG_NOSIGNAL | MSG_DONTWAIT); }) < 0) drop(c);
}

void answer(client& c, int error) {
    protocol::number_message message{};
    message.kind = static_cast<uint8_t>(protocol::kind::answer);
    message.number = static_cast<uint32_t>(error);
    reply(c, &message, sizeof message);
}

void send_ready(client& c) {
    protocol::ready_message message{};
    message.kind = static_cast<uint8_t>(protocol::kind::ready);
    message.started = g.now >= stage::running;
    message.terminal = (g.view.head().flags & plan::has_terminal) != 0;
    message.pid = static_cast<uint32_t>(g.pid);
    message.shim_pid = static_cast<uint32_t>(::getpid());
    reply(c, &message, sizeof message);
}

void send_ended(client& c) {
    if (c.told_end) return;
    protocol::ended_message message{};
    message.kind = static_cast<uint8_t>(protocol::kind::ended);
    message.code = g.status_code;
    message.signal = g.status_signal;
    message.oom_killed = g.oom_killed;
    message.seconds = g.ended_at.tv_sec;
    message.nanoseconds = static_cast<uint32_t>(g.ended_at.tv_nsec);
    c.told_end = true;
    reply(c, &message, sizeof message);
}

/// Sends a client what it lacks, as far as it takes it.
void deliver(client& c) {
    while (c.fd >= 0 && c.delivered < g.chunk_count) {
        auto const& next = *g.chunks[c.delivered];
        uint32_t const stream = next.message[1] == 2 ? protocol::attach_err : protocol::attach_out;
        if ((c.streams & stream) != 0) {
            long const sent =
                uninterrupted([&] { return ::send(c.fd, next.message, next.size, MSG_NOSIGNAL | MSG_DONTWAIT); });
            if (sent == -EAGAIN) return;
            if (sent < 0) return drop(c);
        }
        ++c.delivered;
    }
}

bool all_delivered() {
    for (auto const& c : g.clients)
        if (c.fd >= 0 && c.delivered < g.chunk_count) return false;
    return true;
}

void forget_chunks() {
    g.chunk_count = 0;
    for (auto& c : g.clients) c.delivered = 0;
}

void accept_client() {
    int const fd = ::accept4(g.fds.listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    for (auto& c : g.clients) {
        if (c.fd >= 0) continue;
        c.fd = fd;
        c.delivered = g.chunk_count;
        return;
    }
    ::close(fd); // the end of the connection says it
}

// --- input

bool input_waits() { return g.input_done < g.input_size; }

void flush_input() {
    while (input_waits() && g.fds.in >= 0) {
        long const done =
            uninterrupted([&] { return ::write(g.fds.in, input_buffer + g.input_done, g.input_size - g.input_done); });
        if (done == -EAGAIN) return;
        if (done < 0) { // the process does not read any more
            if ((g.view.head().flags & plan::has_terminal) == 0) close_fd(g.fds.in);
            break;
        }
        g.input_done += static_cast<size_t>(done);
    }
    g.input_done = g.input_size = 0;
    if (g.input_closing && (g.view.head().flags & plan::has_terminal) == 0) close_fd(g.fds.in);
}

// --- requests

void request_start(client& c) {
    if (g.now != stage::at_gate) return answer(c, EALREADY);
    char const go = static_cast<char>(sync_kind::go);
    g.now = stage::starting;
    g.starter = static_cast<int>(&c - g.clients);
    (void)!::send(g.fds.sync, &go, 1, MSG_NOSIGNAL); // a failure shows as the end of the connection
}

void request_kill(client& c, uint32_t signal) {
    long const done = call(SYS_pidfd_send_signal, g.fds.process, static_cast<int>(signal), nullptr, 0);
    answer(c, done < 0 ? static_cast<int>(-done) : 0);
}

void request_resize(client& c, protocol::size_message const& wanted) {
    if ((g.view.head().flags & plan::has_terminal) == 0) return answer(c, ENOTTY);
    winsize size{};
    size.ws_row = wanted.rows;
    size.ws_col = wanted.columns;
    answer(c, ::ioctl(g.fds.out, TIOCSWINSZ, &size) != 0 ? errno : 0);
}

void serve(client& c) {
    // While input waits for the process, no client that could bring more is read: see poll_for.
    bool const brings_input = (c.streams & protocol::attach_in) != 0;
    char request[64];
    char* const buffer = brings_input ? input_buffer : request;
    size_t const room = brings_input ? sizeof input_buffer : sizeof request;
    long const size = uninterrupted([&] { return ::recv(c.fd, buffer, room, MSG_DONTWAIT); });
    if (size == -EAGAIN || size == -ECONNRESET) return; // after the latter, what was sent before is still there
    if (size <= 0) {
        bool const starter_left = &c == &g.clients[0] && g.now < stage::running;
        drop(c);
        if (starter_left) (void)call(SYS_pidfd_send_signal, g.fds.process, SIGKILL, nullptr, 0);
        return;
    }
    auto const long_enough = [size](size_t needed) { return static_cast<size_t>(size) >= needed; };
    protocol::number_message number{};
    protocol::size_message extent{};
    memcpy(&number, buffer, long_enough(sizeof number) ? sizeof number : 0);
    memcpy(&extent, buffer, long_enough(sizeof extent) ? sizeof extent : 0);
    switch (static_cast<protocol::kind>(buffer[0])) {
    case protocol::kind::start: return request_start(c);
    case protocol::kind::kill: return request_kill(c, number.number);
    case protocol::kind::resize: return request_resize(c, extent);
    case protocol::kind::hello: return send_ready(c);
    case protocol::kind::attach:
        c.streams = number.number;
        c.delivered = g.chunk_count;
        return answer(c, 0);
    case protocol::kind::input:
        if ((c.streams & protocol::attach_in) == 0 || g.fds.in < 0 || g.input_closing) return;
        g.input_done = 1;
        g.input_size = static_cast<size_t>(size);
        return flush_input();
    case protocol::kind::close_input:
        if ((c.streams & protocol::attach_in) == 0) return;
        g.input_closing = true;
        return flush_input();
    default: return drop(c);
    }
}

// --- output

/// Reads once from a stream; false if there was nothing to read.
bool pump(unsigned stream, int& fd) {
    if (fd < 0 || g.chunk_count == chunk_limit) return false;
    chunk*& next = g.chunks[g.chunk_count];
    if (next == nullptr) {
        void* const memory = g.chunk_count == 0 ? &first_chunk
                                                : ::mmap(nullptr, sizeof(chunk), PROT_READ | PROT_WRITE,
                                                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) return false;
        next = static_cast<chunk*>(memory);
    }
    long const size = uninterrupted([&] { return ::read(fd, next->message + 2, protocol::data_limit); });
    if (size == -EAGAIN) return false;
    bool const terminal = (g.view.head().flags & plan::has_terminal) != 0;
    if (size == -EIO && terminal && g.now != stage::ended) {
        g.terminal_idle = true;
        return false;
    }
    if (size <= 0) {
        if (terminal) g.fds.in = -1; // the same descriptor
        close_fd(fd);
        return false;
    }
    next->message[0] = static_cast<char>(protocol::kind::output);
    next->message[1] = static_cast<char>(stream);
    next->size = static_cast<size_t>(size) + 2;
    logfile.write(stream, next->message + 2, static_cast<size_t>(size));
    ++g.chunk_count;
    for (auto& c : g.clients) deliver(c);
    if (all_delivered()) forget_chunks();
    return true;
}

bool may_read_output() { return g.chunk_count == 0 && g.now >= stage::starting && g.now != stage::ended; }

/// After the end of the process: takes all that is left, whether the clients keep up or not.
void drain() {
    for (bool more = true; more;) {
        more = pump(1, g.fds.out);
        more = pump(2, g.fds.err) || more;
    }
    bool const closed = g.fds.out < 0 && g.fds.err < 0;
    bool const all_dead = (g.view.head().flags & plan::owns_pid_namespace) != 0;
    bool const late = milliseconds() > g.deadline;
    if (g.chunk_count == chunk_limit) { // a pipe that was made larger, and a client that does not read: the log counts
        for (auto& c : g.clients)
            if (late && c.fd >= 0 && c.delivered < g.chunk_count) drop(c);
        if (all_delivered()) forget_chunks();
        return;
    }
    g.streams_done = closed || all_dead || late; // where others may still write, they get a moment
}

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
