#ifndef MOCKER_ENGINE_LOG_READER_HPP
#define MOCKER_ENGINE_LOG_READER_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/core/time.hpp>
#include <mocker/runtime/runtime.hpp>

#include <cstddef>
#include <functional>
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

/** Opens the log file @p path.
    @param stopped tells whether nothing will be written any more; asked only when following. */
MOCKER_DECL result<std::unique_ptr<log_reader>> open_log(asio::any_io_executor executor, std::string const& path,
                                                         log_options options, std::function<bool()> stopped);

} // namespace mocker::engine

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/engine/impl/log_reader.ipp>
#endif
#endif
