#include <mocker/oci/limits.hpp>
#include <mocker/registry/detail/distribution_client.hpp>

#include <support/co_test.hpp>

#include "fake_registry.hpp"
#include "raw_server.hpp"

using namespace mocker;
using namespace mocker::test;
using namespace std::chrono_literals;

namespace {

std::string bytes_of(std::size_t size) {
    std::string out(size, '\0');
    std::uint32_t state = 1;
    for (char& c : out) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    return out;
}

awaitable<void> fetch_one(registry::client& from, oci::descriptor const& blob, text_sink& into, int& fetched) {
    auto const got = co_await from.fetch_blob("app", blob, into);
    fetched += got.has_value();
}

oci::descriptor descriptor_of(std::string const& bytes) {
    oci::descriptor out;
    out.digest = sha256_of(bytes);
    out.size = static_cast<std::int64_t>(bytes.size());
    return out;
}

std::string const ping = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

/// Fetches @p blob from @p server into @p into and gives the error, or `fetched`.
awaitable<std::string> fetch_from(raw_server& server, oci::descriptor blob, text_sink& into,
                                  registry::client_options options = fake_registry::quick_options()) {
    auto const executor = co_await asio::this_coro::executor;
    auto const client = registry::make_client(executor, server.authority, {}, options);
    auto const got = co_await client->fetch_blob("app", blob, into);
    co_return got ? "fetched" : got.error().message();
}

} // namespace

CO_TEST(fetch_blob, streams_into_the_sink) {
    fake_registry registry(co_await asio::this_coro::executor);
    auto const bytes = bytes_of(3'000'000);
    auto const blob = registry.add_blob(bytes);
    auto const client = registry.connect();
    text_sink sink;
    auto const got = co_await client->fetch_blob("team/app", blob, sink);
    EXPECT_TRUE(got.has_value()) << got.error().message();
    EXPECT_TRUE(sink.text == bytes);
    EXPECT_EQ(registry.log.back(), "GET /v2/team/app/blobs/" + blob.digest.text());
    co_await registry.stop();
}

CO_TEST(fetch_blob, starts_where_it_is_told_to) {
    fake_registry registry(co_await asio::this_coro::executor);
    auto const blob = registry.add_blob("0123456789");
    auto const client = registry.connect();
    text_sink sink;
    EXPECT_TRUE((co_await client->fetch_blob("app", blob, sink, 4)).has_value());
    EXPECT_EQ(sink.text, "456789");
    EXPECT_EQ(registry.count("(bytes=4-)"), 1u);
    EXPECT_TRUE((co_await client->fetch_blob("app", blob, sink, 10)).has_value());
    EXPECT_EQ((co_await client->fetch_blob("app", blob, sink, 11)).error().code(), errc::malformed);
    co_await registry.stop();
}

CO_TEST(fetch_blob, serves_many_at_once) {
    auto const executor = co_await asio::this_coro::executor;
    fake_registry registry(executor);
    auto const client = registry.connect();
    std::vector<oci::descriptor> blobs;
    std::vector<text_sink> sinks(10);
    for (std::size_t i = 0; i < sinks.size(); ++i) blobs.push_back(registry.add_blob(bytes_of(100'000 + i)));
    int fetched = 0;
    async::task_group group(executor);
    for (std::size_t i = 0; i < sinks.size(); ++i) group.spawn(fetch_one(*client, blobs[i], sinks[i], fetched));
    co_await group.join();
    EXPECT_EQ(fetched, 10);
    for (std::size_t i = 0; i < sinks.size(); ++i) EXPECT_EQ(sha256_of(sinks[i].text), blobs[i].digest);
    EXPECT_EQ(registry.count("GET /v2/ "), 0u);
    EXPECT_EQ(registry.log.size(), 11u);
    co_await registry.stop();
}

CO_TEST(fetch_blob, goes_on_where_the_connection_broke) {
    auto const executor = co_await asio::this_coro::executor;
    auto const bytes = bytes_of(1000);
    // Each connection gives 100 bytes less than it promises, down to a last one that keeps its word.
    raw_server server(executor, [&](std::size_t, std::string const& request) {
        if (request.starts_with("GET /v2/ ")) return ping;
        auto const at = request.find("bytes=");
        auto const start = at == std::string::npos ? 0 : std::stoul(request.substr(at + 6));
        auto const rest = bytes.substr(start);
        auto const header = at == std::string::npos ? "HTTP/1.1 200 OK\r\n"
                                                    : "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " +
                                                          std::to_string(start) + "-999/1000\r\n";
        return header + std::string("Content-Length: ") + std::to_string(rest.size()) + "\r\n\r\n" +
               rest.substr(0, 101);
    });
    text_sink sink;
    EXPECT_EQ(co_await fetch_from(server, descriptor_of(bytes), sink), "fetched");
    EXPECT_TRUE(sink.text == bytes);
    EXPECT_EQ(server.requests.size(), 11u);
    co_await server.stop();
}

CO_TEST(fetch_blob, leaves_out_what_it_has_if_the_registry_always_starts_at_the_beginning) {
    auto const executor = co_await asio::this_coro::executor;
    std::string const bytes = "0123456789";
    raw_server server(executor, [&](std::size_t n, std::string const& request) {
        if (request.starts_with("GET /v2/ ")) return ping;
        if (n == 2) return std::string("HTTP/1.1 416 No\r\nContent-Length: 0\r\n\r\n");
        return "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n" + (n == 1 ? bytes.substr(0, 3) : bytes);
    });
    text_sink sink;
    EXPECT_EQ(co_await fetch_from(server, descriptor_of(bytes), sink), "fetched");
    EXPECT_EQ(sink.text, bytes);
    EXPECT_EQ(server.requests.size(), 4u);
    EXPECT_EQ(server.requests[3].find("Range:"), std::string::npos);
    co_await server.stop();
}

CO_TEST(fetch_blob, cut_at_any_byte_is_never_taken_for_whole) {
    auto const executor = co_await asio::this_coro::executor;
    std::string const bytes = "0123456789";
    std::string const whole =
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 10\r\n\r\n" + bytes;
    auto options = fake_registry::quick_options();
    options.attempts = 1;
    for (std::size_t n = 0; n < whole.size(); ++n) {
        raw_server server(executor, [&](std::size_t, std::string const& request) {
            return request.starts_with("GET /v2/ ") ? ping : whole.substr(0, n);
        });
        text_sink sink;
        auto const got = co_await fetch_from(server, descriptor_of(bytes), sink, options);
        EXPECT_NE(got, "fetched") << n;
        EXPECT_EQ(sink.text, bytes.substr(0, sink.text.size()));
        co_await server.stop();
    }
}

CO_TEST(fetch_blob, gives_up_when_there_is_no_progress) {
    auto const executor = co_await asio::this_coro::executor;
    raw_server server(executor, [&](std::size_t, std::string const& request) {
        return request.starts_with("GET /v2/ ") ? ping : std::string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    });
    text_sink sink;
    auto const blob = descriptor_of("12345");
    EXPECT_EQ(co_await fetch_from(server, blob, sink),
              "blob " + blob.digest.text() + ": unexpected EOF after 0 of 5 bytes");
    EXPECT_EQ(server.requests.size(), 6u);
    co_await server.stop();
}

CO_TEST(fetch_blob, does_not_wait_for_ever_for_a_registry_that_falls_silent) {
    auto const executor = co_await asio::this_coro::executor;
    raw_server server(executor, [&](std::size_t n, std::string const&) {
        return n == 0 ? ping : std::string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12");
    });
    server.silent_from = 1;
    auto options = fake_registry::quick_options();
    options.stall_timeout = 20ms;
    options.attempts = 1;
    text_sink sink;
    auto const blob = descriptor_of("12345");
    auto const got = co_await fetch_from(server, blob, sink, options);
    EXPECT_EQ(got, "blob " + blob.digest.text() + ": no data for 20 ms");
    co_await server.stop();
}

CO_TEST(fetch_blob, refuses_a_blob_of_another_length) {
    auto const executor = co_await asio::this_coro::executor;
    std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n123456";
    raw_server server(executor, [&](std::size_t, std::string const& request) {
        return request.starts_with("GET /v2/ ") ? ping : answer;
    });
    auto const blob = descriptor_of("12345");
    text_sink sink;
    EXPECT_EQ(co_await fetch_from(server, blob, sink),
              "blob " + blob.digest.text() + ": expected 5 bytes, the registry has 6");
    answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n123456\r\n0\r\n\r\n";
    EXPECT_EQ(co_await fetch_from(server, blob, sink),
              "blob " + blob.digest.text() + ": the registry sends more than its 5 bytes");
    answer = "HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\n\r\n12345";
    EXPECT_EQ(co_await fetch_from(server, blob, sink), "blob " + blob.digest.text() + ": wrong Content-Range");
    EXPECT_EQ(sink.text, "");
    co_await server.stop();
}

CO_TEST(fetch_blob, that_answers_nonsense_is_an_error) {
    auto const executor = co_await asio::this_coro::executor;
    for (std::string const answer : {"", "\r\n\r\n", "SSH-2.0-OpenSSH_9\r\n", "HTTP/1.1 abc OK\r\n\r\n",
                                     "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                                     "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
                                     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
        raw_server server(executor, [&](std::size_t, std::string const& request) {
            return request.starts_with("GET /v2/ ") ? ping : answer;
        });
        text_sink sink;
        auto options = fake_registry::quick_options();
        options.attempts = 2;
        EXPECT_NE(co_await fetch_from(server, descriptor_of("12345"), sink, options), "fetched") << answer;
        EXPECT_EQ(sink.text, "");
        co_await server.stop();
    }
}

CO_TEST(fetch_blob, that_is_missing_is_unknown) {
    fake_registry registry(co_await asio::this_coro::executor);
    registry.before = [](http::request& q, http::response& r) -> awaitable<result<bool>> {
        if (q.path() == "/v2/") co_return false;
        MOCKER_CHECK(
            co_await r.send(404, R"({"errors":[{"code":"BLOB_UNKNOWN","message":"blob unknown to registry"}]})"));
        co_return true;
    };
    auto const client = registry.connect();
    text_sink sink;
    auto const got = co_await client->fetch_blob("app", descriptor_of("x"), sink);
    EXPECT_EQ(got.error().message(), "unknown blob");
    EXPECT_EQ(got.error().code(), errc::not_found);
    EXPECT_EQ(registry.log.size(), 2u) << "a missing blob does not come back by asking again";
    co_await registry.stop();
}

CO_TEST(fetch_blob, ends_with_the_error_of_the_sink) {
    fake_registry registry(co_await asio::this_coro::executor);
    auto const blob = registry.add_blob(bytes_of(2'000'000));
    auto const client = registry.connect();
    text_sink sink;
    sink.fail_at = 1'000'000;
    EXPECT_EQ((co_await client->fetch_blob("app", blob, sink)).error().message(), "disk full");
    EXPECT_EQ(registry.count("/blobs/"), 1u);
    EXPECT_LT(sink.text.size(), 2'000'000u);
    text_sink whole;
    EXPECT_TRUE((co_await client->fetch_blob("app", blob, whole)).has_value()) << "the client serves on";
    co_await registry.stop();
}

CO_TEST(fetch_bytes, checks_the_digest) {
    fake_registry registry(co_await asio::this_coro::executor);
    auto const blob = registry.add_blob("config");
    auto const client = registry.connect();
    EXPECT_EQ(*co_await client->fetch_bytes("app", blob), "config");
    registry.blobs[blob.digest.text()] = "konfig";
    auto const wrong = co_await client->fetch_bytes("app", blob);
    EXPECT_EQ(wrong.error().code(), errc::digest_mismatch);
    EXPECT_EQ(wrong.error().message(), "filesystem layer verification failed for digest " + blob.digest.text());
    auto large = blob;
    large.size = static_cast<std::int64_t>(oci::document_size_limit) + 1;
    EXPECT_EQ((co_await client->fetch_bytes("app", large)).error().code(), errc::too_large);
    co_await registry.stop();
}

TEST(content_range, tells_the_first_byte) {
    using registry::detail::parse_content_range;
    EXPECT_EQ(parse_content_range("bytes 5-9/10"), 5u);
    for (auto const* text :
         {"", "bytes", "bytes ", "bytes x-1/2", "items 5-9/10", "bytes 5", "bytes -5", "bytes 99999999999999999999-1"})
        EXPECT_EQ(parse_content_range(text), std::nullopt) << text;
}
