#ifndef MOCKER_PROCESS_IMPL_SHELL_IPP
#define MOCKER_PROCESS_IMPL_SHELL_IPP

#include <mocker/process/shell.hpp>

#include <mocker/async/task_group.hpp>
#include <mocker/process/detail/plumbing.hpp>
#include <mocker/process/script_main.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>

#include <signal.h>

#include <cerrno>
#include <exception>
#include <iostream>

namespace mocker::sh {
namespace detail {

using commands = std::vector<process::command>;
using results = std::vector<result<process::outcome>>;

MOCKER_DECL awaitable<bool> succeeded(awaitable<process::exit_status> ending) { co_return (co_await std::move(ending)).ok(); }

MOCKER_DECL int shell_status_of(error const& e) {
    if (e.code() == asio::error::timed_out) return 124;
    if (e.code() == boost::system::errc::no_such_file_or_directory) return 127;
    return e.code() == boost::system::errc::permission_denied ? 126 : 125;
}

MOCKER_DECL void connect(commands& all) {
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
        auto pipe = process::detail::make_pipe();
        if (!pipe) throw failure(pipe.error().message(), shell_status_of(pipe.error()));
        all[i].out = process::output::descriptor(std::move(pipe->write));
        all[i + 1].in = process::input::descriptor(std::move(pipe->read));
    }
}

MOCKER_DECL awaitable<void> run_one(process::runner& by, process::command cmd, result<process::outcome>& into) {
    into = co_await by.run(std::move(cmd));
}

/// Runs all of them at once and gives what became of each, in order.
MOCKER_DECL awaitable<results> run_all(commands all) {
    connect(all);
    auto const executor = co_await asio::this_coro::executor;
    auto const runner = process::make_runner(executor);
    results ended(all.size(), result<process::outcome>(process::outcome{}));
    async::task_group group(executor);
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (script::is_traced()) std::cerr << "+ " << all[i].describe() << '\n';
        group.spawn(run_one(*runner, std::move(all[i]), ended[i]));
    }
    std::exception_ptr thrown;
    try {
        co_await group.join();
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown) {
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        group.cancel();
        co_await group.join();
        std::rethrow_exception(thrown);
    }
    co_return ended;
}

/// The status that counts: of the last command that failed. One whose reader went away has not failed.
MOCKER_DECL process::exit_status combined(results const& ended, commands const& all) {
    process::exit_status counts;
    for (std::size_t i = 0; i < ended.size(); ++i) {
        if (!ended[i]) throw failure(ended[i].error().message(), shell_status_of(ended[i].error()));
        auto const& status = ended[i]->status;
        bool const reader_left = status.signal == SIGPIPE && i + 1 < all.size();
        if (!status.ok() && !reader_left) counts = status;
    }
    return counts;
}

MOCKER_DECL void expect_success(process::exit_status status, std::string const& what) {
    if (!status.ok()) throw failure(what + ": " + status.describe(), status.shell_status());
}

/// Runs all of them and gives the outcome of the last, with the status that counts.
MOCKER_DECL awaitable<process::outcome> run_to_end(commands all) {
    auto ended = co_await run_all(all);
    auto const status = combined(ended, all);
    auto last = std::move(*ended.back());
    last.status = status;
    co_return last;
}

MOCKER_DECL awaitable<process::exit_status> run_for_status(commands all) {
    auto const ended = co_await run_to_end(std::move(all));
    co_return ended.status;
}

MOCKER_DECL awaitable<void> run_checked(commands all, std::string what) {
    auto const ended = co_await run_to_end(std::move(all));
    expect_success(ended.status, what);
}

MOCKER_DECL awaitable<std::string> run_for_text(commands all, std::string what) {
    auto ended = co_await run_to_end(std::move(all));
    expect_success(ended.status, what);
    ended.output.erase(ended.output.find_last_not_of('\n') + 1);
    co_return std::move(ended.output);
}

MOCKER_DECL process::output collect_lines(std::vector<std::string>& into) {
    return process::output::each_line([&into](std::string_view line) { into.emplace_back(line); });
}

MOCKER_DECL awaitable<std::vector<std::string>> run_for_lines(commands all, std::string what) {
    std::vector<std::string> found;
    all.back().out = collect_lines(found);
    auto const ended = co_await run_to_end(std::move(all));
    expect_success(ended.status, what);
    co_return found;
}

} // namespace detail

MOCKER_DECL pipeline operator|(pipeline from, pipeline to) {
    for (auto& each : to.commands_) from.commands_.push_back(std::move(each));
    return from;
}

MOCKER_DECL std::string pipeline::describe() const {
    std::string text;
    for (auto const& each : commands_) text += (text.empty() ? "" : " | ") + each.describe();
    return text;
}

MOCKER_DECL awaitable<void> pipeline::run() const { return detail::run_checked(commands_, describe()); }

MOCKER_DECL awaitable<process::exit_status> pipeline::status() const { return detail::run_for_status(commands_); }

MOCKER_DECL awaitable<std::string> pipeline::text() const {
    auto all = commands_;
    all.back().out = process::output::capture();
    return detail::run_for_text(std::move(all), describe());
}

MOCKER_DECL awaitable<std::vector<std::string>> pipeline::lines() const {
    return detail::run_for_lines(commands_, describe());
}

MOCKER_DECL awaitable<void> pipeline::each_line(std::function<void(std::string_view)> reader) const {
    auto all = commands_;
    all.back().out = process::output::each_line(std::move(reader));
    return detail::run_checked(std::move(all), describe());
}

MOCKER_DECL awaitable<process::outcome> pipeline::capture() const {
    auto all = commands_;
    all.back().out = process::output::capture();
    if (all.back().err.what() == process::output::kind::inherit) all.back().err = process::output::capture();
    return detail::run_to_end(std::move(all));
}

} // namespace mocker::sh

#endif
