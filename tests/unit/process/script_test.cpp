// How to write scripts.
#include <mocker/script.hpp>

#include <support/co_test.hpp>

#include <signal.h>

#include <fstream>
#include <sstream>

using namespace mocker;
using namespace std::chrono_literals;

namespace {

awaitable<void> fails_with(int status) { co_await sh::run("sh", "-c", "exit " + std::to_string(status)); }

awaitable<void> throws() {
    co_await async::sleep(1ms);
    script::fail("no good");
}

awaitable<int> gives(int status) {
    co_await async::sleep(1ms);
    co_return status;
}

awaitable<void> sends_itself(int number) {
    ::kill(::getpid(), number);
    co_await sh::run("sleep", "1000");
}

awaitable<int> status_of_failure(sh::pipeline call) {
    int status = 0;
    try {
        co_await call.run();
    } catch (sh::failure const& e) {
        status = e.status();
    }
    co_return status;
}

} // namespace

CO_TEST(sh, text_is_what_a_command_writes_without_the_last_newline) {
    EXPECT_EQ(co_await sh::text("echo", "a  b"), "a  b");
    EXPECT_EQ(co_await sh::text("printf", "x\n\ny\n\n"), "x\n\ny");
}

CO_TEST(sh, arguments_may_be_numbers_paths_and_lists) {
    std::vector<std::string> const several{"b c", "d"};
    EXPECT_EQ(co_await sh::text("printf", "%s,", "a", several, 42, std::filesystem::path("/x y")), "a,b c,d,42,/x y,");
}

CO_TEST(sh, lines_can_be_looped_over) {
    std::string joined;
    for (auto const& line : co_await sh::lines("printf", "one\ntwo\n")) joined += "[" + line + "]";
    EXPECT_EQ(joined, "[one][two]");
}

CO_TEST(sh, ok_asks_whether_a_command_succeeds) {
    EXPECT_TRUE(co_await sh::ok("test", "-d", "/"));
    EXPECT_FALSE(co_await sh::ok("test", "-d", "/no/such/directory"));
}

CO_TEST(sh, a_failing_command_throws_with_its_status) {
    EXPECT_EQ(co_await status_of_failure(sh::cmd("sh", "-c", "exit 7")), 7);
    EXPECT_EQ(co_await status_of_failure(sh::cmd("sh", "-c", "kill -TERM $$")), 128 + SIGTERM);
    EXPECT_EQ(co_await status_of_failure(sh::cmd("no-such-program-anywhere")), 127);
    EXPECT_EQ(co_await status_of_failure(sh::cmd("/etc/passwd")), 126);
    EXPECT_EQ(co_await status_of_failure(sh::cmd("sleep", 1000).timeout(50ms)), 124);
}

CO_TEST(sh, options_are_chained) {
    EXPECT_EQ(co_await sh::cmd("sort").input("b\na\n").text(), "a\nb");
    EXPECT_EQ(co_await sh::cmd("pwd").directory("/usr").text(), "/usr");
    EXPECT_EQ(co_await sh::cmd("sh", "-c", "echo $X; echo err >&2").env("X", "value").merge_errors().text(), "value\nerr");
}

CO_TEST(sh, commands_are_joined_by_pipes) {
    auto const sorted = co_await (sh::cmd("printf", "b\na\nb\n") | sh::cmd("sort") | sh::cmd("uniq", "-c")).lines();
    CO_ASSERT_TRUE(sorted.size() == 2u);
    EXPECT_EQ(sorted[1], "      2 b");
}

CO_TEST(sh, a_pipeline_fails_where_any_of_its_commands_fails) {
    EXPECT_EQ(co_await status_of_failure(sh::cmd("sh", "-c", "exit 3") | sh::cmd("cat")), 3);
    EXPECT_EQ(co_await status_of_failure(sh::cmd("no-such-program-anywhere") | sh::cmd("cat")), 127);
    EXPECT_EQ(co_await status_of_failure(sh::cmd("true") | sh::cmd("no-such-program-anywhere")), 127);
}

CO_TEST(sh, a_writer_whose_reader_has_enough_does_not_fail) {
    EXPECT_EQ(co_await (sh::cmd("yes") | sh::cmd("head", "-2")).text(), "y\ny");
}

CO_TEST(sh, output_goes_to_files) {
    script::temporary_directory const here;
    co_await sh::cmd("echo", "one").output_file(here.path() / "log").run();
    co_await sh::cmd("echo", "two").append_file(here.path() / "log").run();
    EXPECT_EQ(co_await sh::text("cat", here.path() / "log"), "one\ntwo");
    EXPECT_EQ(co_await sh::cmd("tr", "a-z", "A-Z").input_file(here.path() / "log").text(), "ONE\nTWO");
}

TEST(script, gives_the_status_that_main_returns) {
    EXPECT_EQ(script::run(gives(5)), 5);
    EXPECT_EQ(script::run(fails_with(0)), 0);
    EXPECT_EQ(script::run(fails_with(9)), 9);
    EXPECT_EQ(script::run(throws()), 1);
}

TEST(script, a_signal_ends_the_running_command_and_the_script) {
    EXPECT_EQ(script::run(sends_itself(SIGTERM)), 128 + SIGTERM);
    EXPECT_EQ(script::run(sends_itself(SIGINT)), 128 + SIGINT);
}

TEST(script, finds_programs_and_variables) {
    ASSERT_TRUE(script::which("sh"));
    EXPECT_TRUE(std::filesystem::exists(*script::which("sh")));
    EXPECT_FALSE(script::which("no-such-program-anywhere"));
    script::set_env("MOCKER_SCRIPT_TEST", "x");
    EXPECT_EQ(script::env("MOCKER_SCRIPT_TEST"), "x");
    EXPECT_EQ(script::env("MOCKER_SCRIPT_TEST_UNSET"), std::nullopt);
    char const* const argv[] = {"program", "a", "b"};
    EXPECT_EQ(script::arguments(3, argv), (std::vector<std::string>{"a", "b"}));
}
