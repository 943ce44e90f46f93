#ifndef MOCKER_HTTP_IMPL_RESPONSE_IPP
#define MOCKER_HTTP_IMPL_RESPONSE_IPP

#include <mocker/http/detail/connection.hpp>
#include <mocker/http/detail/error_body.hpp>
#include <mocker/http/detail/server_state.hpp>
#include <mocker/http/response.hpp>

#include <boost/beast/http/status.hpp>

#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace mocker::http {
namespace detail {

inline constexpr std::size_t hijack_drain_limit = 1024 * 1024;

MOCKER_DECL void append_number(std::string& out, std::uint64_t value, int base = 10) {
    std::array<char, 20> digits;
    out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value, base).ptr);
}

MOCKER_DECL std::string_view reason_of(unsigned status) {
    if (status == 101) return "UPGRADED"; // docker's word, which old clients compare
    auto const known = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
    return {known.data(), known.size()};
}

MOCKER_DECL bool has_no_body(unsigned status) { return status / 100 == 1 || status == 204 || status == 304; }

MOCKER_DECL void connection::format_common_fields() {
    auto const& common = owner_->options.common_headers;
    if (owner_->options.date && !response_.fields_.contains("Date")) head_ += owner_->date_text();
    if (response_.fields_.empty()) {
        head_ += owner_->common_text;
        return;
    }
    for (auto const& [name, value] : common)
        if (!response_.fields_.contains(name)) head_.append(name).append(": ").append(value).append("\r\n");
    response_.fields_.append_to(head_);
}

/// The start line and the fields that do not depend on the body.
MOCKER_DECL void connection::format_head(unsigned status, std::string_view content_type) {
    response_.status_ = status;
    head_ = reader_.head().version == 10 ? "HTTP/1.0 " : "HTTP/1.1 ";
    append_number(head_, status);
    head_.append(" ").append(reason_of(status)).append("\r\n");
    format_common_fields();
    if (!content_type.empty() && (!has_no_body(status) || status == 101) && !response_.fields_.contains("Content-Type"))
        head_.append("Content-Type: ").append(content_type).append("\r\n");
}

/// Whether the next request can follow this one, as far as can be said before its body is read.
MOCKER_DECL bool connection::may_keep_alive() const {
    if (!reader_.parser().is_header_done() || !reader_.parser().keep_alive()) return false;
    if (body_broken_ || owner_->stopping) return false;
    if (reader_.is_done()) return true;
    return !expects_continue_ && reader_.parser().content_length_remaining().value_or(0) <= 256 * 1024;
}

MOCKER_DECL awaitable<result<>> connection::send(unsigned status, std::string_view body,
                                                 std::string_view content_type) {
    if (response_.begun()) co_return error(errc::internal, "the answer has begun already");
    response_.state_ = response::state::complete;
    keep_alive_ = phase_ != phase::closing && may_keep_alive();
    format_head(status, body.empty() ? std::string_view() : content_type);
    if (!has_no_body(status)) {
        head_ += "Content-Length: ";
        append_number(head_, body.size());
        head_ += "\r\n";
    }
    if (!keep_alive_)
        head_ += "Connection: close\r\n";
    else if (reader_.head().version == 10)
        head_ += "Connection: keep-alive\r\n";
    head_ += "\r\n";
    if (has_no_body(status) || reader_.head().method == verb::head) body = {};
    auto const written = co_await stream_.write(asio::buffer(head_), asio::buffer(body));
    if (!written) keep_alive_ = false;
    co_return written;
}

MOCKER_DECL awaitable<result<>> connection::begin(unsigned status, std::string_view content_type) {
    if (response_.begun()) co_return error(errc::internal, "the answer has begun already");
    response_.state_ = response::state::streaming;
    response_.bodiless_ = has_no_body(status) || reader_.head().method == verb::head;
    response_.chunked_ = reader_.head().version >= 11 && !has_no_body(status);
    keep_alive_ = may_keep_alive() && (response_.chunked_ || response_.bodiless_);
    format_head(status, content_type);
    if (response_.chunked_) head_ += "Transfer-Encoding: chunked\r\n";
    if (!keep_alive_) head_ += "Connection: close\r\n";
    head_ += "\r\n";
    if (auto const* const transport = stream_.transport(); transport != nullptr && !transport->tells_full_close()) {
        // From now on the end of what the client sends counts too.
        stop_watching();
        watch_after(watch_delay);
    }
    auto const written = co_await stream_.write(head_);
    if (!written) keep_alive_ = false;
    co_return written;
}

MOCKER_DECL awaitable<result<>> connection::write(std::string_view piece) {
    if (response_.state_ != response::state::streaming) co_return error(errc::internal, "the answer has not begun");
    if (piece.empty() || response_.bodiless_) co_return result<>{};
    if (!response_.chunked_) co_return co_await stream_.write(piece);
    head_.clear();
    append_number(head_, piece.size(), 16);
    head_ += "\r\n";
    std::array<asio::const_buffer, 3> const chunk{asio::buffer(head_), asio::buffer(piece), asio::buffer("\r\n", 2)};
    co_return co_await stream_.write(chunk);
}

MOCKER_DECL awaitable<result<any_stream>> connection::hijack(std::string_view content_type) {
    if (response_.begun()) co_return error(errc::internal, "the answer has begun already");
    std::size_t total = 0;
    char unwanted[1024];
    while (!reader_.is_done() && !reader_.parser().chunked()) {
        MOCKER_TRY(got, co_await read_body(asio::buffer(unwanted)));
        if ((total += got) > hijack_drain_limit) co_return error(errc::too_large, "request body too large");
    }
    keep_alive_ = false;
    response_.state_ = response::state::hijacked;
    if (request_.wants_upgrade()) {
        format_head(101, content_type);
        head_.append("Connection: Upgrade\r\nUpgrade: ").append(request_.header("Upgrade")).append("\r\n\r\n");
    } else {
        format_head(200, content_type);
        head_ += "\r\n";
    }
    stop_watching();
    phase_ = phase::hijacked;
    MOCKER_CHECK(co_await stream_.write(head_));
    stream_.unread(reader_.buffered());
    co_return std::move(stream_);
}

MOCKER_DECL awaitable<result<std::size_t>> connection::read_body(asio::mutable_buffer into) {
    if (std::exchange(expects_continue_, false) && reader_.size() == 0)
        MOCKER_CHECK(co_await stream_.write(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")));
    auto got = co_await reader_.read_body(stream_, into);
    if (got || got.error().code().category() != make_error_code(beast_http::error::need_more).category()) co_return got;
    body_broken_ = true;
    keep_alive_ = false;
    auto const code = got.error().code();
    auto const kind = code == beast_http::error::body_limit ? errc::too_large : errc::malformed;
    co_return error(kind, text_of_failure(code));
}

} // namespace detail

MOCKER_DECL void response::reset() {
    state_ = state::none;
    status_ = 0;
    bodiless_ = chunked_ = false;
    fields_.clear();
}

MOCKER_DECL awaitable<result<>> response::send(unsigned status, std::string body, std::string_view content_type) {
    co_return co_await connection_->send(status, body, content_type);
}

MOCKER_DECL awaitable<result<>> response::begin(unsigned status, std::string_view content_type) {
    return connection_->begin(status, content_type);
}

MOCKER_DECL awaitable<result<>> response::write(std::string_view piece) { return connection_->write(piece); }

MOCKER_DECL awaitable<result<any_stream>> response::hijack(std::string_view content_type) {
    return connection_->hijack(content_type);
}

} // namespace mocker::http

#endif
