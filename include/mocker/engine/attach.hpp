#ifndef MOCKER_ENGINE_ATTACH_HPP
#define MOCKER_ENGINE_ATTACH_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/runtime/runtime.hpp>

#include <optional>
#include <string_view>

namespace mocker::engine {

/// What to connect of a container's streams.
struct attach_options {
    bool in = false;     ///< standard input
    bool out = false;    ///< standard output
    bool err = false;    ///< standard error
    bool logs = false;   ///< first what the container has written so far
    bool stream = true;  ///< then what it writes from now on, until it ends
};

/** A connection to the streams of a container or of an exec.

    One task may read while another writes. Ends of its own accord when the process has ended and all its output was
    read; destroying it disconnects and leaves the process alone. */
class attach_session {
public:
    virtual ~attach_session() = default;

    /// True if the process has a terminal: its output is one raw stream.
    virtual bool terminal() const noexcept = 0;

    /** The next piece of output; nothing at the end. For an exec, its exit status is known by then.
        @par Cancellation loses nothing that is still to be read. */
    virtual awaitable<result<std::optional<runtime::output>>> read() = 0;

    /// Writes all of @p bytes to standard input, once the process has been started. Waits while the process does not read.
    virtual awaitable<result<>> write_stdin(std::string_view bytes) = 0;

    /// Ends standard input, if the process was created to have one that ends (`StdinOnce`).
    virtual awaitable<result<>> close_stdin() = 0;
};

} // namespace mocker::engine

#endif
