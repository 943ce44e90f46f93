// Feeds bytes to a server over a stream in memory: whatever they are, the server answers or closes, and does not stay.
#include <mocker/async/task_group.hpp>
#include <mocker/http.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <utility>

namespace {

using namespace mocker;

awaitable<result<>> echo(http::request& q, http::response& r) {
    (void)q.query("a");
    (void)q.param("name");
    MOCKER_TRY(body, co_await q.body(4096));
    co_return co_await r.send(200, body, "text/plain");
}

awaitable<result<>> stream_echo(http::request& q, http::response& r) {
    MOCKER_CHECK(co_await r.begin(200, "text/plain"));
    char piece[16];
    for (;;) {
        MOCKER_TRY(got, co_await q.read_some(asio::buffer(piece)));
        if (got == 0) co_return result<>{};
        MOCKER_CHECK(co_await r.write(std::string_view(piece, got)));
    }
}

awaitable<result<>> hijack(http::request&, http::response& r) {
    MOCKER_TRY(stream, co_await r.hijack());
    char piece[16];
    for (;;) {
        MOCKER_TRY(got, co_await stream.read_some(asio::buffer(piece)));
        if (got == 0) co_return result<>{};
        MOCKER_CHECK(co_await stream.write(std::string_view(piece, got)));
    }
}

awaitable<result<>> ignore(http::request&, http::response& r) { return r.send(204); }

http::router make_routes() {
    http::router routes;
    routes.add(http::verb::post, "/e/{name:.*}", &echo);
    routes.add(http::verb::post, "/s", &stream_echo);
    routes.add(http::verb::post, "/h", &hijack);
    routes.add(http::verb::get, "/i", &ignore);
    return routes;
}

/// Writes in two pieces, the first as long as its own first byte says: parsers see their input cut anywhere.
awaitable<void> write_all(http::any_stream& to, std::string_view bytes) {
    auto const cut = bytes.empty() ? 0 : static_cast<unsigned char>(bytes.front()) % bytes.size();
    if (!bytes.empty()) bytes.remove_prefix(1);
    (void)co_await to.write(bytes.substr(0, cut));
    (void)co_await to.write(bytes.substr(std::min(cut, bytes.size())));
    (void)to.shutdown_send();
}

awaitable<void> read_all(http::any_stream& from) {
    char piece[512];
    for (;;) {
        auto const got = co_await from.read_some(asio::buffer(piece));
        if (!got || *got == 0) co_return;
    }
}

awaitable<void> exchange(http::router const& routes, std::string_view bytes) {
    auto const executor = co_await asio::this_coro::executor;
    http::server_options options;
    options.header_limit = 2048;
    http::server web(executor, routes, options);
    auto [ours, theirs] = http::make_stream_pair(executor, 512);
    web.add(std::move(theirs));
    async::task_group writing(executor);
    writing.spawn(write_all(ours, bytes));
    co_await read_all(ours);
    ours.close();
    co_await writing.join();
    co_await web.shutdown();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static http::router const routes = make_routes();
    asio::io_context context(1);
    bool ended = false;
    asio::co_spawn(context, exchange(routes, {reinterpret_cast<char const*>(data), size}),
                   [&](std::exception_ptr thrown) {
                       if (thrown) std::rethrow_exception(thrown);
                       ended = true;
                   });
    context.run();
    if (!ended) std::abort(); // somebody waits for what never comes
    return 0;
}
