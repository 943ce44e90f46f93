#ifndef MOCKER_HTTP_IMPL_CLIENT_IPP
#define MOCKER_HTTP_IMPL_CLIENT_IPP

#include <mocker/async/with_timeout.hpp>
#include <mocker/http/client.hpp>
#include <mocker/http/detail/client_connection.hpp>
#include <mocker/http/socket_stream.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace mocker::http {

MOCKER_DECL result<endpoint> endpoint::parse(std::string_view text) {
    auto const malformed = [&] { return error(errc::malformed, "unable to parse address: " + std::string(text)); };
    auto const colon = text.find("://");
    if (colon == std::string_view::npos) return malformed();
    auto const scheme = text.substr(0, colon);
    auto rest = text.substr(colon + 3);
    if (scheme == "unix") return rest.empty() ? result<endpoint>(malformed()) : endpoint(kind::unix_socket, std::string(rest));
    if (scheme != "tcp" && scheme != "http" && scheme != "https") return malformed();
    rest = rest.substr(0, rest.find('/'));
    auto port = rest.rfind(':');
    if (port != std::string_view::npos && rest.find(']', port) != std::string_view::npos) port = std::string_view::npos;
    auto const host = rest.substr(0, port);
    std::string_view number = scheme == "https" ? "443" : scheme == "http" ? "80" : "2375";
    if (port != std::string_view::npos) number = rest.substr(port + 1);
    if (host.empty() || number.empty() || number.find_first_not_of("0123456789") != std::string_view::npos) return malformed();
    return endpoint(scheme == "https" ? kind::tls : kind::tcp, std::string(host), std::string(number));
}

MOCKER_DECL std::string endpoint::host_header() const {
    if (transport == kind::unix_socket) return "localhost";
    auto const bare_v6 = host.find(':') != std::string::npos && !host.starts_with('[');
    auto const name = bare_v6 ? "[" + host + "]" : host;
    return port == (transport == kind::tls ? "443" : "80") ? name : name + ":" + port;
}

namespace detail {

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
            asio::buffer(size.data(), static_cast<std::size_t>(end + 2 - size.data())), asio::buffer(piece.data(), *got),
            asio::buffer("\r\n", 2)};
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

MOCKER_DECL bool is_repeatable(message const& m) {
    if (m.source) return false;
    switch (m.method) {
    case verb::get:
    case verb::head:
    case verb::put:
    case verb::delete_:
    case verb::options: return true;
    default: return false;
    }
}

MOCKER_DECL result<> check_message(message const& m) {
    auto const is_bad = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; };
    if (m.target.empty() || std::any_of(m.target.begin(), m.target.end(), is_bad))
        return error(errc::malformed, "invalid request target: " + m.target);
    if (m.method == verb::unknown) return error(errc::malformed, "unknown method");
    return {};
}

/// Sends @p m on a kept connection or a new one; the answer's header has been read then.
MOCKER_DECL awaitable<result<std::unique_ptr<client_connection>>> perform(std::shared_ptr<client_pool> pool, message m) {
    MOCKER_CHECK(check_message(m));
    for (;;) {
        auto stream = pool->take_idle();
        bool const is_kept = static_cast<bool>(stream);
        if (!is_kept) {
            MOCKER_TRY(fresh, co_await pool->connect());
            stream = std::move(fresh);
        }
        auto connection = std::make_unique<client_connection>(pool, std::move(stream));
        auto const done = co_await connection->exchange(m);
        if (done) co_return std::move(connection);
        if (!is_kept || !is_repeatable(m) || connection->reader().has_started()) co_return done.error();
    }
}

MOCKER_DECL awaitable<result<std::string>> read_all(client_connection& from, std::size_t limit) {
    std::string out;
    auto const announced = from.reader().parser().content_length().value_or(0);
    if (announced > limit && !from.reader().is_done()) co_return error(errc::too_large, "answer too large");
    for (std::size_t size = 0;;) {
        auto const room = std::clamp<std::uint64_t>(announced > size ? announced - size : size, 1024, 256 * 1024);
        out.resize(size + static_cast<std::size_t>(room));
        MOCKER_TRY(got, co_await from.read_body(asio::buffer(out.data() + size, out.size() - size)));
        size += got;
        if (size > limit) co_return error(errc::too_large, "answer too large");
        if (got == 0 || from.reader().is_done()) {
            out.resize(size);
            co_return out;
        }
    }
}

} // namespace detail

MOCKER_DECL open_reply::open_reply(std::unique_ptr<detail::client_connection> connection) noexcept
    : connection_(std::move(connection)) {}
MOCKER_DECL open_reply::open_reply(open_reply&&) noexcept = default;
MOCKER_DECL open_reply& open_reply::operator=(open_reply&&) noexcept = default;
MOCKER_DECL open_reply::~open_reply() = default;

MOCKER_DECL unsigned open_reply::status() const noexcept { return connection_->reader().head().status; }

MOCKER_DECL http::fields const& open_reply::fields() const noexcept { return connection_->reader().head().header; }

MOCKER_DECL std::optional<std::uint64_t> open_reply::content_length() const noexcept {
    auto const length = connection_->reader().parser().content_length();
    return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

MOCKER_DECL awaitable<result<std::size_t>> open_reply::read_some(asio::mutable_buffer into) {
    return connection_->read_body(into);
}

MOCKER_DECL awaitable<result<std::string>> open_reply::read_all(std::size_t limit) {
    return detail::read_all(*connection_, limit);
}

MOCKER_DECL client::client(asio::any_io_executor executor, client_options options)
    : pool_(std::make_shared<detail::client_pool>(std::move(executor), std::move(options))) {}
MOCKER_DECL client::~client() = default;
MOCKER_DECL client::client(client&&) noexcept = default;
MOCKER_DECL client& client::operator=(client&&) noexcept = default;

MOCKER_DECL awaitable<result<open_reply>> client::open(message m) {
    MOCKER_TRY(connection, co_await detail::perform(pool_, std::move(m)));
    co_return open_reply(std::move(connection));
}

MOCKER_DECL awaitable<result<reply>> client::send(message m) {
    auto const pool = pool_;
    MOCKER_TRY(connection, co_await detail::perform(pool, std::move(m)));
    MOCKER_TRY(body, co_await detail::read_all(*connection, pool->options.reply_limit));
    reply out;
    out.status = connection->reader().head().status;
    out.header = connection->reader().head().header;
    out.body = std::move(body);
    co_return std::move(out);
}

MOCKER_DECL awaitable<result<upgraded>> client::upgrade(message m) {
    auto const pool = pool_;
    m.set("Connection", "Upgrade");
    if (!m.header.contains("Upgrade")) m.set("Upgrade", "tcp");
    MOCKER_TRY(connection, co_await detail::perform(pool, std::move(m)));
    upgraded out;
    auto const& reader = connection->reader();
    out.status = reader.head().status;
    out.header = reader.head().header;
    if (out.status == 101 || (out.status == 200 && reader.parser().need_eof())) {
        out.stream = connection->release();
        co_return std::move(out);
    }
    MOCKER_TRY(body, co_await detail::read_all(*connection, pool->options.reply_limit));
    out.body = std::move(body);
    co_return std::move(out);
}

MOCKER_DECL void client::close_idle() { pool_->idle.clear(); }

} // namespace mocker::http

#endif
