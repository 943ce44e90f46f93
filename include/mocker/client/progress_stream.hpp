#ifndef MOCKER_CLIENT_PROGRESS_STREAM_HPP
#define MOCKER_CLIENT_PROGRESS_STREAM_HPP

#include <mocker/http/client.hpp>
#include <mocker/types/image.hpp>

#include <boost/json/stream_parser.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

namespace mocker::client {

/** Takes JSON documents one by one from a stream of bytes, however it is cut. */
class json_splitter {
public:
    /** The next document in @p input, which is shortened by what was used; nothing if more input is needed.
        @par Errors errc::malformed; errc::too_large for a document above 16 MiB. */
    MOCKER_DECL result<std::optional<json::value>> next(std::string_view& input);

    /// True between documents.
    bool at_boundary() const noexcept { return used_ == 0; }

private:
    std::unique_ptr<json::stream_parser> parser_ = std::make_unique<json::stream_parser>();
    std::size_t used_ = 0;
};

/** The messages of a pull, load or import, as they come.
    @par Example
    @code
    MOCKER_TRY(progress, co_await engine.pull_image("docker.io/library/busybox", "latest"));
    for (;;) {
        MOCKER_TRY(message, co_await progress.next());
        if (!message) break;
        print(message->status);
    }
    @endcode */
class progress_stream {
public:
    explicit progress_stream(http::open_reply reply) : reply_(std::move(reply)), buffer_(std::make_unique<buffer>()) {}

    /** The next message, nothing at the end.
        @par Errors errc::malformed for what is not JSON; those of the stream. A failure of the operation is a message,
       with `error` set.
        @par Cancellation terminal: the engine is told by the connection's end, and stops its work. */
    MOCKER_DECL awaitable<result<std::optional<types::progress_message>>> next();

private:
    using buffer = std::array<char, 16 * 1024>;

    http::open_reply reply_;
    std::unique_ptr<buffer> buffer_;
    std::string_view unread_;
    json_splitter splitter_;
};

} // namespace mocker::client

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/client/impl/progress_stream.ipp>
#endif
#endif
