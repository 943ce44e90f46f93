#ifndef MOCKER_RUNTIME_DETAIL_SEQPACKET_HPP
#define MOCKER_RUNTIME_DETAIL_SEQPACKET_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/core/unique_fd.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace mocker::runtime::detail {

/// A connection of SOCK_SEQPACKET: each message arrives whole. One reader and one writer at a time.
class seqpacket {
public:
    MOCKER_DECL seqpacket(asio::any_io_executor executor, unique_fd fd);

    /// The next message into @p buffer and its size; 0 once the other side has closed.
    MOCKER_DECL awaitable<result<std::size_t>> receive(char* buffer, std::size_t size);

    /// @par Errors `EPIPE` the other side has closed.
    MOCKER_DECL awaitable<result<>> send(std::string_view message);
    /// One message of two parts.
    MOCKER_DECL awaitable<result<>> send(std::string_view first, std::string_view second);

    MOCKER_DECL void close();

private:
    asio::posix::stream_descriptor descriptor_;
};

/// Connects to `shim.sock` in a directory, whatever the length of its path. @par Errors those of connect(2).
MOCKER_DECL result<unique_fd> connect_shim(std::string const& state_directory);

/// A connected pair, both ends blocking and close-on-exec.
MOCKER_DECL result<std::pair<unique_fd, unique_fd>> seqpacket_pair();

} // namespace mocker::runtime::detail

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/runtime/impl/seqpacket.ipp>
#endif
#endif
