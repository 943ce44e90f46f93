/** @file
    Where a program's standard input comes from and where its output goes. */
#ifndef MOCKER_PROCESS_STDIO_HPP
#define MOCKER_PROCESS_STDIO_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/core/unique_fd.hpp>

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace mocker::process {

/** What a program reads as its standard input; nothing by default.
    @par Example
    @code
    cmd.in = process::input::text("SELECT 1;\n");
    @endcode */
class input {
public:
    enum class kind { null, text, file, inherit, descriptor, source };

    /// Puts the next bytes into the buffer and gives their number; 0 ends the input.
    using producer = std::function<awaitable<result<std::size_t>>(asio::mutable_buffer)>;

    static input null() { return input(kind::null); }                  ///< it reads end of file at once
    static input text(std::string bytes) { return input(kind::text, std::move(bytes)); }
    static input file(std::string path) { return input(kind::file, std::move(path)); }
    static input inherit() { return input(kind::inherit); }            ///< it reads what we would read
    /// It reads @p fd, which is closed here once the program runs.
    static input descriptor(unique_fd fd) {
        input in(kind::descriptor);
        in.fd_ = std::make_shared<unique_fd>(std::move(fd));
        return in;
    }
    /// It reads from a pipe what @p next gives, as it goes. A program that stops reading ends the input without an error.
    static input source(producer next) {
        input in(kind::source);
        in.next_ = std::move(next);
        return in;
    }

    input() = default;
    kind what() const noexcept { return kind_; }
    std::string const& value() const noexcept { return value_; } ///< the text, or the path of the file
    int fd() const noexcept { return fd_ ? fd_->get() : -1; }
    producer const& next() const noexcept { return next_; }

private:
    explicit input(kind what, std::string value = {}) : kind_(what), value_(std::move(value)) {}

    kind kind_ = kind::null;
    std::string value_;
    std::shared_ptr<unique_fd> fd_;
    producer next_;
};

/** Where a program's standard output or error goes; by default into memory, see `outcome`.
    @par Example
    @code
    cmd.out = process::output::each_line([](std::string_view line) { std::cout << "> " << line << '\n'; });
    cmd.err = process::output::inherit();
    @endcode */
class output {
public:
    enum class kind { capture, null, file, append, inherit, descriptor, chunks, lines, stream, merge };

    using chunk_reader = std::function<void(std::string_view)>;
    using stream_reader = std::function<awaitable<result<>>(std::string_view)>;

    static output capture() { return output(kind::capture); }
    static output null() { return output(kind::null); }
    static output file(std::string path) { return output(kind::file, std::move(path)); }         ///< replaces the file
    static output append_to(std::string path) { return output(kind::append, std::move(path)); }
    static output inherit() { return output(kind::inherit); }                                    ///< our own
    /// Standard error only: goes where standard output goes, in the order of writing.
    static output merge() { return output(kind::merge); }
    /// It writes to @p fd, which is closed here once the program runs.
    static output descriptor(unique_fd fd) {
        output out(kind::descriptor);
        out.fd_ = std::make_shared<unique_fd>(std::move(fd));
        return out;
    }
    /// Calls @p reader with the bytes as they come.
    static output each_chunk(chunk_reader reader) { return output(kind::chunks, std::move(reader)); }
    /// Calls @p reader with each line, without its end; the last one may lack a newline.
    static output each_line(chunk_reader reader) { return output(kind::lines, std::move(reader)); }
    /// Awaits @p reader with the bytes as they come, so that a slow reader slows the program. Its error ends the reading.
    static output stream(stream_reader reader) {
        output out(kind::stream);
        out.stream_ = std::move(reader);
        return out;
    }

    output() = default;
    kind what() const noexcept { return kind_; }
    std::string const& path() const noexcept { return path_; }
    int fd() const noexcept { return fd_ ? fd_->get() : -1; }
    chunk_reader const& reader() const noexcept { return reader_; }
    stream_reader const& async_reader() const noexcept { return stream_; }

private:
    explicit output(kind what) : kind_(what) {}
    output(kind what, std::string path) : kind_(what), path_(std::move(path)) {}
    output(kind what, chunk_reader reader) : kind_(what), reader_(std::move(reader)) {}

    kind kind_ = kind::capture;
    std::string path_;
    std::shared_ptr<unique_fd> fd_;
    chunk_reader reader_;
    stream_reader stream_;
};

} // namespace mocker::process

#endif
