#ifndef MOCKER_PROCESS_IMPL_PTY_IPP
#define MOCKER_PROCESS_IMPL_PTY_IPP

#include <mocker/process/pty.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

namespace mocker::process {

MOCKER_DECL result<> set_window_size(int fd, window_size size) {
    ::winsize kernel{};
    kernel.ws_row = size.rows;
    kernel.ws_col = size.columns;
    if (::ioctl(fd, TIOCSWINSZ, &kernel) != 0) return error::from_errno(errno, "set window size");
    return result<>{};
}

MOCKER_DECL result<window_size> get_window_size(int fd) {
    ::winsize kernel{};
    if (::ioctl(fd, TIOCGWINSZ, &kernel) != 0) return error::from_errno(errno, "get window size");
    window_size size;
    size.rows = kernel.ws_row;
    size.columns = kernel.ws_col;
    return size;
}

MOCKER_DECL result<pty> open_pty(window_size size) {
    pty made;
    made.master.reset(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!made.master) return error::from_errno(errno, "open /dev/ptmx");
    if (::grantpt(made.master.get()) != 0 || ::unlockpt(made.master.get()) != 0)
        return error::from_errno(errno, "unlock pseudo-terminal");
    made.slave.reset(::ioctl(made.master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!made.slave) return error::from_errno(errno, "open pseudo-terminal");
    MOCKER_CHECK_RETURN(set_window_size(made.master.get(), size));
    return made;
}

MOCKER_DECL result<std::unique_ptr<pty_process>> pty_process::start(asio::any_io_executor executor, command cmd,
                                                                    window_size size) {
    MOCKER_TRY_RETURN(terminal, open_pty(size));
    int const slave = terminal.slave.get();
    spawn_request request;
    request.argv = cmd.argv;
    request.environment = cmd.full_environment();
    request.directory = cmd.directory;
    request.descriptors = {{slave, STDIN_FILENO}, {slave, STDOUT_FILENO}, {slave, STDERR_FILENO}};
    request.new_session = true;
    request.controlling_terminal = true;
    request.parent_death_signal = cmd.end_with_us ? SIGKILL : 0;
    MOCKER_TRY_RETURN(begun, spawn(request));
    return std::make_unique<pty_process>(executor, std::move(terminal.master), std::move(begun));
}

MOCKER_DECL awaitable<result<std::size_t>> pty_process::read_some(asio::mutable_buffer into) {
    auto const [failed, count] = co_await master_.async_read_some(into, as_awaitable_tuple);
    if (failed == asio::error::operation_aborted) throw boost::system::system_error(failed);
    // A master reports EIO once the last slave was closed.
    if (failed == asio::error::eof || failed.value() == EIO) co_return std::size_t(0);
    if (failed) co_return error(failed, "read terminal");
    co_return count;
}

MOCKER_DECL awaitable<result<>> pty_process::write(std::string_view bytes) {
    auto const [failed, count] = co_await asio::async_write(master_, asio::buffer(bytes), as_awaitable_tuple);
    if (failed == asio::error::operation_aborted) throw boost::system::system_error(failed);
    if (failed) co_return error(failed, "write terminal");
    co_return result<>{};
}

} // namespace mocker::process

#endif
