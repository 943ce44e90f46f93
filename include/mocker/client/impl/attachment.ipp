#ifndef MOCKER_CLIENT_IMPL_ATTACHMENT_IPP
#define MOCKER_CLIENT_IMPL_ATTACHMENT_IPP

#include <mocker/client/attachment.hpp>

#include <boost/asio/buffer.hpp>

namespace mocker::client {

MOCKER_DECL awaitable<result<std::optional<demultiplexer::piece>>> attachment::read() {
    constexpr std::size_t buffer_size = 128 * 1024;
    if (buffer_.empty()) buffer_.resize(buffer_size);
    for (;;) {
        while (!unread_.empty()) {
            MOCKER_TRY(piece, frames_.next(unread_));
            if (piece) co_return piece;
        }
        MOCKER_TRY(size, co_await stream_.read_some(asio::buffer(buffer_)));
        std::string_view const data(buffer_.data(), size);
        if (size == 0) co_return std::optional<demultiplexer::piece>();
        if (!multiplexed_)
            co_return std::optional<demultiplexer::piece>(demultiplexer::piece{demultiplexer::stream::out, data});
        unread_ = data;
    }
}

} // namespace mocker::client

#endif
