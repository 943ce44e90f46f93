// How to run programs.
#include <mocker/process/runner.hpp>

#include <mocker/async/event.hpp>
#include <mocker/async/task_group.hpp>
#include <mocker/async/with_timeout.hpp>

#include <support/co_test.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace mocker;
using namespace std::chrono_literals;
using process::command;
using process::input;
using process::output;

namespace {

awaitable<result<process::outcome>> run(command cmd) {
    auto const executor = co_await asio::this_coro::executor;
    auto const runner = process::make_runner(executor);
    co_return co_await runner->run(std::move(cmd));
}

command shell(std::string script) { return command("sh", "-c", std::move(script)); }

/// A directory of its own, gone with the test.
struct temporary_directory {
    temporary_directory() {
        char name[] = "/tmp/mocker-runner-XXXXXX";
        path = ::mkdtemp(name);
    }
    ~temporary_directory() { std::filesystem::remove_all(path); }
    std::filesystem::path path;
};

std::string content_of(std::filesystem::path const& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

/// True once no process has this pid, or only a zombie that is not ours to reap.
bool is_gone(pid_t pid) {
    std::string const stat = content_of("/proc/" + std::to_string(pid) + "/stat");
    auto const end = stat.rfind(')');
    return end == std::string::npos || stat.substr(end + 2, 1) == "Z";
}

awaitable<bool> becomes_gone(pid_t pid) {
    for (int tries = 0; tries < 500 && !is_gone(pid); ++tries) co_await async::sleep(10ms);
    co_return is_gone(pid);
}

awaitable<pid_t> pid_written_to(std::filesystem::path const& file) {
    std::string text;
    for (int tries = 0; tries < 1000 && text.find('\n') == std::string::npos; ++tries) {
        co_await async::sleep(5ms);
        text = content_of(file);
    }
    co_return text.empty() ? -1 : std::stoi(text);
}

} // namespace

CO_TEST(runner, gives_output_errors_and_exit_status) {
    CO_REQUIRE(done, co_await run(shell("echo out; echo err >&2; exit 3")));
    EXPECT_EQ(done.output, "out\n");
    EXPECT_EQ(done.errors, "err\n");
    EXPECT_EQ(done.status.code, 3);
    EXPECT_FALSE(done.ok());
    EXPECT_EQ(done.status.describe(), "exit status 3");
}

CO_TEST(runner, gives_the_signal_that_ended_the_program) {
    CO_REQUIRE(done, co_await run(shell("kill -KILL $$")));
    EXPECT_EQ(done.status.signal, SIGKILL);
    EXPECT_EQ(done.status.shell_status(), 137);
    EXPECT_EQ(done.status.describe(), "signal: Killed");
}

CO_TEST(runner, passes_arguments_as_they_stand) {
    CO_REQUIRE(done, co_await run(command("printf", "%s|", "a b", "$HOME", "`id`", "*", "")));
    EXPECT_EQ(done.output, "a b|$HOME|`id`|*||");
}

CO_TEST(runner, a_program_that_does_not_exist_is_an_error) {
    auto const done = co_await run(command("no-such-program-anywhere"));
    CO_ASSERT_TRUE(done.has_error());
    EXPECT_EQ(done.error().code().value(), ENOENT);
}

CO_TEST(runner, drains_100_MiB_on_both_outputs_while_the_program_runs) {
    constexpr std::size_t size = std::size_t(100) << 20;
    auto cmd = shell("head -c 104857600 /dev/zero >&2 & head -c 104857600 /dev/zero; wait");
    cmd.capture_limit = size;
    CO_REQUIRE(done, co_await run(std::move(cmd)));
    EXPECT_EQ(done.output.size(), size);
    EXPECT_EQ(done.errors.size(), size);
    EXPECT_FALSE(done.truncated);
}

CO_TEST(runner, keeps_capture_limit_bytes_and_drops_the_rest) {
    auto cmd = command("head", "-c", "1000000", "/dev/zero");
    cmd.capture_limit = 1000;
    CO_REQUIRE(done, co_await run(std::move(cmd)));
    EXPECT_EQ(done.output.size(), 1000u);
    EXPECT_TRUE(done.truncated);
    EXPECT_TRUE(done.ok());
}

CO_TEST(runner, gives_text_as_standard_input) {
    std::string const text = std::string(3'000'000, 'x') + "end";
    auto cmd = command("cat");
    cmd.in = input::text(text);
    CO_REQUIRE(done, co_await run(std::move(cmd)));
    EXPECT_TRUE(done.output == text);
}

CO_TEST(runner, standard_input_is_empty_by_default) {
    CO_REQUIRE(done, co_await run(command("cat")));
    EXPECT_EQ(done.output, "");
}

CO_TEST(runner, reads_and_writes_files) {
    temporary_directory const here;
    std::ofstream(here.path / "in") << "from a file\n";
    auto cmd = command("cat");
    cmd.in = input::file((here.path / "in").string());
    cmd.out = output::file((here.path / "out").string());
    CO_REQUIRE(first, co_await run(cmd));
    EXPECT_EQ(content_of(here.path / "out"), "from a file\n");
    cmd.out = output::append_to((here.path / "out").string());
    CO_REQUIRE(second, co_await run(cmd));
    EXPECT_EQ(content_of(here.path / "out"), "from a file\nfrom a file\n");
    cmd.in = input::file("/no/such/input");
    auto const failed = co_await run(cmd);
    CO_ASSERT_TRUE(failed.has_error());
    EXPECT_EQ(failed.error().message(), "open /no/such/input: No such file or directory");
}

CO_TEST(runner, streams_input_from_a_source_until_it_gives_nothing) {
    int left = 50;
    auto const next = [&left](asio::mutable_buffer into) -> awaitable<result<std::size_t>> {
        if (left-- == 0) co_return std::size_t(0);
        co_await async::sleep(10us);
        std::fill_n(static_cast<char*>(into.data()), into.size(), 'y');
        co_return into.size();
    };
    auto cmd = command("wc", "-c");
    cmd.in = input::source(next);
    CO_REQUIRE(done, co_await run(std::move(cmd)));
    EXPECT_EQ(done.output, std::to_string(50 * 64 * 1024) + "\n");
}

CO_TEST(runner, a_program_that_stops_reading_ends_its_source_without_harm) {
    ::signal(SIGPIPE, SIG_DFL); // the harm would be our end
    auto const next = [](asio::mutable_buffer into) -> awaitable<result<std::size_t>> {
        std::fill_n(static_cast<char*>(into.data()), into.size(), 'y');
        co_return into.size();
    };
    auto cmd = command("head", "-c", "3");
    cmd.in = input::source(next);
    auto const done = co_await run(std::move(cmd));
    ::signal(SIGPIPE, SIG_IGN);
    CO_ASSERT_TRUE(done.has_value());
    EXPECT_EQ(done->output, "yyy");
}

CO_TEST(runner, an_error_of_the_source_is_the_error_of_the_run) {
    auto const next = [](asio::mutable_buffer) -> awaitable<result<std::size_t>> { co_return error(errc::malformed, "bad source"); };
    auto cmd = command("cat");
    cmd.in = input::source(next);
    auto const done = co_await run(std::move(cmd));
    CO_ASSERT_TRUE(done.has_error());
    EXPECT_EQ(done.error().message(), "bad source");
}

CO_TEST(runner, calls_a_reader_with_each_line) {
    std::vector<std::string> lines;
    auto cmd = shell("printf 'one\\n\\ntw'; printf 'o\\nthree'");
    cmd.out = output::each_line([&lines](std::string_view line) { lines.emplace_back(line); });
    CO_REQUIRE(done, co_await run(std::move(cmd)));
    EXPECT_EQ(lines, (std::vector<std::string>{"one", "", "two", "three"}));
    EXPECT_EQ(done.output, "");
}

CO_TEST(runner, merges_errors_into_the_output_in_order) {
    auto cmd = shell("echo 1; echo 2 >&2; echo 3");
    cmd.err = output::merge();
    CO_REQUIRE(done, co_await run(std::move(cmd)));
    EXPECT_EQ(done.output, "1\n2\n3\n");
}

CO_TEST(runner, a_stream_reader_that_fails_ends_a_program_that_would_write_for_ever) {
    auto const reader = [](std::string_view) -> awaitable<result<>> { co_return error(errc::too_large, "enough"); };
    auto cmd = command("yes");
    cmd.out = output::stream(reader);
    auto const done = co_await run(std::move(cmd));
    CO_ASSERT_TRUE(done.has_error());
    EXPECT_EQ(done.error().message(), "enough");
}

CO_TEST(runner, an_exception_of_a_reader_leaves_run_after_the_program_has_ended) {
    auto cmd = command("yes");
    cmd.out = output::each_line([](std::string_view) { throw std::runtime_error("reader is broken"); });
    std::string message;
    try {
        (void)co_await run(std::move(cmd));
    } catch (std::runtime_error const& e) {
        message = e.what();
    }
    EXPECT_EQ(message, "reader is broken");
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child is left";
}

CO_TEST(runner, starts_in_a_directory_with_an_environment) {
    auto cmd = shell("pwd; echo \"$ADDED,$HOME,$GONE\"");
    cmd.directory = "/usr";
    ::setenv("GONE", "inherited", 1);
    cmd.environment = {{"ADDED", "a b"}, {"HOME", "/replaced"}};
    cmd.without = {"GONE"};
    CO_REQUIRE(done, co_await run(std::move(cmd)));
    EXPECT_EQ(done.output, "/usr\na b,/replaced,\n");
    ::unsetenv("GONE");
}

CO_TEST(runner, can_give_nothing_but_the_environment_that_is_named) {
    auto cmd = command("/usr/bin/env");
    cmd.inherit_environment = false;
    cmd.environment = {{"ONLY", "this"}};
    CO_REQUIRE(done, co_await run(std::move(cmd)));
    EXPECT_EQ(done.output, "ONLY=this\n");
}

CO_TEST(runner, a_timeout_ends_the_program_and_its_children) {
    temporary_directory const here;
    auto cmd = shell("sleep 1000 & echo $! > " + (here.path / "pid").string() + "; wait");
    cmd.timeout = 300ms;
    auto const done = co_await run(std::move(cmd));
    CO_ASSERT_TRUE(done.has_error());
    EXPECT_EQ(done.error().code(), asio::error::timed_out);
    auto const grandchild = co_await pid_written_to(here.path / "pid");
    EXPECT_TRUE(co_await becomes_gone(grandchild)) << grandchild;
}

CO_TEST(runner, a_program_that_ignores_SIGTERM_is_killed_after_the_grace) {
    auto cmd = shell("trap '' TERM; while :; do sleep 1000; done");
    cmd.timeout = 200ms;
    cmd.grace = 200ms;
    auto const begin = std::chrono::steady_clock::now();
    auto const done = co_await run(std::move(cmd));
    EXPECT_TRUE(done.has_error());
    auto const took = std::chrono::steady_clock::now() - begin;
    EXPECT_GE(took, 400ms);
    EXPECT_LT(took, 10s);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child is left";
}

CO_TEST(runner, a_program_may_clean_up_within_the_grace) {
    temporary_directory const here;
    auto const mark = (here.path / "mark").string();
    auto const ready = (here.path / "ready").string();
    auto cmd = shell("trap 'echo cleaned > " + mark + "; exit 0' TERM; echo $$ > " + ready + "; while :; do sleep 0.01; done");
    async::task_group group(co_await asio::this_coro::executor);
    auto const run_it = [&]() -> awaitable<void> { (void)co_await run(std::move(cmd)); };
    group.spawn(run_it());
    auto const pid = co_await pid_written_to(ready);
    group.cancel();
    co_await group.join();
    EXPECT_TRUE(is_gone(pid)) << "join returns only after the program has been reaped";
    EXPECT_EQ(content_of(mark), "cleaned\n");
}

CO_TEST(runner, waits_for_output_that_a_child_of_the_program_still_writes) {
    CO_REQUIRE(done, co_await run(shell("(sleep 0.2; echo late) & echo early")));
    EXPECT_EQ(done.output, "early\nlate\n");
}

CO_TEST(runner, a_timeout_ends_the_wait_for_output_that_nobody_will_write) {
    auto cmd = shell("setsid sleep 5 & echo early");
    cmd.timeout = 300ms;
    auto const begin = std::chrono::steady_clock::now();
    auto const done = co_await run(std::move(cmd));
    EXPECT_TRUE(done.has_error());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

CO_TEST(runner, runs_many_programs_at_once) {
    async::task_group group(co_await asio::this_coro::executor);
    int right = 0;
    auto const run_one = [&right](int number) -> awaitable<void> {
        auto const done = co_await run(shell("echo " + std::to_string(number) + "; exit " + std::to_string(number % 100)));
        if (done && done->status.code == number % 100 && done->output == std::to_string(number) + "\n") ++right;
    };
    for (int i = 0; i < 200; ++i) group.spawn(run_one(i));
    co_await group.join();
    EXPECT_EQ(right, 200);
}

CO_TEST(runner, leaves_no_descriptor_open) {
    auto const count = [] {
        return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
    };
    (void)co_await run(command("true"));
    auto const before = count();
    auto with_input = command("cat");
    with_input.in = input::text("x");
    (void)co_await run(with_input);
    (void)co_await run(command("no-such-program-anywhere"));
    EXPECT_EQ(count(), before);
}
