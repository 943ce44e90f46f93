#ifndef MOCKER_PROCESS_IMPL_RECORDING_RUNNER_IPP
#define MOCKER_PROCESS_IMPL_RECORDING_RUNNER_IPP

#include <mocker/process/recording_runner.hpp>

#include <mocker/process/detail/plumbing.hpp>

#include <algorithm>
#include <cerrno>

namespace mocker::process {
namespace detail {

/// Passes @p bytes on as the real runner would; what was captured stays.
MOCKER_DECL awaitable<result<>> replay(output const& to, std::string& bytes) {
    result<> state;
    line_splitter lines;
    switch (to.what()) {
    case output::kind::capture: co_return state;
    case output::kind::chunks:
        if (!bytes.empty()) to.reader()(bytes);
        break;
    case output::kind::lines:
        lines.feed(bytes, to.reader());
        lines.finish(to.reader());
        break;
    case output::kind::stream:
        if (!bytes.empty()) state = co_await to.async_reader()(bytes);
        break;
    default: break;
    }
    bytes.clear();
    co_return state;
}

} // namespace detail

MOCKER_DECL recording_runner::rule* recording_runner::find(std::vector<std::string> const& argv) {
    rule* best = nullptr;
    for (auto& candidate : rules_) {
        auto const& begin = candidate.beginning;
        if (begin.size() > argv.size() || !std::equal(begin.begin(), begin.end(), argv.begin())) continue;
        if (best == nullptr || begin.size() > best->beginning.size()) best = &candidate;
    }
    return best;
}

MOCKER_DECL void recording_runner::answer(std::vector<std::string> beginning, result<outcome> answer) {
    for (auto& known : rules_)
        if (known.beginning == beginning) {
            known.answers.push_back(std::move(answer));
            return;
        }
    rules_.push_back({std::move(beginning), {std::move(answer)}});
}

MOCKER_DECL void recording_runner::answer_text(std::vector<std::string> beginning, std::string output, int code) {
    outcome done;
    done.status.code = code;
    done.output = std::move(output);
    answer(std::move(beginning), std::move(done));
}

MOCKER_DECL awaitable<result<outcome>> recording_runner::run(command cmd) {
    commands_.push_back(cmd);
    rule* const found = find(cmd.argv);
    if (found == nullptr) co_return error::from_errno(ENOENT, "exec " + (cmd.argv.empty() ? "" : cmd.argv[0]));
    auto reply = found->answers.front();
    if (found->answers.size() > 1) found->answers.pop_front();
    if (!reply) co_return reply;
    if (cmd.err.what() == output::kind::merge) reply->output += std::exchange(reply->errors, {});
    MOCKER_CHECK(co_await detail::replay(cmd.out, reply->output));
    MOCKER_CHECK(co_await detail::replay(cmd.err, reply->errors));
    co_return reply;
}

MOCKER_DECL std::string recording_runner::transcript() const {
    std::string text;
    for (auto const& cmd : commands_) text += cmd.describe() + "\n";
    return text;
}

} // namespace mocker::process

#endif
