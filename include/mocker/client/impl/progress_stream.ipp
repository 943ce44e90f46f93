#ifndef MOCKER_CLIENT_IMPL_PROGRESS_STREAM_IPP
#define MOCKER_CLIENT_IMPL_PROGRESS_STREAM_IPP

#include <mocker/client/progress_stream.hpp>

#include <boost/asio/buffer.hpp>

namespace mocker::client {

MOCKER_DECL result<std::optional<json::value>> json_splitter::next(std::string_view& input) {
    constexpr std::size_t limit = 16 * 1024 * 1024;
    if (used_ == 0) {
        auto const start = input.find_first_not_of(" \t\r\n");
        input.remove_prefix(start == std::string_view::npos ? input.size() : start);
    }
    if (input.empty()) return std::optional<json::value>();
    boost::system::error_code failed;
    auto const size = parser_->write_some(input.data(), input.size(), failed);
    if (failed) return error(errc::malformed, "invalid JSON in the stream: " + failed.message());
    input.remove_prefix(size);
    used_ += size;
    if (parser_->done()) {
        std::optional<json::value> document(parser_->release());
        parser_->reset();
        used_ = 0;
        return document;
    }
    if (used_ > limit) return error(errc::too_large, "a message of the stream is too large");
    return std::optional<json::value>();
}

MOCKER_DECL awaitable<result<std::optional<types::progress_message>>> progress_stream::next() {
    for (;;) {
        while (!unread_.empty()) {
            MOCKER_TRY(document, splitter_.next(unread_));
            if (!document) continue;
            MOCKER_TRY(message, types::from_json<types::progress_message>(*document));
            co_return std::optional<types::progress_message>(std::move(message));
        }
        MOCKER_TRY(size, co_await reply_.read_some(asio::buffer(*buffer_)));
        if (size == 0) {
            if (!splitter_.at_boundary()) co_return error(errc::malformed, "unexpected EOF");
            co_return std::optional<types::progress_message>();
        }
        unread_ = std::string_view(buffer_->data(), size);
    }
}

} // namespace mocker::client

#endif
