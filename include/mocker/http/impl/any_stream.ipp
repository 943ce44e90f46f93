#ifndef MOCKER_HTTP_IMPL_ANY_STREAM_IPP
#define MOCKER_HTTP_IMPL_ANY_STREAM_IPP

#include <mocker/async/event.hpp>
#include <mocker/http/any_stream.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>

namespace mocker::http {
namespace detail {

/// Waits for the answer to one stream_interface::watch, and takes the question back when it ends before.
class closed_waiter {
public:
    explicit closed_waiter(stream_interface& stream) : stream_(stream), changed_(stream.executor()) {
        stream_.watch(false, [this](bool gone) {
            gone_ = gone;
            answered_ = true;
            changed_.notify_all();
        });
    }
    ~closed_waiter() { stream_.unwatch(); }
    closed_waiter(closed_waiter const&) = delete;
    closed_waiter& operator=(closed_waiter const&) = delete;

    awaitable<bool> wait() {
        while (!answered_) co_await changed_.wait();
        co_return gone_;
    }

private:
    stream_interface& stream_;
    async::event changed_;
    bool answered_ = false;
    bool gone_ = false;
};

MOCKER_DECL awaitable<result<std::size_t>> read_early(std::string& early, asio::mutable_buffer into) {
    auto const size = std::min(early.size(), into.size());
    std::memcpy(into.data(), early.data(), size);
    early.erase(0, size);
    if (early.empty()) early.shrink_to_fit();
    co_return size;
}

MOCKER_DECL awaitable<result<std::size_t>> read_nothing() { co_return error(asio::error::bad_descriptor); }
MOCKER_DECL awaitable<result<>> write_nothing() { co_return error(asio::error::bad_descriptor); }

MOCKER_DECL awaitable<result<>> write_pieces(stream_interface& stream, std::array<asio::const_buffer, 2> pieces) {
    co_return co_await stream.write(pieces);
}

MOCKER_DECL awaitable<bool> ask_closed(stream_interface& stream) {
    closed_waiter waiter(stream);
    co_return co_await waiter.wait();
}

} // namespace detail

MOCKER_DECL awaitable<result<std::size_t>> any_stream::read_some(asio::mutable_buffer into) {
    if (!early_.empty()) return detail::read_early(early_, into);
    return transport_ ? transport_->read_some(into) : detail::read_nothing();
}

MOCKER_DECL awaitable<result<>> any_stream::write(std::span<asio::const_buffer const> data) {
    return transport_ ? transport_->write(data) : detail::write_nothing();
}

MOCKER_DECL awaitable<result<>> any_stream::write(std::string_view data) { return write(asio::buffer(data)); }

MOCKER_DECL awaitable<result<>> any_stream::write(asio::const_buffer data) { return write(data, asio::const_buffer()); }

MOCKER_DECL awaitable<result<>> any_stream::write(asio::const_buffer header, asio::const_buffer payload) {
    if (!transport_) return detail::write_nothing();
    return detail::write_pieces(*transport_, {header, payload});
}

MOCKER_DECL result<> any_stream::shutdown_send() {
    if (!transport_) return error(asio::error::bad_descriptor);
    return transport_->shutdown_send();
}

MOCKER_DECL void any_stream::cancel() {
    if (transport_) transport_->cancel();
}

MOCKER_DECL void any_stream::close() {
    early_.clear();
    if (transport_) transport_->close();
}

MOCKER_DECL awaitable<void> any_stream::wait_closed() {
    auto* const transport = transport_.get();
    if (transport == nullptr) co_return;
    while (!co_await detail::ask_closed(*transport)) co_await async::sleep(std::chrono::milliseconds(100));
}

MOCKER_DECL int any_stream::native_handle() const { return transport_ ? transport_->native_handle() : -1; }

MOCKER_DECL asio::any_io_executor any_stream::executor() const { return transport_->executor(); }

MOCKER_DECL void any_stream::unread(std::string_view bytes) { early_.insert(0, bytes); }

} // namespace mocker::http

#endif
