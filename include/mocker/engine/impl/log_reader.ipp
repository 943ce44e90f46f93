#ifndef MOCKER_ENGINE_IMPL_LOG_READER_IPP
#define MOCKER_ENGINE_IMPL_LOG_READER_IPP

#include <mocker/async/with_timeout.hpp>
#include <mocker/core/file.hpp>
#include <mocker/engine/detail/log_record.hpp>
#include <mocker/engine/log_reader.hpp>

#include <boost/asio/posix/stream_descriptor.hpp>

#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace mocker::engine {

MOCKER_DECL void log_end::reach() {
    reached_ = true;
    auto const wakers = std::exchange(wakers_, {});
    for (auto const& [position, wake] : wakers) wake();
}

MOCKER_DECL std::size_t log_end::subscribe(std::function<void()> wake) {
    wakers_.emplace(++last_, std::move(wake));
    return last_;
}

MOCKER_DECL void log_end::unsubscribe(std::size_t position) { wakers_.erase(position); }

namespace detail {

/// Waits for a file to change, or for its end.
class file_watch {
public:
    MOCKER_DECL file_watch(asio::any_io_executor executor, std::shared_ptr<log_end> end);
    MOCKER_DECL ~file_watch();
    file_watch(file_watch const&) = delete;
    file_watch& operator=(file_watch const&) = delete;

    MOCKER_DECL result<> watch(std::string const& path);
    /// Returns after a change since the last call, or once the end is reached.
    MOCKER_DECL awaitable<result<>> changed();

private:
    asio::posix::stream_descriptor notifications_;
    std::shared_ptr<log_end> end_;
    std::size_t position_ = 0;
};

class json_log_reader final : public log_reader {
public:
    json_log_reader(unique_fd file, log_options options, std::shared_ptr<log_end> end, std::unique_ptr<file_watch> watch)
        : file_(std::move(file)), options_(options), end_(std::move(end)), watch_(std::move(watch)) {}

    MOCKER_DECL awaitable<result<std::span<log_entry const>>> read() override;
    /// Goes to where the options say that reading begins.
    MOCKER_DECL result<> seek();

private:
    MOCKER_DECL result<std::size_t> fill();
    MOCKER_DECL result<> decode_lines();
    MOCKER_DECL void take(log_entry entry);

    static constexpr std::size_t step = 256 * 1024;
    static constexpr std::size_t record_limit = 8 * 1024 * 1024;

    unique_fd file_;
    log_options options_;
    std::shared_ptr<log_end> end_;
    std::unique_ptr<file_watch> watch_;
    log_decoder decoder_{};
    std::vector<log_entry> entries_{};
    std::vector<char> buffer_{};
    std::size_t begin_ = 0, filled_ = 0; ///< what of the buffer is read and not decoded
    std::uint64_t offset_ = 0;           ///< of the file, after the buffer
    std::array<bool, 3> open_line_{};    ///< per stream: its last entry had no newline
    bool finished_ = false;
};

MOCKER_DECL file_watch::file_watch(asio::any_io_executor executor, std::shared_ptr<log_end> end)
    : notifications_(std::move(executor)), end_(std::move(end)) {
    position_ = end_->subscribe([this] {
        error_code ignored;
        notifications_.cancel(ignored);
    });
}

MOCKER_DECL file_watch::~file_watch() { end_->unsubscribe(position_); }

MOCKER_DECL result<> file_watch::watch(std::string const& path) {
    unique_fd fd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!fd) return error::from_errno(errno, "inotify_init1");
    if (::inotify_add_watch(fd.get(), path.c_str(), IN_MODIFY) < 0) return error::from_errno(errno, "watch " + path);
    error_code failed;
    notifications_.assign(fd.get(), failed);
    if (failed) return error(failed, "watch " + path);
    static_cast<void>(fd.release());
    return {};
}

MOCKER_DECL awaitable<result<>> file_watch::changed() {
    std::array<char, 4096> ignored;
    if (::read(notifications_.native_handle(), ignored.data(), ignored.size()) > 0 || end_->reached())
        co_return result<>{};
    co_await notifications_.async_wait(asio::posix::stream_descriptor::wait_read, as_awaitable_tuple);
    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return error(asio::error::operation_aborted);
    co_return result<>{};
}

MOCKER_DECL result<> json_log_reader::seek() {
    if (!options_.tail) return {};
    MOCKER_TRY_RETURN(start, find_tail(file_.get(), *options_.tail));
    offset_ = start;
    return {};
}

MOCKER_DECL result<std::size_t> json_log_reader::fill() {
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, filled_ - begin_);
        filled_ -= begin_;
        begin_ = 0;
    }
    if (buffer_.size() - filled_ < step / 2) {
        if (filled_ > record_limit) return error(errc::internal, "an entry of the log has no end");
        buffer_.resize(filled_ + step);
    }
    auto const got = ::pread(file_.get(), buffer_.data() + filled_, buffer_.size() - filled_, static_cast<off_t>(offset_));
    if (got < 0) return error::from_errno(errno, "read the log");
    filled_ += static_cast<std::size_t>(got);
    offset_ += static_cast<std::uint64_t>(got);
    return static_cast<std::size_t>(got);
}

MOCKER_DECL void json_log_reader::take(log_entry entry) {
    auto& open = open_line_[static_cast<std::size_t>(entry.from)];
    entry.continued = std::exchange(open, !entry.line.ends_with('\n'));
    if (options_.since && entry.time < *options_.since) return;
    if (options_.until && entry.time > *options_.until) {
        finished_ = true;
        return;
    }
    if (entry.from == runtime::output::stream::out ? options_.out : options_.err) entries_.push_back(entry);
}

MOCKER_DECL result<> json_log_reader::decode_lines() {
    while (!finished_) {
        char* const line = buffer_.data() + begin_;
        auto* const newline = static_cast<char*>(std::memchr(line, '\n', filled_ - begin_));
        if (!newline) return {};
        auto const size = static_cast<std::size_t>(newline - line);
        begin_ += size + 1;
        if (size == 0) continue;
        MOCKER_TRY_RETURN(entry, decoder_.decode(line, size));
        take(entry);
    }
    return {};
}

MOCKER_DECL awaitable<result<std::span<log_entry const>>> json_log_reader::read() {
    entries_.clear();
    decoder_.clear();
    while (!finished_) {
        bool const last = !watch_ || end_->reached(); // asked before reading: what was written until then is there
        MOCKER_TRY(got, fill());
        if (got > 0) {
            MOCKER_CHECK(decode_lines());
            if (!entries_.empty()) break;
            continue;
        }
        if (last) break;
        if (!options_.until) {
            MOCKER_CHECK(co_await watch_->changed());
            continue;
        }
        auto const rest = *options_.until - now();
        if (rest <= std::chrono::nanoseconds(0)) break;
        auto const changed = co_await async::with_timeout(watch_->changed(), rest);
        if (!changed && changed.error().code() != asio::error::timed_out) co_return changed.error();
    }
    co_return std::span<log_entry const>(entries_);
}

} // namespace detail

MOCKER_DECL result<std::unique_ptr<log_reader>> open_log(asio::any_io_executor executor, std::string const& path,
                                                         log_options options, std::shared_ptr<log_end> end) {
    auto file = open_file(path, O_RDONLY);
    if (!file && file.error().code() == boost::system::errc::no_such_file_or_directory) file = open_file("/dev/null", O_RDONLY);
    if (!file) return std::move(file).error();
    std::unique_ptr<detail::file_watch> watch;
    if (options.follow && end) {
        watch = std::make_unique<detail::file_watch>(std::move(executor), end);
        if (!end->reached()) MOCKER_CHECK_RETURN(watch->watch(path));
    }
    auto reader = std::make_unique<detail::json_log_reader>(std::move(*file), options, std::move(end), std::move(watch));
    MOCKER_CHECK_RETURN(reader->seek());
    return std::unique_ptr<log_reader>(std::move(reader));
}

} // namespace mocker::engine

#endif
