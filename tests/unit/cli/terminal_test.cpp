#include <mocker/cli/detach_keys.hpp>
#include <mocker/cli/input.hpp>
#include <mocker/cli/output.hpp>
#include <mocker/cli/progress_display.hpp>
#include <mocker/cli/terminal.hpp>
#include <mocker/cli/timestamps.hpp>
#include <mocker/core/unique_fd.hpp>

#include <fcntl.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <support/co_test.hpp>

using namespace mocker;

TEST(detach_keys, are_read_as_docker_reads_them) {
    EXPECT_EQ(*cli::parse_detach_keys("ctrl-p,ctrl-q"), "\x10\x11");
    EXPECT_EQ(*cli::parse_detach_keys("a,ctrl-],,"), "a\x1d,");
    EXPECT_EQ(*cli::parse_detach_keys("ctrl-@"), std::string(1, '\0'));
    EXPECT_FALSE(cli::parse_detach_keys("foo"));
    EXPECT_FALSE(cli::parse_detach_keys("ctrl-A"));
}

TEST(detach_filter, takes_the_sequence_out_and_gives_the_rest) {
    cli::detach_filter filter("");
    EXPECT_EQ(filter.feed("ls\n"), "ls\n");
    EXPECT_EQ(filter.feed("\x10"), "");   // held back: it may be the beginning
    EXPECT_EQ(filter.feed("x"), "\x10x"); // it was not
    EXPECT_EQ(filter.feed("\x10\x10"), "\x10");
    EXPECT_FALSE(filter.detached());
    EXPECT_EQ(filter.feed("\x11rest"), "");
    EXPECT_TRUE(filter.detached());
}

TEST(raw_mode, is_undone_by_its_destructor) {
    int master = -1, slave = -1;
    ASSERT_EQ(::openpty(&master, &slave, nullptr, nullptr, nullptr), 0);
    unique_fd const a(master), b(slave);
    termios before{}, raw{}, after{};
    ::tcgetattr(slave, &before);
    {
        auto const mode = cli::raw_mode::enter(slave);
        ASSERT_TRUE(mode);
        ::tcgetattr(slave, &raw);
        EXPECT_FALSE(raw.c_lflag & (ICANON | ECHO | ISIG));
    }
    ::tcgetattr(slave, &after);
    EXPECT_EQ(after.c_lflag, before.c_lflag);
    EXPECT_FALSE(cli::raw_mode::enter(-1));
}

TEST(raw_mode, is_undone_when_a_signal_ends_the_program) {
    int master = -1, slave = -1;
    ASSERT_EQ(::openpty(&master, &slave, nullptr, nullptr, nullptr), 0);
    unique_fd const a(master), b(slave);
    for (int const signal : {SIGTERM, SIGHUP, SIGABRT}) {
        pid_t const child = ::fork();
        if (child == 0) {
            std::signal(signal, SIG_DFL);
            auto const mode = cli::raw_mode::enter(slave);
            ::raise(signal);
            ::_exit(0);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signal);
        termios after{};
        ::tcgetattr(slave, &after);
        EXPECT_TRUE(after.c_lflag & ICANON);
    }
}

CO_TEST(input, reads_a_pipe_without_making_it_non_blocking) {
    int ends[2];
    CO_ASSERT_TRUE(::pipe2(ends, O_CLOEXEC) == 0);
    unique_fd const reader(ends[0]);
    unique_fd writer(ends[1]);
    cli::input in(co_await asio::this_coro::executor, reader.get());
    EXPECT_EQ(::fcntl(reader.get(), F_GETFL) & O_NONBLOCK, 0);
    std::array<char, 8> buffer{};
    for (std::string const text : {"one", "two"}) {
        CO_ASSERT_TRUE(::write(writer.get(), text.data(), text.size()) == 3);
        CO_REQUIRE(size, co_await in.read_some(asio::buffer(buffer)));
        EXPECT_EQ(std::string(buffer.data(), size), text);
        EXPECT_EQ(::fcntl(reader.get(), F_GETFL) & O_NONBLOCK, 0);
    }
    writer.reset();
    CO_REQUIRE(end, co_await in.read_some(asio::buffer(buffer)));
    EXPECT_EQ(end, 0u);
}

CO_TEST(input, reads_more_than_one_buffer_of_what_lies_there) {
    int ends[2];
    CO_ASSERT_TRUE(::pipe2(ends, O_CLOEXEC) == 0);
    unique_fd const reader(ends[0]), writer(ends[1]);
    CO_ASSERT_TRUE(::write(writer.get(), "abcdef", 6) == 6);
    cli::input in(co_await asio::this_coro::executor, reader.get());
    std::array<char, 2> buffer{};
    std::string all;
    for (int i = 0; i < 3; ++i) {
        CO_REQUIRE(size, co_await in.read_some(asio::buffer(buffer)));
        all.append(buffer.data(), size);
    }
    EXPECT_EQ(all, "abcdef");
}

CO_TEST(input, reads_a_file_which_epoll_cannot_watch) {
    unique_fd const file(::open("/proc/self/comm", O_RDONLY | O_CLOEXEC));
    cli::input in(co_await asio::this_coro::executor, file.get());
    std::array<char, 64> buffer{};
    CO_REQUIRE(size, co_await in.read_some(asio::buffer(buffer)));
    EXPECT_GT(size, 0u);
}

namespace {

types::progress_message message(std::string status, std::string id = {},
                                std::optional<types::progress_detail> detail = {}) {
    types::progress_message out;
    out.status = std::move(status);
    out.id = std::move(id);
    out.progress_detail = detail;
    return out;
}

std::string shown(std::vector<types::progress_message> const& messages, std::size_t columns) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return {};
    unique_fd const reader(ends[0]);
    unique_fd writer(ends[1]);
    {
        cli::output to(writer.get());
        cli::progress_display display(to, columns);
        for (auto const& each : messages) display.show(each);
    }
    writer.reset();
    std::array<char, 8192> buffer{};
    auto const size = ::read(reader.get(), buffer.data(), buffer.size());
    return std::string(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
}

} // namespace

TEST(progress_display, prints_plain_lines_without_a_terminal) {
    types::progress_detail half;
    half.current = 50;
    half.total = 100;
    EXPECT_EQ(shown({message("Pulling from library/busybox", "latest"),
                     message("Pulling fs layer", "aa", types::progress_detail()), message("Downloading", "aa", half),
                     message("Pull complete", "aa", types::progress_detail()), message("Digest: sha256:x")},
                    0),
              "latest: Pulling from library/busybox\naa: Pulling fs layer\naa: Pull complete\nDigest: sha256:x\n");
}

TEST(progress_display, has_one_line_a_layer_on_a_terminal) {
    types::progress_detail half;
    half.current = 500'000;
    half.total = 1'000'000;
    EXPECT_EQ(
        shown({message("Pulling fs layer", "aa", types::progress_detail()),
               message("Pulling fs layer", "bb", types::progress_detail()), message("Downloading", "aa", half)},
              200),
        "\n\x1b[1A\x1b[2K\raa: Pulling fs layer \r\x1b[1B"
        "\n\x1b[1A\x1b[2K\rbb: Pulling fs layer \r\x1b[1B"
        "\x1b[2A\x1b[2K\raa: Downloading [=========================>                         ]    500kB/1MB\r\x1b[2B");
}

TEST(progress_bar, fits_the_terminal) {
    types::progress_detail part;
    part.current = 1'000;
    EXPECT_EQ(cli::progress_bar(part, 200), "     1kB");
    part.total = 4'000;
    EXPECT_EQ(cli::progress_bar(part, 80), "     1kB/4kB");
    EXPECT_EQ(cli::progress_bar(types::progress_detail(), 80), "");
}

TEST(timestamps, durations_count_back_and_numbers_stay) {
    EXPECT_EQ(*cli::parse_go_duration("1h30m"), std::chrono::minutes(90));
    EXPECT_EQ(*cli::parse_go_duration("1.5s"), std::chrono::milliseconds(1500));
    EXPECT_EQ(*cli::parse_go_duration("300ms"), std::chrono::milliseconds(300));
    EXPECT_FALSE(cli::parse_go_duration("5"));
    EXPECT_FALSE(cli::parse_go_duration("5x"));
    EXPECT_EQ(*cli::resolve_timestamp("1136073600.000000001", "since"), "1136073600.000000001");
    EXPECT_EQ(*cli::resolve_timestamp("2006-01-02T15:04:05Z", "since"), "1136214245.000000000");
    EXPECT_EQ(*cli::resolve_timestamp("", "since"), "");
    EXPECT_FALSE(cli::resolve_timestamp("yesterday", "since"));
}
