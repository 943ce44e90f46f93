/** @file
    What the parts of the relay share; internal to relay*.cpp. */
#ifndef MOCKER_SHIM_RELAY_STATE_HPP
#define MOCKER_SHIM_RELAY_STATE_HPP

#include <time.h>
#include <unistd.h>

#include "log.hpp"
#include "relay.hpp"

namespace shim {

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

/// There is one of each, in memory that costs nothing until it is used.
extern relay g;
extern json_log logfile;
extern char input_buffer[protocol::message_limit];

inline int64_t milliseconds() {
    timespec now;
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

inline void close_fd(int& fd) {
    if (fd >= 0) ::close(fd);
    fd = -1;
}

// relay_clients.cpp
void drop(client& c);
void reply(client& c, void const* message, size_t size);
void send_ready(client& c);
void send_ended(client& c);
void deliver(client& c); ///< sends a client what it lacks, as far as it takes it
bool all_delivered();
void forget_chunks();
void accept_client();
bool input_waits();
void flush_input();
void serve(client& c); ///< one request

// relay_output.cpp
bool may_read_output();
bool pump(unsigned stream, int& fd); ///< reads once from a stream; false if there was nothing to read
void drain();                        ///< after the end of the process: takes all that is left

} // namespace shim

#endif
