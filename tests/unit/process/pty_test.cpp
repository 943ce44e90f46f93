#include <mocker/process/pty.hpp>

#include <mocker/async/with_timeout.hpp>

#include <support/co_test.hpp>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>

using namespace mocker;
using process::command;

namespace {

awaitable<std::string> read_to_end(process::pty_process& terminal) {
    std::string all;
    char buffer[4096];
    for (;;) {
        auto const count = co_await terminal.read_some(asio::buffer(buffer));
        if (!count || *count == 0) co_return all;
        all.append(buffer, *count);
    }
}

awaitable<std::string> read_until(process::pty_process& terminal, std::string_view mark) {
    std::string all;
    char buffer[256];
    while (all.find(mark) == std::string::npos) {
        auto const count = co_await terminal.read_some(asio::buffer(buffer));
        if (!count || *count == 0) break;
        all.append(buffer, *count);
    }
    co_return all;
}

} // namespace

CO_TEST(pty, a_program_sees_a_terminal_of_the_size_it_was_given) {
    auto const executor = co_await asio::this_coro::executor;
    CO_REQUIRE(terminal, process::pty_process::start(executor, command("sh", "-c", "tty -s && stty size"), {40, 120}));
    auto const written = co_await read_to_end(*terminal);
    EXPECT_EQ(written, "40 120\r\n");
    CO_REQUIRE(status, co_await terminal->wait());
    EXPECT_TRUE(status.ok());
}

CO_TEST(pty, what_is_typed_reaches_the_program) {
    auto const executor = co_await asio::this_coro::executor;
    CO_REQUIRE(terminal, process::pty_process::start(executor, command("sh", "-c", "read word; echo got $word")));
    EXPECT_TRUE((co_await terminal->write("hello\n")).has_value());
    auto const written = co_await read_to_end(*terminal);
    EXPECT_EQ(written, "hello\r\ngot hello\r\n");
}

CO_TEST(pty, control_c_interrupts_the_foreground_program) {
    auto const executor = co_await asio::this_coro::executor;
    CO_REQUIRE(terminal, process::pty_process::start(executor, command("sh", "-c", "echo ready; exec sleep 1000")));
    co_await read_until(*terminal, "ready");
    EXPECT_TRUE((co_await terminal->write("\x03")).has_value());
    CO_REQUIRE(status, co_await terminal->wait());
    EXPECT_EQ(status.signal, SIGINT);
}

CO_TEST(pty, a_resize_reaches_the_program) {
    auto const executor = co_await asio::this_coro::executor;
    CO_REQUIRE(terminal, process::pty_process::start(executor, command("sh", "-c", "echo ready; read x; stty size")));
    co_await read_until(*terminal, "ready");
    EXPECT_TRUE(terminal->resize({11, 22}).has_value());
    EXPECT_TRUE((co_await terminal->write("\n")).has_value());
    auto const written = co_await read_to_end(*terminal);
    EXPECT_NE(written.find("11 22"), std::string::npos) << written;
}

CO_TEST(pty, destroying_it_ends_the_program) {
    auto const executor = co_await asio::this_coro::executor;
    pid_t pid = -1;
    {
        CO_REQUIRE(terminal, process::pty_process::start(executor, command("sleep", "1000")));
        pid = terminal->process().pid();
        EXPECT_EQ(::getsid(pid), pid);
    }
    EXPECT_EQ(::kill(pid, 0), -1);
    EXPECT_EQ(errno, ESRCH);
}

TEST(window_size, belongs_to_terminals_only) {
    unique_fd const null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    auto const size = process::get_window_size(null.get());
    ASSERT_TRUE(size.has_error());
    EXPECT_EQ(size.error().code().value(), ENOTTY);
    EXPECT_TRUE(process::set_window_size(null.get(), {}).has_error());
}

TEST(window_size, is_the_same_seen_from_both_ends) {
    auto const terminal = process::open_pty({7, 9});
    ASSERT_TRUE(terminal.has_value());
    auto const seen = process::get_window_size(terminal->slave.get());
    ASSERT_TRUE(seen.has_value());
    EXPECT_EQ(*seen, (process::window_size{7, 9}));
}
