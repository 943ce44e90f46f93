#ifndef MOCKER_HTTP_IMPL_CLIENT_CONNECTION_IPP
#define MOCKER_HTTP_IMPL_CLIENT_CONNECTION_IPP

#include <mocker/async/with_timeout.hpp>
#include <mocker/http/detail/client_connection.hpp>
#include <mocker/http/socket_stream.hpp>

#include <boost/asio/error.hpp>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace mocker::http::detail {

MOCKER_DECL any_stream client_pool::take_idle() {
    while (!idle.empty()) {
        auto last = std::move(idle.back());
        idle.pop_back();
        if (clock::now() - last.since < options.idle_timeout && last.stream.transport()->is_quiet())
            return std::move(last.stream);
    }
    return {};
}

MOCKER_DECL void client_pool::give_back(any_stream stream) {
    auto const now = clock::now();
    std::erase_if(idle, [&](idle_stream const& s) { return now - s.since >= options.idle_timeout; });
    if (idle.size() >= options.idle_connections) return;
    idle.push_back({std::move(stream), now});
}

MOCKER_DECL awaitable<result<any_stream>> client_pool::connect_without_limit() {
    auto const& to = options.to;
    if (to.transport == endpoint::kind::unix_socket) co_return co_await connect_unix(to.host);
    MOCKER_TRY(socket, co_await connect_tcp(to.host, to.port));
    if (to.transport == endpoint::kind::tcp) co_return std::move(socket);
    if (!tls) {
        MOCKER_TRY(context, tls_context::for_client(options.tls));
        tls = context;
    }
    auto const name = to.host.starts_with('[') ? to.host.substr(1, to.host.size() - 2) : to.host;
    auto secure = co_await tls_connect(std::move(socket), *tls, name);
    if (!secure) co_return secure.error().within("connect to " + to.host + ":" + to.port);
    co_return std::move(*secure);
}

MOCKER_DECL awaitable<result<any_stream>> client_pool::connect() {
    if (options.to.transport == endpoint::kind::unix_socket) {
        auto at_once = connect_unix_now(executor, options.to.host); // the usual case needs no timer
        if (at_once || at_once.error().code() != asio::error::try_again) co_return std::move(at_once);
    }
    auto stream = co_await async::with_timeout(connect_without_limit(), options.connect_timeout);
    if (!stream && stream.error().code() == asio::error::timed_out) {
        auto const& to = options.to;
        co_return error(asio::error::timed_out, "connect to " + to.host + (to.port.empty() ? "" : ":" + to.port));
    }
    co_return stream;
}

MOCKER_DECL std::string_view method_text(verb method) {
    auto const text = boost::beast::http::to_string(method);
    return {text.data(), text.size()};
}

MOCKER_DECL void client_connection::format_head(message const& m) {
    head_.append(method_text(m.method)).append(" ").append(m.target).append(" HTTP/1.1\r\n");
    auto const add = [&](std::string_view name, std::string_view value) {
        if (!m.header.contains(name)) head_.append(name).append(": ").append(value).append("\r\n");
    };
    add("Host", pool_->options.to.host_header());
    for (auto const& [name, value] : pool_->options.common_headers) add(name, value);
    m.header.append_to(head_);
    auto const may_have_body = m.method == verb::post || m.method == verb::put || m.method == verb::patch;
    if (m.source && !m.source_size) {
        add("Transfer-Encoding", "chunked");
    } else if (m.source || !m.body.empty() || may_have_body) {
        add("Content-Length", std::to_string(m.source ? *m.source_size : m.body.size()));
    }
    head_ += "\r\n";
}

MOCKER_DECL awaitable<result<>> client_connection::send_source(message const& m) {
    std::string piece(64 * 1024, '\0');
    std::uint64_t left = m.source_size.value_or(0);
    MOCKER_CHECK(co_await stream_.write(head_));
    for (;;) {
        auto const got = co_await m.source(asio::buffer(piece));
        if (!got || (m.source_size && *got > left)) {
            source_failure_ = got ? error(errc::malformed, "the body is longer than announced") : got.error();
            co_return source_failure_;
        }
        left -= m.source_size ? *got : 0;
        if (*got == 0) break;
        if (m.source_size) {
            MOCKER_CHECK(co_await stream_.write(std::string_view(piece).substr(0, *got)));
            continue;
        }
        std::array<char, 18> size;
        auto const end = std::to_chars(size.data(), size.data() + 16, *got, 16).ptr;
        end[0] = '\r';
        end[1] = '\n';
        std::array<asio::const_buffer, 3> const chunk{
            asio::buffer(size.data(), static_cast<std::size_t>(end + 2 - size.data())),
            asio::buffer(piece.data(), *got), asio::buffer("\r\n", 2)};
        MOCKER_CHECK(co_await stream_.write(chunk));
    }
    if (!m.source_size) co_return co_await stream_.write(std::string_view("0\r\n\r\n"));
    if (left == 0) co_return result<>{};
    source_failure_ = error(errc::malformed, "the body is shorter than announced");
    co_return source_failure_;
}

MOCKER_DECL awaitable<result<>> client_connection::send(message const& m) {
    if (m.source) return send_source(m);
    return stream_.write(asio::buffer(head_), asio::buffer(m.body));
}

MOCKER_DECL error describe_answer_failure(error const& e) {
    if (e.code() == beast_http::error::body_limit) return error(errc::too_large, "answer too large");
    if (e.code() == beast_http::error::partial_message) return e;
    if (e.code().category() != error_code(beast_http::error::need_more).category()) return e;
    return error(errc::malformed, "malformed HTTP answer: " + e.code().message());
}

MOCKER_DECL awaitable<result<>> client_connection::read_header(message const& m) {
    for (int interim = 0; interim != 16; ++interim) {
        reader_.restart(std::nullopt, m.method == verb::head);
        for (;;) {
            auto const complete = reader_.parse_header();
            if (!complete) co_return describe_answer_failure(complete.error());
            if (*complete) break;
            auto const got = co_await reader_.fill(stream_);
            if (!got) co_return describe_answer_failure(got.error());
            if (*got == 0) co_return error(beast_http::error::partial_message, "the server closed the connection");
        }
        auto const status = reader_.head().status;
        if (status / 100 != 1 || status == 101) co_return result<>{};
    }
    co_return error(errc::malformed, "malformed HTTP answer: too many interim answers");
}

MOCKER_DECL awaitable<result<>> client_connection::exchange(message const& m) {
    format_head(m);
    auto const written = co_await send(m);
    if (source_failure_.code().failed()) co_return source_failure_;
    sent_ = written.has_value();
    auto const answered = co_await read_header(m);
    // A server may refuse a request before it has read it all; what it says is worth more than the failure to write.
    if (!answered) co_return written ? answered.error() : written.error();
    finish_if_done();
    co_return result<>{};
}

MOCKER_DECL void client_connection::finish_if_done() {
    if (!reader_.is_done() || !stream_ || reader_.head().status == 101) return;
    auto stream = std::move(stream_);
    if (sent_ && reader_.size() == 0 && reader_.parser().keep_alive()) pool_->give_back(std::move(stream));
}

MOCKER_DECL awaitable<result<std::size_t>> client_connection::read_body(asio::mutable_buffer into) {
    if (reader_.is_done()) co_return std::size_t(0);
    auto const got = co_await reader_.read_body(stream_, into);
    if (!got) {
        stream_ = {};
        co_return describe_answer_failure(got.error());
    }
    finish_if_done();
    co_return *got;
}

MOCKER_DECL any_stream client_connection::release() {
    auto stream = std::move(stream_);
    stream.unread(reader_.buffered());
    return stream;
}

} // namespace mocker::http::detail

#endif
