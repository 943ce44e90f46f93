/** @file
    The descriptors between us and a program: opened before it starts, moved with bytes while it runs. */
#ifndef MOCKER_PROCESS_DETAIL_PLUMBING_HPP
#define MOCKER_PROCESS_DETAIL_PLUMBING_HPP

#include <mocker/core/unique_fd.hpp>
#include <mocker/process/command.hpp>

#include <boost/asio/posix/stream_descriptor.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace mocker::process::detail {

/// One standard stream: the end that the program gets, and ours if it is a pipe.
struct stream_ends {
    int theirs = -1;       ///< valid until `owned` is closed
    unique_fd owned{};     ///< what we opened for it and close once it runs
    unique_fd ours{};      ///< non-blocking; none if no byte passes through us
};

struct pipe_ends {
    unique_fd read{}, write{};
};

MOCKER_DECL result<pipe_ends> make_pipe();
MOCKER_DECL result<stream_ends> open_input(input const& in);
/// @param own the descriptor that `output::inherit()` means: 1 or 2. @param merged where `output::merge()` goes.
MOCKER_DECL result<stream_ends> open_output(output const& out, int own, int merged);

/// Cuts a stream of chunks into lines.
class line_splitter {
public:
    MOCKER_DECL void feed(std::string_view bytes, std::function<void(std::string_view)> const& line);
    MOCKER_DECL void finish(std::function<void(std::string_view)> const& line);

private:
    std::string rest_;
};

/// What became of one output.
struct drained {
    std::string bytes{};
    bool truncated = false;
    result<> state{};
};

/// Reads @p pipe to its end and passes the bytes to where @p out says.
MOCKER_DECL awaitable<void> drain(asio::posix::stream_descriptor pipe, output const& out, std::size_t limit, drained& into);

/// Writes what @p next gives to @p pipe until it gives nothing or nobody reads any more.
MOCKER_DECL awaitable<void> feed(asio::posix::stream_descriptor pipe, input::producer const& next, result<>& state);

/// write(2) that gives `EPIPE` without raising SIGPIPE, whatever the program does with that signal.
MOCKER_DECL result<std::size_t> write_without_signal(int fd, char const* data, std::size_t size);

} // namespace mocker::process::detail

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/process/impl/plumbing.ipp>
#endif
#endif
