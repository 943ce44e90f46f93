#ifndef MOCKER_HTTP_IMPL_CLIENT_IPP
#define MOCKER_HTTP_IMPL_CLIENT_IPP

#include <mocker/http/client.hpp>
#include <mocker/http/detail/client_connection.hpp>
#include <mocker/http/impl/client_connection.ipp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace mocker::http {

MOCKER_DECL result<endpoint> endpoint::parse(std::string_view text) {
    auto const malformed = [&] { return error(errc::malformed, "unable to parse address: " + std::string(text)); };
    auto const colon = text.find("://");
    if (colon == std::string_view::npos) return malformed();
    auto const scheme = text.substr(0, colon);
    auto rest = text.substr(colon + 3);
    if (scheme == "unix")
        return rest.empty() ? result<endpoint>(malformed()) : endpoint(kind::unix_socket, std::string(rest));
    if (scheme != "tcp" && scheme != "http" && scheme != "https") return malformed();
    rest = rest.substr(0, rest.find('/'));
    auto port = rest.rfind(':');
    if (port != std::string_view::npos && rest.find(']', port) != std::string_view::npos) port = std::string_view::npos;
    auto const host = rest.substr(0, port);
    std::string_view number = scheme == "https" ? "443" : scheme == "http" ? "80" : "2375";
    if (port != std::string_view::npos) number = rest.substr(port + 1);
    if (host.empty() || number.empty() || number.find_first_not_of("0123456789") != std::string_view::npos)
        return malformed();
    return endpoint(scheme == "https" ? kind::tls : kind::tcp, std::string(host), std::string(number));
}

MOCKER_DECL std::string endpoint::host_header() const {
    if (transport == kind::unix_socket) return "localhost";
    auto const bare_v6 = host.find(':') != std::string::npos && !host.starts_with('[');
    auto const name = bare_v6 ? "[" + host + "]" : host;
    return port == (transport == kind::tls ? "443" : "80") ? name : name + ":" + port;
}

namespace detail {

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
MOCKER_DECL awaitable<result<std::unique_ptr<client_connection>>> perform(std::shared_ptr<client_pool> pool,
                                                                          message m) {
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
