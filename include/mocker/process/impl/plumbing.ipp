#ifndef MOCKER_PROCESS_IMPL_PLUMBING_IPP
#define MOCKER_PROCESS_IMPL_PLUMBING_IPP

#include <mocker/process/detail/plumbing.hpp>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <vector>

namespace mocker::process::detail {

MOCKER_DECL result<pipe_ends> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return error::from_errno(errno, "pipe");
    pipe_ends made;
    made.read.reset(ends[0]);
    made.write.reset(ends[1]);
    return made;
}

MOCKER_DECL result<stream_ends> open_path(std::string const& path, int flags) {
    stream_ends ends;
    ends.owned.reset(::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY, 0666));
    if (!ends.owned) return error::from_errno(errno, "open " + path);
    ends.theirs = ends.owned.get();
    return ends;
}

/// Text lies in an anonymous file: no task has to write it, and no reader can make us wait or raise SIGPIPE.
MOCKER_DECL result<stream_ends> open_text(std::string const& text) {
    stream_ends ends;
    ends.owned.reset(::memfd_create("stdin", MFD_CLOEXEC));
    if (!ends.owned) return error::from_errno(errno, "memfd_create");
    ends.theirs = ends.owned.get();
    for (std::size_t done = 0; done < text.size();) {
        auto const written = ::write(ends.theirs, text.data() + done, text.size() - done);
        if (written < 0 && errno != EINTR) return error::from_errno(errno, "write standard input");
        if (written > 0) done += static_cast<std::size_t>(written);
    }
    ::lseek(ends.theirs, 0, SEEK_SET);
    return ends;
}

MOCKER_DECL result<> set_non_blocking(int fd) {
    if (::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK) != 0) return error::from_errno(errno, "fcntl");
    return result<>{};
}

MOCKER_DECL result<stream_ends> open_input(input const& in) {
    stream_ends ends;
    switch (in.what()) {
    case input::kind::null: return open_path("/dev/null", O_RDONLY);
    case input::kind::text: return open_text(in.value());
    case input::kind::file: return open_path(in.value(), O_RDONLY);
    case input::kind::inherit: ends.theirs = STDIN_FILENO; return ends;
    case input::kind::descriptor: ends.theirs = in.fd(); return ends;
    case input::kind::source: break;
    }
    MOCKER_TRY_RETURN(pipe, make_pipe());
    MOCKER_CHECK_RETURN(set_non_blocking(pipe.write.get()));
    ends.owned = std::move(pipe.read);
    ends.theirs = ends.owned.get();
    ends.ours = std::move(pipe.write);
    return ends;
}

MOCKER_DECL result<stream_ends> open_output(output const& out, int own, int merged) {
    stream_ends ends;
    switch (out.what()) {
    case output::kind::null: return open_path("/dev/null", O_WRONLY);
    case output::kind::file: return open_path(out.path(), O_WRONLY | O_CREAT | O_TRUNC);
    case output::kind::append: return open_path(out.path(), O_WRONLY | O_CREAT | O_APPEND);
    case output::kind::inherit: ends.theirs = own; return ends;
    case output::kind::merge: ends.theirs = merged; return ends;
    case output::kind::descriptor: ends.theirs = out.fd(); return ends;
    case output::kind::capture:
    case output::kind::chunks:
    case output::kind::lines:
    case output::kind::stream: break;
    }
    MOCKER_TRY_RETURN(pipe, make_pipe());
    MOCKER_CHECK_RETURN(set_non_blocking(pipe.read.get()));
    ends.owned = std::move(pipe.write);
    ends.theirs = ends.owned.get();
    ends.ours = std::move(pipe.read);
    return ends;
}

MOCKER_DECL void line_splitter::feed(std::string_view bytes, std::function<void(std::string_view)> const& line) {
    for (auto end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
        if (rest_.empty()) {
            line(bytes.substr(0, end));
        } else {
            rest_.append(bytes.substr(0, end));
            line(rest_);
            rest_.clear();
        }
        bytes.remove_prefix(end + 1);
    }
    rest_.append(bytes);
}

MOCKER_DECL void line_splitter::finish(std::function<void(std::string_view)> const& line) {
    if (!rest_.empty()) line(rest_);
    rest_.clear();
}

MOCKER_DECL void keep(std::string_view bytes, std::size_t limit, drained& into) {
    auto const room = limit - into.bytes.size();
    into.truncated = into.truncated || bytes.size() > room;
    into.bytes.append(bytes.substr(0, room));
}

MOCKER_DECL awaitable<void> drain(asio::posix::stream_descriptor pipe, output const& out, std::size_t limit, drained& into) {
    std::vector<char> buffer(std::size_t(64) * 1024);
    line_splitter lines;
    for (;;) {
        auto const [failed, count] = co_await pipe.async_read_some(asio::buffer(buffer), as_awaitable_tuple);
        if (failed == asio::error::operation_aborted) throw boost::system::system_error(failed);
        if (failed && failed != asio::error::eof) into.state = error(failed, "read the output of a program");
        if (failed) break;
        std::string_view const bytes(buffer.data(), count);
        switch (out.what()) {
        case output::kind::chunks: out.reader()(bytes); break;
        case output::kind::lines: lines.feed(bytes, out.reader()); break;
        case output::kind::stream: into.state = co_await out.async_reader()(bytes); break;
        default: keep(bytes, limit, into);
        }
        if (!into.state) co_return; // closes the pipe: who goes on writing gets SIGPIPE
    }
    if (out.what() == output::kind::lines) lines.finish(out.reader());
}

MOCKER_DECL result<std::size_t> write_without_signal(int fd, char const* data, std::size_t size) {
    sigset_t broken_pipe, pending, before;
    ::sigemptyset(&broken_pipe);
    ::sigaddset(&broken_pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &broken_pipe, &before);
    ::sigpending(&pending);
    auto const written = ::write(fd, data, size);
    int const why = errno;
    timespec const at_once{};
    if (written < 0 && why == EPIPE && ::sigismember(&pending, SIGPIPE) == 0)
        ::sigtimedwait(&broken_pipe, nullptr, &at_once);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (written < 0) return error::from_errno(why, "write standard input");
    return static_cast<std::size_t>(written);
}

MOCKER_DECL awaitable<result<>> write_all_to(asio::posix::stream_descriptor& pipe, std::string_view bytes) {
    while (!bytes.empty()) {
        auto const written = write_without_signal(pipe.native_handle(), bytes.data(), bytes.size());
        if (written) {
            bytes.remove_prefix(*written);
        } else if (written.error().code() == asio::error::try_again) {
            co_await pipe.async_wait(asio::posix::stream_descriptor::wait_write, asio::use_awaitable);
        } else if (written.error().code() != asio::error::interrupted) {
            co_return written.error();
        }
    }
    co_return result<>{};
}

MOCKER_DECL awaitable<void> feed(asio::posix::stream_descriptor pipe, input::producer const& next, result<>& state) {
    std::vector<char> buffer(std::size_t(64) * 1024);
    for (;;) {
        auto const count = co_await next(asio::buffer(buffer));
        if (!count) state = count.error();
        if (!count || *count == 0) co_return;
        auto const written = co_await write_all_to(pipe, std::string_view(buffer.data(), *count));
        if (written) continue;
        if (written.error().code() != asio::error::broken_pipe) state = written.error();
        co_return;
    }
}

} // namespace mocker::process::detail

#endif
