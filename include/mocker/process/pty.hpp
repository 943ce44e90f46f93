#ifndef MOCKER_PROCESS_PTY_HPP
#define MOCKER_PROCESS_PTY_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/core/unique_fd.hpp>
#include <mocker/process/child.hpp>
#include <mocker/process/command.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mocker::process {

/// The size of a terminal in characters.
struct window_size {
    std::uint16_t rows = 24;
    std::uint16_t columns = 80;
    friend bool operator==(window_size const&, window_size const&) = default;
};

/// A pseudo-terminal: we hold the master, a program gets the slave as its terminal.
struct pty {
    unique_fd master{};
    unique_fd slave{};
};

/** Opens a pseudo-terminal of the calling process's own devpts.
    @par Errors `ENOSPC` no pseudo-terminal is left; `ENOENT` no devpts is mounted.
    @see pty(7), ioctl_tty(2) */
MOCKER_DECL result<pty> open_pty(window_size size = {});

/** Sets the size of the terminal behind @p fd, master or slave; its foreground group gets SIGWINCH.
    @par Errors `ENOTTY` */
MOCKER_DECL result<> set_window_size(int fd, window_size size);

/** The size of the terminal behind @p fd.
    @par Errors `ENOTTY` */
MOCKER_DECL result<window_size> get_window_size(int fd);

/** A program that runs on a terminal of its own, as its session's leader.

    @par Example
    @code
    MOCKER_TRY(top, process::pty_process::start(executor, process::command("top"), {40, 120}));
    MOCKER_TRY(count, co_await top->read_some(asio::buffer(screen)));
    MOCKER_CHECK(co_await top->write("q"));
    MOCKER_TRY(status, co_await top->wait());
    @endcode */
class pty_process {
public:
    /** Starts @p cmd, whose input and outputs are the terminal; `in`, `out`, `err` and `timeout` are not used.
        @par Errors those of `open_pty` and `spawn` */
    MOCKER_DECL static result<std::unique_ptr<pty_process>> start(asio::any_io_executor executor, command cmd,
                                                                  window_size size = {});

    /** What the program has written; 0 once nobody has the terminal open any more.
        @par Cancellation throws; nothing is lost. */
    MOCKER_DECL awaitable<result<std::size_t>> read_some(asio::mutable_buffer into);

    /// Types @p bytes: the terminal's line discipline sees them (`\x03` interrupts, `\x04` ends the input).
    MOCKER_DECL awaitable<result<>> write(std::string_view bytes);

    result<> resize(window_size size) { return set_window_size(master_.native_handle(), size); }

    /// Waits for the end of the program. What it has written can still be read then.
    awaitable<result<exit_status>> wait() { return child_.wait(); }

    child& process() noexcept { return child_; }

    pty_process(asio::any_io_executor executor, unique_fd master, spawned begun)
        : master_(executor, master.release()), child_(executor, std::move(begun), true) {}

private:
    asio::posix::stream_descriptor master_;
    child child_;
};

} // namespace mocker::process

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/process/impl/pty.ipp>
#endif
#endif
