/** @file
    The messages between the engine and a shim: one datagram of a SOCK_SEQPACKET connection each, first byte the kind.

    The connection over which a shim got its plan, and every connection to `shim.sock` in its state directory, speak
    this. Numbers are in host byte order. Shared with `tools/mocker-shim`: plain structures only. */
#ifndef MOCKER_RUNTIME_SHIM_PROTOCOL_HPP
#define MOCKER_RUNTIME_SHIM_PROTOCOL_HPP

#include <cstddef>
#include <cstdint>

namespace mocker::runtime::shim {

/// Payload bytes of one data message.
constexpr std::size_t data_limit = 32 * 1024;
/// Bytes of any message.
constexpr std::size_t message_limit = data_limit + 16;

enum class kind : std::uint8_t {
    // engine to shim
    start = 'S',       ///< answered by started or failed
    kill = 'K',        ///< @ref number_message: a signal; answered by answer
    resize = 'R',      ///< @ref size_message; answered by answer
    hello = 'H',       ///< answered by ready
    attach = 'A',      ///< @ref number_message: attach_flags; answered by answer
    input = 'I',       ///< bytes for stdin; only from whoever attached it
    close_input = 'C', ///< the end of stdin
    // shim to engine
    ready = 'P',   ///< @ref ready_message: the process waits at its gate, or runs
    failed = 'F',  ///< @ref failed_message, then the name concerned; nothing is left
    started = 'G', ///< the program is executed
    answer = 'a',  ///< @ref number_message: 0 or an errno
    output = 'O',  ///< one byte stream (1 out, 2 err), then bytes
    ended = 'X',   ///< @ref ended_message; the last message on a connection
};

enum attach_flags : std::uint32_t { attach_in = 1, attach_out = 2, attach_err = 4 };

struct number_message {
    std::uint8_t kind;
    std::uint8_t pad[3];
    std::uint32_t number;
};

struct size_message {
    std::uint8_t kind;
    std::uint8_t pad;
    std::uint16_t rows, columns;
};

struct ready_message {
    std::uint8_t kind;
    std::uint8_t started; ///< 1: it runs
    std::uint8_t terminal;
    std::uint8_t pad;
    std::uint32_t pid; ///< on the host
    std::uint32_t shim_pid;
};

struct failed_message {
    std::uint8_t kind;
    std::uint8_t pad[3];
    std::uint32_t op;    ///< plan::op that failed
    std::int32_t error;  ///< errno
    std::uint32_t extra; ///< execute: an @ref execute_detail
};

/// Why an executable could not be executed, beyond its errno.
enum class execute_detail : std::uint32_t { none, is_directory, interpreter_missing, in_path };

struct ended_message {
    std::uint8_t kind;
    std::uint8_t oom_killed;
    std::uint8_t pad[2];
    std::int32_t code;
    std::int32_t signal;
    std::uint32_t nanoseconds;
    std::int64_t seconds;
};

} // namespace mocker::runtime::shim

#endif
