// A request and its answer: over a unix socket, kept alive, and in memory, where no system call hides our own cost.
#include <mocker/async/task_group.hpp>
#include <mocker/http/acceptor.hpp>
#include <mocker/http/client.hpp>
#include <mocker/http/router.hpp>
#include <mocker/http/server.hpp>
#include <mocker/http/stream_pair.hpp>

#include <benchmark/benchmark.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <filesystem>
#include <string>

using namespace mocker;

namespace {

awaitable<result<>> answer_ok(http::request&, http::response& to) { co_return co_await to.send(200, "OK", "text/plain"); }

awaitable<void> serve(http::server& server, http::acceptor& from) { (void)co_await server.serve(from); }

awaitable<void> request_repeatedly(benchmark::State& state, http::client& client) {
    for (auto _ : state) {
        http::message get(http::verb::get, "/_ping");
        auto const reply = co_await client.send(std::move(get));
        bool const good = reply && reply->body == "OK";
        if (!good) co_return state.SkipWithError("the answer is wrong");
    }
}

awaitable<void> round_trips(benchmark::State& state, std::string path) {
    auto const executor = co_await asio::this_coro::executor;
    http::router routes;
    routes.add(http::verb::get, "/_ping", &answer_ok);
    http::server server(executor, routes);
    auto const listener = http::listen_unix(executor, path);
    if (!listener) co_return state.SkipWithError(listener.error().message().c_str());
    async::task_group serving(executor);
    serving.spawn(serve(server, **listener));
    http::client_options options;
    options.to = http::endpoint(http::endpoint::kind::unix_socket, path);
    {
        http::client client(executor, options);
        co_await request_repeatedly(state, client);
    }
    co_await server.shutdown();
    co_await serving.join();
}

void unix_round_trip(benchmark::State& state) {
    auto directory = (std::filesystem::temp_directory_path() / "mocker-bench-XXXXXX").string();
    if (::mkdtemp(directory.data()) == nullptr) return state.SkipWithError("cannot make a directory");
    asio::io_context context(1);
    std::exception_ptr thrown;
    asio::co_spawn(context, round_trips(state, directory + "/socket"), [&thrown](std::exception_ptr e) { thrown = e; });
    context.run();
    std::filesystem::remove_all(directory);
    if (thrown) std::rethrow_exception(thrown);
}
BENCHMARK(unix_round_trip)->Unit(benchmark::kMicrosecond);

/// Reads from @p from until @p mark has come.
awaitable<void> read_past(http::any_stream& from, std::string_view mark) {
    std::string got;
    char buffer[4096];
    while (got.find(mark) == std::string::npos) {
        auto const count = co_await from.read_some(asio::buffer(buffer));
        if (!count || *count == 0) throw std::runtime_error("the stream has ended");
        got.append(buffer, *count);
    }
}

awaitable<void> exchange_in_memory(benchmark::State& state) {
    auto const executor = co_await asio::this_coro::executor;
    http::router routes;
    routes.add(http::verb::get, "/containers/{id}/json", &answer_ok);
    http::server server(executor, routes);
    auto ends = http::make_stream_pair(executor);
    server.add(std::move(ends.first));
    std::string const request = "GET /containers/0123456789ab/json HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n";
    for (auto _ : state) {
        (void)co_await ends.second.write(asio::buffer(request));
        co_await read_past(ends.second, "\r\n\r\nOK");
    }
    ends.second.close();
    co_await server.shutdown();
}

void server_in_memory(benchmark::State& state) {
    asio::io_context context(1);
    std::exception_ptr thrown;
    asio::co_spawn(context, exchange_in_memory(state), [&thrown](std::exception_ptr e) { thrown = e; });
    context.run();
    if (thrown) std::rethrow_exception(thrown);
}
BENCHMARK(server_in_memory)->Unit(benchmark::kMicrosecond);

} // namespace
