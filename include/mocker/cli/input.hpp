#ifndef MOCKER_CLI_INPUT_HPP
#define MOCKER_CLI_INPUT_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/core/unique_fd.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <cstddef>
#include <optional>

namespace mocker::cli {

/** Reads a descriptor that other programs share, such as the standard input, without making it non-blocking: that would
    change it for the shell, too. Waits on an epoll descriptor that holds it; what epoll cannot hold, such as a file, is
    always ready. */
class input {
public:
    MOCKER_DECL input(asio::any_io_executor executor, int fd);

    /// The next bytes, 0 at the end. @par Errors those of read(2). @par Cancellation throws; nothing is lost.
    MOCKER_DECL awaitable<result<std::size_t>> read_some(asio::mutable_buffer into);

private:
    int fd_;
    std::optional<asio::posix::stream_descriptor> ready_;
};

} // namespace mocker::cli

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/cli/impl/input.ipp>
#endif
#endif
