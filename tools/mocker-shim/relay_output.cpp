/** @file
    From the process to its log and its clients. */
#include <sys/mman.h>

#include "relay_state.hpp"
#include "system.hpp"

namespace shim {

static chunk first_chunk; // the others are made when they are needed

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

} // namespace shim
