#ifndef MOCKER_ENGINE_LOG_READER_HPP
#define MOCKER_ENGINE_LOG_READER_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/core/time.hpp>
#include <mocker/runtime/runtime.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mocker::engine {

/// Which part of a log to read.
struct log_options {
    bool out = true;                        ///< standard output
    bool err = true;                        ///< standard error
    bool follow = false;                    ///< wait for more until the container stops
    std::optional<std::size_t> tail{};      ///< only the last lines
    std::optional<time_point> since{};      ///< only entries from this moment on
    std::optional<time_point> until{};      ///< only entries up to this moment
};

/// One entry of a log: a line with its newline, or a piece of a line longer than 16 KiB.
struct log_entry {
    time_point time{};
    runtime::output::stream from = runtime::output::stream::out;
    std::string_view line{};    ///< valid until the next read
    bool continued = false;     ///< goes on a line that an entry before began: no time stamp in front
};

/** Reads a log in Docker's json-file format.
    @par Example
    @code
    MOCKER_TRY(log, engine.logs("web", options));
    for (;;) {
        MOCKER_TRY(entries, co_await log->read());
        if (entries.empty()) break;
        for (auto const& e : entries) std::cout << e.line;
    }
    @endcode */
class log_reader {
public:
    virtual ~log_reader() = default;

    /** The next entries; none at the end.
        @par Errors errc::internal for an entry that is no JSON of this format; the `errno` of reading.
        @par Cancellation may be read again. */
    virtual awaitable<result<std::span<log_entry const>>> read() = 0;
};

/// The end of the run that writes a log: whoever follows the log is told by it.
class log_end {
public:
    log_end() = default;
    log_end(log_end const&) = delete;
    log_end& operator=(log_end const&) = delete;

    bool reached() const noexcept { return reached_; }

    /// Nothing more will be written. Wakes who follows.
    MOCKER_DECL void reach();

    /// Internal: @p wake is called when the end is reached; 0 is no position.
    MOCKER_DECL std::size_t subscribe(std::function<void()> wake);
    MOCKER_DECL void unsubscribe(std::size_t position);

private:
    bool reached_ = false;
    std::size_t last_ = 0;
    std::map<std::size_t, std::function<void()>> wakers_{};
};

/** Opens the log file @p path. A file that does not exist is an empty log.
    @param end when to stop following; null: at the end of the file. */
MOCKER_DECL result<std::unique_ptr<log_reader>> open_log(asio::any_io_executor executor, std::string const& path,
                                                         log_options options, std::shared_ptr<log_end> end = nullptr);

} // namespace mocker::engine

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/engine/impl/log_reader.ipp>
#endif
#endif
