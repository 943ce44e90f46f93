#ifndef MOCKER_TESTS_UNIT_HTTP_SUPPORT_HPP
#define MOCKER_TESTS_UNIT_HTTP_SUPPORT_HPP

#include <mocker/async/event.hpp>
#include <mocker/async/task_group.hpp>
#include <mocker/async/with_timeout.hpp>
#include <mocker/http.hpp>

#include <cctype>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <support/co_test.hpp>

namespace mocker::test {

using namespace std::chrono_literals;

/// A directory of the test's own, removed with what is in it.
class scratch_directory {
public:
    scratch_directory() {
        char name[] = "/tmp/mocker-http-XXXXXX";
        path_ = ::mkdtemp(name);
    }
    ~scratch_directory() { std::filesystem::remove_all(path_); }
    scratch_directory(scratch_directory const&) = delete;
    scratch_directory& operator=(scratch_directory const&) = delete;

    std::string operator/(std::string const& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

/// All bytes until the peer ends; or what came before a failure.
inline awaitable<std::string> read_to_end(http::any_stream& from) {
    std::string out;
    char piece[4096];
    for (;;) {
        auto const got = co_await from.read_some(asio::buffer(piece));
        if (!got || *got == 0) co_return out;
        out.append(piece, *got);
    }
}

/// Bytes up to and including @p mark; or all there were.
inline awaitable<std::string> read_until(http::any_stream& from, std::string mark) {
    std::string out;
    char byte;
    while (!out.ends_with(mark)) {
        auto const got = co_await from.read_some(asio::buffer(&byte, 1));
        if (!got || *got == 0) break;
        out.push_back(byte);
    }
    co_return out;
}

/// A body after its header.
inline std::string body_of(std::string const& answer) {
    auto const end = answer.find("\r\n\r\n");
    return end == std::string::npos ? std::string() : answer.substr(end + 4);
}

inline std::string first_line(std::string const& answer) { return answer.substr(0, answer.find("\r\n")); }

/// A server over streams in memory, with routes that show what a handler can do.
class test_server {
public:
    explicit test_server(asio::any_io_executor executor, http::server_options options = quiet())
        : executor_(executor), web(executor, routes, std::move(options)) {
        add_routes();
    }

    /// A server that answers without `Date`, so that tests can compare whole answers.
    static http::server_options quiet() {
        http::server_options options;
        options.date = false;
        return options;
    }

    /// The client's end of a new connection.
    http::any_stream connect(std::size_t capacity = 64 * 1024) {
        auto [ours, theirs] = http::make_stream_pair(executor_, capacity);
        web.add(std::move(theirs));
        return std::move(ours);
    }

    /// What the server answers to @p text until it closes, the client having ended its side after it.
    awaitable<std::string> exchange(std::string text) {
        auto stream = connect();
        (void)co_await stream.write(text);
        (void)stream.shutdown_send();
        co_return co_await read_to_end(stream);
    }

    asio::any_io_executor executor_;
    http::router routes;
    http::server web;
    int cancelled = 0; ///< handlers that ended by cancellation
    int started = 0;   ///< requests to /forever
    std::string seen;  ///< what a handler wants to tell

private:
    void add_routes() {
        auto const add = [this](http::verb method, std::string_view pattern, auto member) {
            routes.add(method, pattern,
                       [this, member](http::request& q, http::response& r) { return (this->*member)(q, r); });
        };
        add(http::verb::get, "/hello", &test_server::hello);
        add(http::verb::post, "/echo", &test_server::echo);
        add(http::verb::post, "/stream-echo", &test_server::stream_echo);
        add(http::verb::get, "/count/{to}", &test_server::count);
        add(http::verb::get, "/forever", &test_server::forever);
        add(http::verb::get, "/forever-streamed", &test_server::forever_streamed);
        add(http::verb::get, "/fail/{how}", &test_server::fail);
        add(http::verb::post, "/hijack", &test_server::hijack);
        add(http::verb::post, "/ignore-body", &test_server::hello);
        add(http::verb::get, "/none", &test_server::none);
        add(http::verb::get, "/images/{name:.*}/json", &test_server::show_name);
    }

    awaitable<result<>> hello(http::request&, http::response& r) { return r.send(200, "hello\n", "text/plain"); }

    awaitable<result<>> echo(http::request& q, http::response& r) {
        MOCKER_TRY(body, co_await q.body(1000));
        co_return co_await r.send(200, body, "text/plain");
    }

    awaitable<result<>> stream_echo(http::request& q, http::response& r) {
        MOCKER_CHECK(co_await r.begin(200, "text/plain"));
        char piece[1000];
        for (;;) {
            MOCKER_TRY(got, co_await q.read_some(asio::buffer(piece)));
            if (got == 0) co_return result<>{};
            MOCKER_CHECK(co_await r.write(std::string_view(piece, got)));
        }
    }

    awaitable<result<>> count(http::request& q, http::response& r) {
        MOCKER_CHECK(co_await r.begin(200, "text/plain"));
        auto const to = std::stoi(q.param("to"));
        for (int i = 0; i != to; ++i) MOCKER_CHECK(co_await r.write(std::to_string(i) + "\n"));
        co_return result<>{};
    }

    struct cancellation_counter {
        int& count;
        bool ended = false;
        ~cancellation_counter() { count += ended ? 0 : 1; }
    };

    awaitable<result<>> forever(http::request&, http::response& r) {
        cancellation_counter counter{cancelled};
        ++started;
        co_await async::sleep(20s);
        counter.ended = true;
        co_return co_await r.send(200, "late");
    }

    awaitable<result<>> forever_streamed(http::request&, http::response& r) {
        cancellation_counter counter{cancelled};
        ++started;
        MOCKER_CHECK(co_await r.begin(200));
        co_await async::sleep(20s);
        counter.ended = true;
        co_return result<>{};
    }

    awaitable<result<>> fail(http::request& q, http::response& r) {
        auto const how = q.param("how");
        if (how == "conflict") co_return error(errc::conflict, "the name \"/db\" is in use");
        if (how == "throw") throw std::runtime_error("something broke");
        if (how == "binary") co_return error(errc::malformed, "bad \xff byte");
        if (how == "late") {
            MOCKER_CHECK(co_await r.begin(200));
            MOCKER_CHECK(co_await r.write("partial"));
        }
        co_return error(errc::internal, "failed late");
    }

    /// Sends back what it reads in capitals, then a farewell once the client has ended its side.
    awaitable<result<>> hijack(http::request&, http::response& r) {
        MOCKER_TRY(stream, co_await r.hijack());
        char piece[1000];
        for (;;) {
            MOCKER_TRY(got, co_await stream.read_some(asio::buffer(piece)));
            if (got == 0) break;
            for (auto& c : std::span(piece, got)) c = static_cast<char>(std::toupper(c));
            MOCKER_CHECK(co_await stream.write(std::string_view(piece, got)));
        }
        MOCKER_CHECK(co_await stream.write(std::string_view("bye")));
        co_return result<>{};
    }

    awaitable<result<>> none(http::request&, http::response&) { co_return result<>{}; }

    awaitable<result<>> show_name(http::request& q, http::response& r) {
        co_return co_await r.send(200, q.param("name") + "|" + q.query("a").value_or("-"), "text/plain");
    }
};

} // namespace mocker::test

#endif
