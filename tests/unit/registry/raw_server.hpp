/// @file A server that says exactly what it is told, however wrong.
#ifndef MOCKER_TESTS_UNIT_REGISTRY_RAW_SERVER_HPP
#define MOCKER_TESTS_UNIT_REGISTRY_RAW_SERVER_HPP

#include <mocker/async/event.hpp>
#include <mocker/async/task_group.hpp>
#include <mocker/http/acceptor.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mocker::test {

/// Answers the n-th request with the bytes that `script(n, request)` gives, and closes the connection after it.
class raw_server {
public:
    using answer_script = std::function<std::string(std::size_t number, std::string const& request)>;

    raw_server(asio::any_io_executor executor, answer_script script)
        : script_(std::move(script)), listener_(std::move(*http::listen_tcp(executor, "127.0.0.1", 0))),
          tasks_(executor) {
        authority = listener_->endpoint().substr(6);
        tasks_.spawn(serve());
    }

    awaitable<void> stop() {
        listener_->close();
        tasks_.cancel();
        co_await tasks_.join();
    }

    std::string authority;
    std::vector<std::string> requests;
    std::size_t silent_from = std::string::npos; ///< number of the first answer after which the connection stays open

private:
    awaitable<void> serve() {
        for (;;) {
            auto connection = co_await listener_->accept();
            if (!connection) co_return;
            tasks_.spawn(answer(std::move(*connection)));
        }
    }

    awaitable<void> answer(http::any_stream connection) {
        std::string request;
        char piece[4096];
        while (request.find("\r\n\r\n") == std::string::npos) {
            auto const count = co_await connection.read_some(asio::buffer(piece));
            if (!count || *count == 0) co_return;
            request.append(piece, *count);
        }
        auto const number = requests.size();
        requests.push_back(request);
        auto const bytes = script_(number, request);
        (void)co_await connection.write(std::string_view(bytes));
        if (number >= silent_from) co_await async::sleep(std::chrono::hours(1));
        (void)connection.shutdown_send();
    }

    answer_script script_;
    std::unique_ptr<http::acceptor> listener_;
    async::task_group tasks_;
};

} // namespace mocker::test

#endif
