/** @file
    The one stream type of HTTP: whatever carries the bytes is erased, so that parser, server and client are compiled
    once. */
#ifndef MOCKER_HTTP_ANY_STREAM_HPP
#define MOCKER_HTTP_ANY_STREAM_HPP

#include <mocker/async/awaitable.hpp>

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace mocker::http {

/** What a transport implements. Reading and writing may go on at the same time, from two coroutines of one strand. */
class stream_interface {
public:
    virtual ~stream_interface() = default;
    virtual awaitable<result<std::size_t>> read_some(asio::mutable_buffer into) = 0;
    virtual awaitable<result<>> write(std::span<asio::const_buffer const> data) = 0;
    virtual result<> shutdown_send() = 0;
    virtual void cancel() = 0;
    virtual void close() = 0;
    virtual int native_handle() const = 0;
    virtual asio::any_io_executor executor() const = 0;

    /** Calls @p fired once, from the loop: with true when the peer is gone; with false if that cannot be said now
        because of unread input, and should be asked again a little later. A peer is gone when it has closed both
        directions, or also when it has closed its own direction if @p end_is_gone. */
    virtual void watch(bool end_is_gone, std::function<void(bool gone)> fired) = 0;
    /// Forgets a @ref watch. Its function is not called any more.
    virtual void unwatch() = 0;
    /// Whether a peer that has closed both directions can be told from one that has closed its own. Not so with TCP.
    virtual bool tells_full_close() const = 0;
    /// False if the peer has closed or has sent something: a connection in that state is not used again.
    virtual bool is_quiet() const = 0;
};

/** A bidirectional stream of bytes: unix socket, TCP, TLS, in memory. Movable; closed by its destructor.

    @par Example
    @code
    char text[512];
    MOCKER_TRY(size, co_await stream.read_some(asio::buffer(text)));
    MOCKER_CHECK(co_await stream.write(std::string_view(text, size)));
    @endcode */
class any_stream {
public:
    /// No stream: every operation fails with `asio::error::bad_descriptor`.
    any_stream() noexcept = default;
    explicit any_stream(std::unique_ptr<stream_interface> transport) noexcept : transport_(std::move(transport)) {}
    any_stream(any_stream&&) noexcept = default;
    any_stream& operator=(any_stream&&) noexcept = default;

    explicit operator bool() const noexcept { return transport_ != nullptr; }

    /** Reads what there is, at least one byte, into @p into (not empty).
        @return the number of bytes; 0 once the peer has closed its sending side. One's own side still works then.
        @par Errors those of recv(2) and of TLS; `operation_aborted` after @ref cancel or @ref close.
        @par Cancellation terminal; no byte is lost. */
    MOCKER_DECL awaitable<result<std::size_t>> read_some(asio::mutable_buffer into);

    /** Writes all of @p data. With a small write to a socket that has room, this is one system call and no suspension.
        @par Errors `EPIPE` or `ECONNRESET` once the peer is gone. Never raises SIGPIPE.
        @par Cancellation terminal; part of the data may have been written. */
    MOCKER_DECL awaitable<result<>> write(std::span<asio::const_buffer const> data);
    /// As above, with one piece. The bytes stay the caller's and must live until the end of the operation.
    MOCKER_DECL awaitable<result<>> write(std::string_view data);
    MOCKER_DECL awaitable<result<>> write(asio::const_buffer data);
    /// As above, a header and its payload at once.
    MOCKER_DECL awaitable<result<>> write(asio::const_buffer header, asio::const_buffer payload);

    /// Tells the peer that no more is sent (its `read_some` gives 0). Reading goes on.
    MOCKER_DECL result<> shutdown_send();

    /// Ends what waits now, in another coroutine, with `operation_aborted`. The stream stays usable.
    MOCKER_DECL void cancel();
    /// Ends the stream and what waits on it.
    MOCKER_DECL void close();

    /** Returns once the peer is gone: both directions closed, or the connection broken. A peer that has only closed its
        sending side is still there. TCP cannot tell these two apart before something is written, so there only a reset
        connection counts.
        @par Cancellation terminal. */
    MOCKER_DECL awaitable<void> wait_closed();

    /// The socket, for `SO_PEERCRED` and the like; -1 if there is none.
    MOCKER_DECL int native_handle() const;
    /// The executor of the transport. Precondition: there is a stream.
    MOCKER_DECL asio::any_io_executor executor() const;

    /// Puts @p bytes in front of what is read next.
    MOCKER_DECL void unread(std::string_view bytes);

    /// The transport itself; null if there is no stream.
    stream_interface* transport() const noexcept { return transport_.get(); }

private:
    std::unique_ptr<stream_interface> transport_;
    std::string early_; // read before the transport
};

} // namespace mocker::http

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/http/impl/any_stream.ipp>
#endif
#endif
