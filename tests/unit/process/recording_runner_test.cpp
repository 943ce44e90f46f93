// How to test what runs other programs.
#include <mocker/process/recording_runner.hpp>

#include <support/co_test.hpp>

#include <cerrno>

using namespace mocker;
using process::command;

namespace {

/// What a caller looks like: it takes any runner.
awaitable<result<std::string>> current_branch(process::runner& git) {
    command cmd("git", "branch", "--show-current");
    cmd.directory = "/src";
    MOCKER_TRY(done, co_await git.run(std::move(cmd)));
    if (!done.ok()) co_return error(errc::unavailable, "git: " + done.status.describe());
    co_return done.output.substr(0, done.output.find('\n'));
}

} // namespace

CO_TEST(recording_runner, answers_as_told_and_records_what_was_asked) {
    process::recording_runner git;
    git.answer_text({"git", "branch"}, "main\n");
    CO_REQUIRE(branch, co_await current_branch(git));
    EXPECT_EQ(branch, "main");
    EXPECT_EQ(git.transcript(), "git branch --show-current\n");
    EXPECT_EQ(git.commands().at(0).directory, "/src");
}

CO_TEST(recording_runner, a_failing_program_is_an_answer_like_any_other) {
    process::recording_runner git;
    git.answer_text({"git"}, "", 128);
    auto const branch = co_await current_branch(git);
    CO_ASSERT_TRUE(branch.has_error());
    EXPECT_EQ(branch.error().message(), "git: exit status 128");
}

CO_TEST(recording_runner, what_it_was_not_told_does_not_exist) {
    process::recording_runner git;
    auto const branch = co_await current_branch(git);
    CO_ASSERT_TRUE(branch.has_error());
    EXPECT_EQ(branch.error().code().value(), ENOENT);
}

CO_TEST(recording_runner, the_longest_beginning_counts_and_answers_come_in_order) {
    process::recording_runner runner;
    runner.answer_text({"ip"}, "any");
    runner.answer_text({"ip", "link"}, "first");
    runner.answer_text({"ip", "link"}, "then");
    CO_REQUIRE(one, co_await runner.run(command("ip", "link", "show")));
    CO_REQUIRE(two, co_await runner.run(command("ip", "link", "show")));
    CO_REQUIRE(three, co_await runner.run(command("ip", "link", "show")));
    CO_REQUIRE(other, co_await runner.run(command("ip", "route")));
    EXPECT_EQ(one.output + two.output + three.output + other.output, "firstthenthenany");
}

CO_TEST(recording_runner, passes_lines_on_as_the_real_one_does) {
    process::recording_runner runner;
    runner.answer_text({"ls"}, "a\nb\n");
    std::vector<std::string> lines;
    command cmd("ls");
    cmd.out = process::output::each_line([&lines](std::string_view line) { lines.emplace_back(line); });
    CO_REQUIRE(done, co_await runner.run(std::move(cmd)));
    EXPECT_EQ(lines, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(done.output, "");
}

TEST(command, is_described_as_one_would_type_it) {
    EXPECT_EQ(command("echo", "a b", "it's", "", "--x=1").describe(), "echo 'a b' 'it'\\''s' '' --x=1");
}
