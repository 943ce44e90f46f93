#ifndef MOCKER_API_IMPL_PROGRESS_IPP
#define MOCKER_API_IMPL_PROGRESS_IPP

#include <mocker/api/progress.hpp>

#include <mocker/async/task_group.hpp>
#include <mocker/types/image.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>

namespace mocker::api {
namespace detail {

using progress_operation = std::function<awaitable<result<std::vector<std::string>>>(image::progress_callback)>;

/// What waits to be sent, and how the operation ended.
struct progress_queue {
    explicit progress_queue(asio::any_io_executor executor) : changed(std::move(executor)) {}

    std::deque<image::progress_event> waiting{};
    std::optional<result<std::vector<std::string>>> outcome{};
    bool ended = false;
    async::event changed;

    void add(image::progress_event const& event) {
        auto const same = std::find_if(waiting.begin(), waiting.end(), [&](auto const& w) {
            return !event.id.empty() && event.total > 0 && w.id == event.id && w.status == event.status;
        });
        if (same != waiting.end()) *same = event;
        else waiting.push_back(event);
        changed.notify_all();
    }
};

/// `[==>      ]  1.2MB/5MB`, as Docker's engine draws it for clients that print it as it is.
MOCKER_DECL std::string progress_bar(std::int64_t current, std::int64_t total) {
    auto const fraction = total > 0 ? std::min(1.0, static_cast<double>(current) / static_cast<double>(total)) : 0.0;
    auto const filled = static_cast<std::size_t>(fraction * 50);
    std::string bar(filled, '=');
    if (filled < 50) bar += '>' + std::string(49 - filled, ' ');
    auto const sizes = human_size(static_cast<double>(current)) + '/' + human_size(static_cast<double>(total));
    char text[128];
    std::snprintf(text, sizeof text, "[%s] %17s", bar.c_str(), sizes.c_str());
    return text;
}

MOCKER_DECL std::string progress_line(image::progress_event const& event) {
    types::progress_message message;
    message.status = event.status;
    message.id = event.id;
    if (event.total > 0) {
        message.progress_detail = types::progress_detail{event.current, event.total};
        message.progress = progress_bar(event.current, event.total);
    } else if (!event.id.empty() && !event.status.starts_with("Pulling from")) {
        message.progress_detail.emplace();
    }
    return types::to_text(message) + "\r\n";
}

MOCKER_DECL awaitable<void> run_operation(progress_queue& queue, progress_operation const& operation) {
    std::exception_ptr thrown;
    try {
        queue.outcome = co_await operation(std::bind_front(&progress_queue::add, &queue));
    } catch (...) {
        thrown = std::current_exception();
    }
    queue.ended = true;
    queue.changed.notify_all();
    if (thrown) std::rethrow_exception(thrown);
}

MOCKER_DECL std::string failure_line(error const& why) {
    types::progress_message message;
    message.error = why.message();
    message.error_detail.emplace().message = why.message();
    return types::to_text(message) + "\r\n";
}

MOCKER_DECL awaitable<result<>> send_progress(http::response& r, progress_queue& queue) {
    for (;;) {
        while (queue.waiting.empty() && !queue.ended) co_await queue.changed.wait();
        if (queue.waiting.empty()) break;
        std::string lines;
        for (auto const& event : std::exchange(queue.waiting, {})) lines += progress_line(event);
        if (!r.begun()) MOCKER_CHECK(co_await r.begin(200));
        MOCKER_CHECK(co_await r.write(lines));
    }
    if (!queue.outcome) co_return error(errc::internal, "the operation was cancelled");
    if (!*queue.outcome) {
        if (!r.begun()) co_return queue.outcome->error();
        co_return co_await r.write(failure_line(queue.outcome->error()));
    }
    if (!r.begun()) MOCKER_CHECK(co_await r.begin(200));
    std::string lines;
    for (auto const& line : **queue.outcome) lines += line + "\r\n";
    if (lines.empty()) co_return result<>{};
    co_return co_await r.write(lines);
}

} // namespace detail

MOCKER_DECL awaitable<result<>> stream_progress(http::response& r, detail::progress_operation operation) {
    auto const executor = co_await asio::this_coro::executor;
    detail::progress_queue queue(executor);
    async::task_group task(executor);
    task.spawn(detail::run_operation(queue, operation));
    std::exception_ptr thrown;
    result<> sent;
    try {
        sent = co_await detail::send_progress(r, queue);
    } catch (...) {
        thrown = std::current_exception();
    }
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    task.cancel();
    co_await task.join();
    if (thrown) std::rethrow_exception(thrown);
    co_return sent;
}

} // namespace mocker::api

#endif
