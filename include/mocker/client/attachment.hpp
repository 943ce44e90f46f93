#ifndef MOCKER_CLIENT_ATTACHMENT_HPP
#define MOCKER_CLIENT_ATTACHMENT_HPP

#include <mocker/client/demultiplexer.hpp>
#include <mocker/http/any_stream.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mocker::client {

/** The standard streams of a container or an exec: a connection that was taken over.

    Reading and writing may go on at the same time, from two coroutines.
    @par Example
    @code
    MOCKER_TRY(session, co_await docker.attach_container(id, {}));
    for (;;) {
        MOCKER_TRY(output, co_await session.read());
        if (!output) break;
        std::cout << output->data;
    }
    @endcode */
class attachment {
public:
    attachment(http::any_stream stream, bool multiplexed) : stream_(std::move(stream)), multiplexed_(multiplexed) {}

    /** The next piece of output; nothing at the end. Its data is valid until the next call.
        @par Errors those of demultiplexer::next and of the stream. @par Cancellation terminal. */
    MOCKER_DECL awaitable<result<std::optional<demultiplexer::piece>>> read();

    /// Sends @p bytes to the standard input.
    awaitable<result<>> write(std::string_view bytes) { return stream_.write(bytes); }
    /// Ends the standard input; output goes on.
    result<> close_input() { return stream_.shutdown_send(); }
    void close() { stream_.close(); }

    /// Frames of two streams, or the one of a terminal.
    bool multiplexed() const noexcept { return multiplexed_; }
    /// The server did not say what it sends: decide from the container's configuration.
    void set_multiplexed(bool value) noexcept { multiplexed_ = value; }

private:
    http::any_stream stream_;
    bool multiplexed_;
    demultiplexer frames_;
    std::string buffer_;
    std::string_view unread_;
};

} // namespace mocker::client

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/client/impl/attachment.ipp>
#endif
#endif
