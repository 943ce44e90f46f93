#ifndef MOCKER_PROCESS_RECORDING_RUNNER_HPP
#define MOCKER_PROCESS_RECORDING_RUNNER_HPP

#include <mocker/process/runner.hpp>

#include <deque>
#include <string>
#include <vector>

namespace mocker::process {

/** A runner for tests: runs nothing, records every command, and answers as it was told.

    @par Example
    @code
    process::recording_runner runner;
    runner.answer({"git", "rev-parse"}, outcome_with_output("1b2c3d\n"));
    co_await tag_release(runner);                       // what is tested
    EXPECT_EQ(runner.commands().back().describe(), "git tag v1 1b2c3d");
    @endcode */
class recording_runner final : public runner {
public:
    /** The next command whose arguments begin with @p beginning gets @p answer. Answers given for the same beginning are
        used in order, and the last one stays. The longest beginning that fits counts. */
    MOCKER_DECL void answer(std::vector<std::string> beginning, result<outcome> answer);

    /// As @ref answer: standard output @p output, exit status @p code.
    MOCKER_DECL void answer_text(std::vector<std::string> beginning, std::string output, int code = 0);

    /** Records @p cmd and gives its answer; its outputs that are not captured get the text of the answer as the real
        runner would pass it on.
        @par Errors `ENOENT`, as for a program that does not exist, where no answer fits. */
    MOCKER_DECL awaitable<result<outcome>> run(command cmd) override;

    /// What was run, in order.
    std::vector<command> const& commands() const noexcept { return commands_; }

    /// What was run, one `describe()` a line.
    MOCKER_DECL std::string transcript() const;

private:
    struct rule {
        std::vector<std::string> beginning;
        std::deque<result<outcome>> answers;
    };
    rule* find(std::vector<std::string> const& argv);

    std::vector<rule> rules_;
    std::vector<command> commands_;
};

} // namespace mocker::process

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/process/impl/recording_runner.ipp>
#endif
#endif
