#include <mocker/http/detail/message_reader.hpp>

#include "http_support.hpp"

namespace mocker::test {

auto const get_hello = std::string("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
auto const hello_answer =
    std::string("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nhello\n");

CO_TEST(http_server, answers_and_keeps_the_connection) {
    test_server s(co_await asio::this_coro::executor);
    auto stream = s.connect();
    for (int i = 0; i != 3; ++i) {
        EXPECT_TRUE((co_await stream.write(get_hello)).has_value());
        EXPECT_EQ(co_await read_until(stream, "hello\n"), hello_answer);
    }
    stream.close();
    co_await s.web.shutdown();
}

CO_TEST(http_server, answers_pipelined_requests_in_order) {
    test_server s(co_await asio::this_coro::executor);
    auto const answers =
        co_await s.exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none" + get_hello +
                            "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                            "2\r\ntw\r\n1\r\no\r\n0\r\n\r\n" +
                            get_hello);
    auto const echoed = [](std::string const& text) {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\n" + text;
    };
    EXPECT_EQ(answers, echoed("one") + hello_answer + echoed("two") + hello_answer);
    co_await s.web.shutdown();
}

CO_TEST(http_server, a_request_may_arrive_in_any_pieces) {
    test_server s(co_await asio::this_coro::executor);
    auto const text =
        std::string("POST /echo?x=1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nExtra: a b\r\n\r\n"
                    "5;ext=1\r\nhello\r\nA\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n");
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        auto stream = s.connect();
        EXPECT_TRUE((co_await stream.write(std::string_view(text).substr(0, cut))).has_value());
        co_await async::sleep(100us); // lets the server see the first part alone
        EXPECT_TRUE((co_await stream.write(std::string_view(text).substr(cut))).has_value());
        EXPECT_EQ(body_of(co_await read_until(stream, "0123456789")), "hello0123456789") << "cut at " << cut;
    }
    auto stream = s.connect(1); // every byte alone
    auto reader = read_until(stream, "0123456789");
    async::task_group writing(co_await asio::this_coro::executor);
    auto const write_all = [](http::any_stream& to, std::string data) -> awaitable<void> {
        EXPECT_TRUE((co_await to.write(data)).has_value());
    };
    writing.spawn(write_all(stream, text));
    EXPECT_EQ(body_of(co_await std::move(reader)), "hello0123456789");
    co_await writing.join();
    stream.close();
    co_await s.web.shutdown();
}

CO_TEST(http_server, a_request_cut_short_gets_400_and_no_handler) {
    test_server s(co_await asio::this_coro::executor);
    for (std::size_t size = 1; size < get_hello.size(); ++size) {
        auto const answer = co_await s.exchange(get_hello.substr(0, size));
        EXPECT_EQ(first_line(answer), "HTTP/1.1 400 Bad Request") << size;
        EXPECT_EQ(body_of(answer), "{\"message\":\"malformed request: it ends early\"}\n") << size;
    }
    EXPECT_EQ(co_await s.exchange(""), "");
    auto const cut_body = co_await s.exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nshort");
    EXPECT_EQ(first_line(cut_body), "HTTP/1.1 400 Bad Request");
    co_await s.web.shutdown();
}

CO_TEST(http_server, malformed_requests_get_400_at_once_and_the_server_goes_on) {
    test_server s(co_await asio::this_coro::executor);
    for (std::string const text :
         {"GARBAGE\r\n", "GET\r\n", "GET /hello HTTP/1.1\nHost: x\n\n", "GET /hello HTTP/3.0\r\nHost: x\r\n\r\n",
          "G\x01T / HTTP/1.1\r\n", "\x16\x03\x01\x02\x00\x01\x00", "GET /hello HTTP/1.1\r\nHost : x\r\n\r\n",
          "GET /hello HTTP/1.1\r\n\r\n", "GET /hello HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
          "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", "GET / x HTTP/1.1\r\nHost: x\r\n\r\n",
          "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
          "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
          "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
          "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
          "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXXXX"}) {
        auto stream = s.connect(); // its sending side stays open: the server must not wait for more
        EXPECT_TRUE((co_await stream.write(text)).has_value());
        auto const answer = co_await read_to_end(stream);
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 Bad Request\r\n") ||
                    answer.starts_with("HTTP/1.0 400 Bad Request\r\n"))
            << text << answer;
        EXPECT_TRUE(body_of(answer).starts_with("{\"message\":\"")) << text << answer;
        EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos) << text << answer;
    }
    EXPECT_EQ(co_await s.exchange(get_hello), hello_answer);
    co_await s.web.shutdown();
}

CO_TEST(http_server, what_it_cannot_do_it_says) {
    test_server s(co_await asio::this_coro::executor);
    auto const coded = co_await s.exchange("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n");
    EXPECT_EQ(first_line(coded), "HTTP/1.1 501 Not Implemented");
    auto const both =
        co_await s.exchange("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n");
    EXPECT_EQ(first_line(both), "HTTP/1.1 501 Not Implemented");
    auto const expecting =
        co_await s.exchange("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: miracle\r\nContent-Length: 1\r\n\r\na");
    EXPECT_EQ(first_line(expecting), "HTTP/1.1 417 Expectation Failed");
    co_await s.web.shutdown();
}

CO_TEST(http_server, empty_lines_before_a_request_and_absolute_targets_are_fine) {
    test_server s(co_await asio::this_coro::executor);
    EXPECT_EQ(co_await s.exchange("\r\n\r\n" + get_hello + "\r\n" + get_hello), hello_answer + hello_answer);
    EXPECT_EQ(co_await s.exchange("GET http://x/hello?a HTTP/1.1\r\nHost: x\r\n\r\n"), hello_answer);
    co_await s.web.shutdown();
}

CO_TEST(http_server, unknown_routes_and_methods_get_404) {
    test_server s(co_await asio::this_coro::executor);
    for (std::string const line : {"GET /nowhere", "DELETE /hello", "BREW /hello", "OPTIONS *", "CONNECT x:1"}) {
        auto const answer = co_await s.exchange(line + " HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_EQ(first_line(answer), "HTTP/1.1 404 Not Found") << line;
        EXPECT_EQ(body_of(answer), "{\"message\":\"page not found\"}\n");
    }
    co_await s.web.shutdown();
}

CO_TEST(http_server, path_and_query_arrive_decoded) {
    test_server s(co_await asio::this_coro::executor);
    auto const answer = co_await s.exchange("GET /images/quay.io%2Fa/b%3A1/json?a=%20x HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(body_of(answer), "quay.io/a/b:1| x");
    co_await s.web.shutdown();
}

CO_TEST(http_server, errors_of_handlers_become_messages) {
    test_server s(co_await asio::this_coro::executor);
    auto const ask = [](test_server& to, std::string how) -> awaitable<std::string> {
        return to.exchange("GET /fail/" + how + " HTTP/1.1\r\nHost: x\r\n\r\n");
    };
    auto const conflict = co_await ask(s, "conflict");
    EXPECT_EQ(first_line(conflict), "HTTP/1.1 409 Conflict");
    EXPECT_EQ(body_of(conflict), "{\"message\":\"the name \\\"/db\\\" is in use\"}\n");
    auto const thrown = co_await ask(s, "throw");
    EXPECT_EQ(first_line(thrown), "HTTP/1.1 500 Internal Server Error");
    EXPECT_EQ(body_of(thrown), "{\"message\":\"something broke\"}\n");
    EXPECT_EQ(body_of(co_await ask(s, "binary")), "{\"message\":\"bad \xEF\xBF\xBD byte\"}\n");
    auto const late = co_await ask(s, "late");
    EXPECT_EQ(body_of(late), "7\r\npartial\r\n"); // without an end: the client sees that something is missing
    auto const none = co_await s.exchange("GET /none HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(first_line(none), "HTTP/1.1 500 Internal Server Error");
    co_await s.web.shutdown();
}

CO_TEST(http_server, head_announces_what_get_sends) {
    test_server s(co_await asio::this_coro::executor);
    auto const whole = co_await s.exchange("HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n" + get_hello);
    EXPECT_EQ(whole, hello_answer.substr(0, hello_answer.size() - 6) + hello_answer);
    auto const streamed = co_await s.exchange("HEAD /count/3 HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(streamed, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
    co_await s.web.shutdown();
}

CO_TEST(http_server, streams_in_chunks_and_to_old_clients_until_the_end) {
    test_server s(co_await asio::this_coro::executor);
    EXPECT_EQ(co_await s.exchange("GET /count/2 HTTP/1.1\r\nHost: x\r\n\r\n"),
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
              "2\r\n0\n\r\n2\r\n1\n\r\n0\r\n\r\n");
    EXPECT_EQ(co_await s.exchange("GET /count/2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
              "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n0\n1\n");
    co_await s.web.shutdown();
}

CO_TEST(http_server, http_1_0_closes_unless_asked_not_to) {
    test_server s(co_await asio::this_coro::executor);
    auto const head = std::string("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n");
    auto const request = std::string("GET /hello HTTP/1.0\r\n");
    EXPECT_EQ(co_await s.exchange(request + "\r\n" + get_hello), head + "Connection: close\r\n\r\nhello\n");
    EXPECT_EQ(co_await s.exchange(request + "Connection: keep-alive\r\n\r\n" + get_hello),
              head + "Connection: keep-alive\r\n\r\nhello\n" + hello_answer);
    EXPECT_EQ(
        first_line(co_await s.exchange("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" + get_hello)),
        "HTTP/1.1 200 OK");
    co_await s.web.shutdown();
}

CO_TEST(http_server, bodies_stream_both_ways_at_once) {
    test_server s(co_await asio::this_coro::executor);
    auto stream = s.connect(1000);
    EXPECT_TRUE((co_await stream.write(
                     std::string_view("POST /stream-echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")))
                    .has_value());
    (void)co_await read_until(stream, "\r\n\r\n");
    for (int i = 0; i != 200; ++i) {
        auto const piece = "3\r\n" + std::to_string(100 + i) + "\r\n";
        EXPECT_TRUE((co_await stream.write(piece)).has_value());
        EXPECT_EQ(co_await read_until(stream, "\r\n"), "3\r\n");
        EXPECT_EQ(co_await read_until(stream, "\r\n"), std::to_string(100 + i) + "\r\n");
    }
    EXPECT_TRUE((co_await stream.write(std::string_view("0\r\n\r\n"))).has_value());
    EXPECT_EQ(co_await read_until(stream, "0\r\n\r\n"), "0\r\n\r\n");
    EXPECT_TRUE((co_await stream.write(get_hello)).has_value());
    EXPECT_EQ(co_await read_until(stream, "hello\n"), hello_answer);
    stream.close();
    co_await s.web.shutdown();
}

CO_TEST(http_server, large_bodies_arrive_whole) {
    test_server s(co_await asio::this_coro::executor);
    std::string sent(3'000'000, '\0');
    for (std::size_t i = 0; i != sent.size(); ++i) sent[i] = static_cast<char>(i * 7919 >> 8);
    auto stream = s.connect();
    async::task_group writing(co_await asio::this_coro::executor);
    auto const write_all = [](http::any_stream& to, std::string head, std::string const& data) -> awaitable<void> {
        EXPECT_TRUE((co_await to.write(asio::buffer(head), asio::buffer(data))).has_value());
    };
    writing.spawn(write_all(stream,
                            "POST /stream-echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
                                std::to_string(sent.size()) + "\r\n\r\n",
                            sent));
    http::detail::message_reader<false> reader(4096);
    reader.restart(std::nullopt);
    while (!reader.parse_header().value()) EXPECT_NE((co_await reader.fill(stream)).value(), 0U);
    std::string got;
    char piece[5000];
    for (;;) {
        auto const size = co_await reader.read_body(stream, asio::buffer(piece));
        CO_ASSERT_TRUE(size.has_value());
        if (*size == 0) break;
        got.append(piece, *size);
    }
    EXPECT_TRUE(got == sent);
    co_await writing.join();
    co_await s.web.shutdown();
}

CO_TEST(http_server, a_client_that_waits_for_continue_gets_it_when_the_body_is_wanted) {
    test_server s(co_await asio::this_coro::executor);
    auto const head = std::string(" HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    auto stream = s.connect();
    EXPECT_TRUE((co_await stream.write("POST /echo" + head)).has_value());
    EXPECT_EQ(co_await read_until(stream, "\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_TRUE((co_await stream.write(std::string_view("body"))).has_value());
    EXPECT_EQ(body_of(co_await read_until(stream, "body")), "body");
    // A handler that does not want it answers at once; whether the body follows is open, so the connection ends.
    EXPECT_TRUE((co_await stream.write("POST /ignore-body" + head)).has_value());
    auto const refused = co_await read_to_end(stream);
    EXPECT_EQ(first_line(refused), "HTTP/1.1 200 OK");
    EXPECT_NE(refused.find("Connection: close\r\n"), std::string::npos);
    co_await s.web.shutdown();
}

CO_TEST(http_server, a_body_that_nobody_wanted_is_read_if_it_is_small) {
    test_server s(co_await asio::this_coro::executor);
    EXPECT_EQ(
        co_await s.exchange("POST /ignore-body HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12345" + get_hello),
        hello_answer + hello_answer);
    auto stream = s.connect();
    EXPECT_TRUE((co_await stream.write(
                     std::string_view("POST /ignore-body HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n1")))
                    .has_value());
    auto const answer = co_await read_to_end(stream);
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos) << answer;
    stream.close();
    co_await s.web.shutdown();
}

CO_TEST(http_server, common_fields_are_in_every_answer_and_a_handler_may_replace_them) {
    http::server_options options;
    options.common_headers.set("Api-Version", "1.51");
    options.common_headers.set("Server", "mocker");
    test_server s(co_await asio::this_coro::executor, options);
    auto const replace = [](http::request&, http::response& r) -> awaitable<result<>> {
        r.set("Server", "other");
        return r.send(204);
    };
    s.routes.add(http::verb::get, "/replace", replace);
    for (std::string const line : {"GET /hello", "GET /nowhere", "GET /count/1", "WRONG"})
        EXPECT_NE((co_await s.exchange(line + " HTTP/1.1\r\nHost: x\r\n\r\n")).find("Api-Version: 1.51\r\n"),
                  std::string::npos)
            << line;
    auto const replaced = co_await s.exchange("GET /replace HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_NE(replaced.find("Server: other\r\n"), std::string::npos);
    EXPECT_EQ(replaced.find("Server: mocker\r\n"), std::string::npos);
    EXPECT_NE(replaced.find(" GMT\r\n"), std::string::npos);
    EXPECT_EQ(replaced.find("Content-Length"), std::string::npos); // 204
    co_await s.web.shutdown();
}

} // namespace mocker::test
