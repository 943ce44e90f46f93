#ifndef MOCKER_HTTP_RESPONSE_HPP
#define MOCKER_HTTP_RESPONSE_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/http/any_stream.hpp>
#include <mocker/http/fields.hpp>

#include <string>
#include <string_view>

namespace mocker::http {

namespace detail {
class connection;
}

/** The answer to a request. A handler gives it in one of three ways, once: whole (@ref send), as a stream (@ref begin,
    then @ref write), or by taking over the connection (@ref hijack). An error that a handler returns before that
    becomes the answer `{"message": ...}`. */
class response {
public:
    response(response const&) = delete;
    response& operator=(response const&) = delete;

    /// Sets a header field of the answer. Without effect once it has begun. Framing and `Connection` are set by the
    /// server.
    void set(std::string_view name, std::string_view value) { fields_.set(name, value); }
    /// Adds a header field beside others of that name.
    void add(std::string_view name, std::string_view value) { fields_.add(name, value); }

    /** Answers with @p body as a whole, in one write. For HEAD the body is only announced; 204 and 304 have none.
        @par Errors those of the stream. */
    MOCKER_DECL awaitable<result<>> send(unsigned status, std::string body = {},
                                         std::string_view content_type = "application/json");

    /** Sends the header now; @ref write follows. Chunked, or ended by closing for HTTP/1.0. From here on a TCP client
        that closes its sending side counts as gone. */
    MOCKER_DECL awaitable<result<>> begin(unsigned status, std::string_view content_type = "application/json");

    /// Sends a piece of the body now. Waits while the client does not read. Nothing is sent for HEAD.
    MOCKER_DECL awaitable<result<>> write(std::string_view piece);

    /** Takes over the connection: `101 UPGRADED` if the request has `Upgrade`, with the protocol asked for; else `200
        OK` and the raw stream. What the client has sent already is read from the stream first. A body announced with a
        length is consumed before.

        The end of what is read is only the client's half-close: it may still read. Nothing cancels the handler when the
        client closes altogether, since what it sent before may still be unread: see any_stream::wait_closed. */
    MOCKER_DECL awaitable<result<any_stream>>
    hijack(std::string_view content_type = "application/vnd.docker.raw-stream");

    /// Whether an answer has been started.
    bool begun() const noexcept { return state_ != state::none; }
    /// The status sent, or 0.
    unsigned status() const noexcept { return status_; }

private:
    friend class detail::connection;
    enum class state { none, streaming, complete, hijacked };
    explicit response(detail::connection& owner) noexcept : connection_(&owner) {}

    MOCKER_DECL void reset();

    detail::connection* connection_;
    state state_ = state::none;
    unsigned status_ = 0;
    bool bodiless_ = false; // HEAD, 204, 304
    bool chunked_ = false;
    http::fields fields_{};
};

} // namespace mocker::http

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/http/impl/server_bodies.ipp>
#endif
#endif
