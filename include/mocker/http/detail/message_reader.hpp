#ifndef MOCKER_HTTP_DETAIL_MESSAGE_READER_HPP
#define MOCKER_HTTP_DETAIL_MESSAGE_READER_HPP

#include <mocker/http/any_stream.hpp>
#include <mocker/http/detail/message_parser.hpp>

#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mocker::http::detail {

/** Reads one message after the other from a stream: the header whole, the body in pieces. What came with a message and
    belongs to the next stays in the buffer. Parsing is apart from reading, so that whoever owns the stream decides
    about time. Failures carry Beast's codes, or those of the stream. */
template <bool IsRequest>
class message_reader {
public:
    explicit message_reader(std::size_t header_limit) : header_limit_(std::max<std::size_t>(header_limit, 512)) {}

    /// Prepares for the next message. @param skip_body it has none whatever its header says: an answer to HEAD.
    void restart(std::optional<std::uint64_t> body_limit, bool skip_body = false) {
        head_.clear();
        body_limit_ = body_limit;
        skip_body_ = skip_body;
        header_bytes_ = 0;
        make_parser();
        if (capacity_ > 2 * initial_capacity && size() <= initial_capacity) reallocate(initial_capacity);
    }

    /// Goes on with the buffered bytes of a header. False if it needs more.
    result<bool> parse_header() {
        if (parser_->is_header_done()) return true;
        if (!parser_->has_start_line()) skip_empty_lines();
        auto ec = put_header();
        if (ec == beast_http::error::need_more && IsRequest) {
            // The parser looks at an incomplete header again only when it is complete; a wrong one is not waited for.
            if (!parser_->has_start_line() && buffered().find("\r\n") != std::string_view::npos) {
                make_parser();
                ec = put_header();
            }
            if (ec == beast_http::error::need_more && has_bare_newline()) ec = beast_http::error::bad_line_ending;
        }
        if (header_bytes_ + (parser_->is_header_done() ? 0 : size()) > header_limit_)
            ec = beast_http::error::header_limit;
        if (parser_->is_header_done() && !ec) return true;
        if (!ec || ec == beast_http::error::need_more) return false;
        return error(ec);
    }

    /** Reads more bytes into the buffer; 0 at the end of the stream.
        @par Errors header_limit when there is no more room. */
    awaitable<result<std::size_t>> fill(any_stream& from) {
        if (!make_room()) co_return error(beast_http::error::header_limit);
        MOCKER_TRY(size, co_await from.read_some(asio::buffer(bytes_.get() + end_, capacity_ - end_)));
        end_ += size;
        co_return size;
    }

    /// The next bytes of the body; 0 at its end.
    awaitable<result<std::size_t>> read_body(any_stream& from, asio::mutable_buffer into) {
        while (!parser_->is_done() && into.size() != 0) {
            if (size() != 0) {
                parser_->deliver_to(into);
                error_code ec;
                auto const used = parser_->put(asio::buffer(buffered()), ec);
                begin_ += used;
                if (ec && ec != beast_http::error::need_more) co_return error(ec);
                if (parser_->delivered() != 0) co_return parser_->delivered();
                if (!ec && used != 0) continue; // the header of a chunk
            } else if (!parser_->chunked()) {
                co_return co_await read_directly(from, into);
            }
            // A peer that fills the buffer has more: fewer, larger reads.
            if (end_ == capacity_ && capacity_ < 64 * 1024) reallocate(capacity_ * 4);
            MOCKER_TRY(more, co_await fill(from));
            if (more == 0) co_return error(beast_http::error::partial_message);
        }
        co_return std::size_t(0);
    }

    message_head& head() noexcept { return head_; }
    message_head const& head() const noexcept { return head_; }
    message_parser<IsRequest> const& parser() const noexcept { return *parser_; }
    /// Whether header and body have been read.
    bool is_done() const noexcept { return parser_->is_done(); }
    /// Whether any byte of the message has been seen.
    bool has_started() const noexcept { return header_bytes_ != 0 || size() != 0; }
    std::string_view buffered() const noexcept { return {bytes_.get() + begin_, size()}; }
    std::size_t size() const noexcept { return end_ - begin_; }

private:
    static constexpr std::size_t initial_capacity = 4096;

    void make_parser() {
        parser_.emplace(head_);
        parser_->header_limit(static_cast<std::uint32_t>(std::min<std::size_t>(header_limit_, 1U << 30)));
        parser_->body_limit(body_limit_ ? boost::optional<std::uint64_t>(*body_limit_) : boost::none);
        parser_->skip(skip_body_);
    }

    error_code put_header() {
        error_code ec;
        auto const used = parser_->put(asio::buffer(buffered()), ec);
        begin_ += used;
        header_bytes_ += used;
        return ec;
    }

    /// RFC 9112, section 2.2: empty lines before a request are ignored.
    void skip_empty_lines() {
        while (buffered().starts_with("\r\n")) {
            begin_ += 2;
            header_bytes_ += 2;
        }
    }

    bool has_bare_newline() const {
        auto const text = buffered();
        for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
            if (at == 0 || text[at - 1] != '\r') return true;
        return false;
    }

    /// Bytes that are nothing but body need not pass through the buffer.
    awaitable<result<std::size_t>> read_directly(any_stream& from, asio::mutable_buffer into) {
        if (auto const left = parser_->content_length_remaining(); left && *left < into.size())
            into = asio::buffer(into, static_cast<std::size_t>(*left));
        MOCKER_TRY(got, co_await from.read_some(into));
        error_code ec;
        if (got == 0) {
            parser_->put_eof(ec);
        } else {
            parser_->deliver_to(into);
            parser_->put(asio::const_buffer(into.data(), got), ec);
        }
        if (ec) co_return error(ec);
        co_return got;
    }

    bool make_room() {
        if (begin_ == end_) begin_ = end_ = 0;
        if (end_ < capacity_) return true;
        if (begin_ != 0) {
            std::memmove(bytes_.get(), bytes_.get() + begin_, size());
            end_ -= begin_;
            begin_ = 0;
            return true;
        }
        auto const most = std::max<std::size_t>(header_limit_ + 1, 64 * 1024);
        if (capacity_ >= most) return false;
        reallocate(std::min(most, std::max(initial_capacity, capacity_ * 4)));
        return true;
    }

    void reallocate(std::size_t capacity) {
        auto larger = std::make_unique_for_overwrite<char[]>(capacity);
        auto const used = size();
        if (used != 0) std::memcpy(larger.get(), bytes_.get() + begin_, used);
        bytes_ = std::move(larger);
        capacity_ = capacity;
        begin_ = 0;
        end_ = used;
    }

    std::size_t header_limit_;
    std::optional<std::uint64_t> body_limit_{};
    bool skip_body_ = false;
    message_head head_{};
    std::optional<message_parser<IsRequest>> parser_{};
    std::size_t header_bytes_ = 0; // that the parser has taken
    std::unique_ptr<char[]> bytes_{};
    std::size_t capacity_ = 0, begin_ = 0, end_ = 0;
};

} // namespace mocker::http::detail

#endif
