/** @file
    The connections: what clients ask for and are told, and the input that they bring. */
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "init.hpp"
#include "relay_state.hpp"
#include "system.hpp"

namespace shim {

/// Before the start was asked for, the end of the connection that made us is the end of the process.
void drop(client& c) {
    bool const maker_left = &c == &g.clients[0] && g.now < stage::starting;
    close_fd(c.fd);
    c = client{};
    if (maker_left) (void)call(SYS_pidfd_send_signal, g.fds.process, SIGKILL, nullptr, 0);
}

void reply(client& c, void const* message, size_t size) {
    if (uninterrupted([&] { return ::send(c.fd, message, size, MSG_NOSIGNAL | MSG_DONTWAIT); }) < 0) drop(c);
}

static void answer(client& c, int error) {
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

static void request_start(client& c) {
    if (g.now != stage::at_gate) return answer(c, EALREADY);
    char const go = static_cast<char>(sync_kind::go);
    g.now = stage::starting;
    g.starter = static_cast<int>(&c - g.clients);
    (void)!::send(g.fds.sync, &go, 1, MSG_NOSIGNAL); // a failure shows as the end of the connection
}

static void request_kill(client& c, uint32_t signal) {
    long const done = call(SYS_pidfd_send_signal, g.fds.process, static_cast<int>(signal), nullptr, 0);
    answer(c, done < 0 ? static_cast<int>(-done) : 0);
}

static void request_resize(client& c, protocol::size_message const& wanted) {
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
    if (size <= 0) return drop(c);
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

} // namespace shim
