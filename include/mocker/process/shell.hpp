/** @file
    Commands as pleasant as in a shell script, without a shell: arguments arrive as they stand, nothing is expanded.

    A command that fails throws, so that a script ends at its first failure, as with `set -e` and `set -o pipefail`. */
#ifndef MOCKER_PROCESS_SHELL_HPP
#define MOCKER_PROCESS_SHELL_HPP

#include <mocker/process/runner.hpp>

#include <concepts>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace mocker::sh {

/// A command that could not be started or did not succeed. `what()` is the sentence for people.
class failure : public std::runtime_error {
public:
    failure(std::string const& text, int shell_status) : std::runtime_error(text), status_(shell_status) {}
    /// As shells count: the exit code, 128 plus the signal, 127 not found, 126 not executable, 124 timed out.
    int status() const noexcept { return status_; }

private:
    int status_;
};

/** One command, or several joined by pipes. Made by @ref cmd; every option concerns the last command of it.
    @par Example
    @code
    auto const largest = co_await (sh::cmd("du", "-sk", "src", "docs") | sh::cmd("sort", "-rn") | sh::cmd("head", "-1")).text();
    @endcode */
class pipeline {
public:
    explicit pipeline(process::command first) { commands_.push_back(std::move(first)); }

    pipeline& directory(std::filesystem::path const& where) { return last().directory = where.string(), *this; }
    pipeline& env(std::string const& name, std::string value) { return last().environment[name] = std::move(value), *this; }
    pipeline& without_env(std::string name) { return last().without.push_back(std::move(name)), *this; }
    pipeline& input(std::string bytes) { return last().in = process::input::text(std::move(bytes)), *this; }
    pipeline& input_file(std::filesystem::path const& path) { return last().in = process::input::file(path.string()), *this; }
    pipeline& no_input() { return last().in = process::input::null(), *this; }
    pipeline& output_file(std::filesystem::path const& path) { return last().out = process::output::file(path.string()), *this; }
    pipeline& append_file(std::filesystem::path const& path) { return last().out = process::output::append_to(path.string()), *this; }
    pipeline& quiet() { return last().err = process::output::null(), *this; }        ///< drops its standard error
    pipeline& merge_errors() { return last().err = process::output::merge(), *this; } ///< `2>&1`
    pipeline& timeout(std::chrono::nanoseconds limit) { return last().timeout = limit, *this; }

    /// Runs it on our own input and outputs. @throws failure unless it succeeds.
    MOCKER_DECL awaitable<void> run() const;
    /// As @ref run, but gives the exit status of a command that has run. @throws failure if one cannot be started.
    MOCKER_DECL awaitable<process::exit_status> status() const;
    /// What it writes, without the newlines at the end, as `$(...)` does. @throws failure unless it succeeds.
    MOCKER_DECL awaitable<std::string> text() const;
    /// What it writes, line by line. @throws failure unless it succeeds.
    MOCKER_DECL awaitable<std::vector<std::string>> lines() const;
    /// Calls @p reader with each line as it is written. @throws failure unless it succeeds.
    MOCKER_DECL awaitable<void> each_line(std::function<void(std::string_view)> reader) const;
    /// Status, output and errors of a command, whatever its status. @throws failure if one cannot be started.
    MOCKER_DECL awaitable<process::outcome> capture() const;

    /// As one would type it.
    MOCKER_DECL std::string describe() const;

    /// The output of @p from becomes the input of @p to.
    MOCKER_DECL friend pipeline operator|(pipeline from, pipeline to);

private:
    process::command& last() { return commands_.back(); }

    std::vector<process::command> commands_;
};

MOCKER_DECL pipeline operator|(pipeline from, pipeline to);

namespace detail {

MOCKER_DECL awaitable<bool> succeeded(awaitable<process::exit_status> ending);

inline void add_argument(std::vector<std::string>& argv, std::string_view text) { argv.emplace_back(text); }
inline void add_argument(std::vector<std::string>& argv, std::filesystem::path const& path) { argv.push_back(path.string()); }
inline void add_argument(std::vector<std::string>& argv, std::vector<std::string> const& several) {
    argv.insert(argv.end(), several.begin(), several.end());
}

template <class Argument>
void add(std::vector<std::string>& argv, Argument const& argument) {
    if constexpr (std::is_arithmetic_v<Argument>) argv.push_back(std::to_string(argument));
    else if constexpr (std::convertible_to<Argument const&, std::string_view>) add_argument(argv, std::string_view(argument));
    else add_argument(argv, argument);
}

} // namespace detail

/// A command to be run: text, numbers, paths; a vector of strings stands for that many arguments.
template <class... Arguments>
pipeline cmd(std::string program, Arguments const&... arguments) {
    process::command made(std::move(program));
    made.in = process::input::inherit();
    made.out = process::output::inherit();
    made.err = process::output::inherit();
    (detail::add(made.argv, arguments), ...);
    return pipeline(std::move(made));
}

/// Runs a command on our own input and outputs: `co_await sh::run("make", "-j", 2);` @throws failure
template <class... Arguments>
awaitable<void> run(std::string program, Arguments const&... arguments) {
    return cmd(std::move(program), arguments...).run();
}

/// What a command writes: `auto const branch = co_await sh::text("git", "branch", "--show-current");` @throws failure
template <class... Arguments>
awaitable<std::string> text(std::string program, Arguments const&... arguments) {
    return cmd(std::move(program), arguments...).text();
}

/// The lines that a command writes: `for (auto const& file : co_await sh::lines("git", "ls-files"))` @throws failure
template <class... Arguments>
awaitable<std::vector<std::string>> lines(std::string program, Arguments const&... arguments) {
    return cmd(std::move(program), arguments...).lines();
}

/// True if a command succeeds: `bool const clean = co_await sh::ok("git", "diff", "--quiet");` @throws failure if it cannot be started
template <class... Arguments>
awaitable<bool> ok(std::string program, Arguments const&... arguments) {
    return detail::succeeded(cmd(std::move(program), arguments...).status());
}

} // namespace mocker::sh

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/process/impl/shell.ipp>
#endif
#endif
