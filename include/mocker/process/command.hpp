#ifndef MOCKER_PROCESS_COMMAND_HPP
#define MOCKER_PROCESS_COMMAND_HPP

#include <mocker/process/exit_status.hpp>
#include <mocker/process/stdio.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mocker::process {

/** A program to run. No shell is involved: each argument reaches it as it stands.
    @par Example
    @code
    process::command list("git", "log", "--oneline");
    list.directory = "/src/mocker";
    list.timeout = 10s;
    MOCKER_TRY(done, co_await runner.run(std::move(list)));
    @endcode */
struct command {
    command() = default;
    explicit command(std::vector<std::string> arguments) : argv(std::move(arguments)) {}
    template <class... Arguments>
    explicit command(std::string program, Arguments&&... arguments)
        : argv{std::move(program), std::string(std::forward<Arguments>(arguments))...} {}

    std::vector<std::string> argv{};  ///< a name without `/` is looked up in the `PATH` that the program gets
    input in{};
    output out{};
    output err{};
    std::string directory{};          ///< where it starts; empty: here
    bool inherit_environment = true;  ///< false: it gets @ref environment only
    std::map<std::string, std::string> environment{}; ///< added to what is inherited, or in its place
    std::vector<std::string> without{};               ///< names that are not inherited
    std::optional<std::chrono::nanoseconds> timeout{}; ///< for all of it, until the output is drained
    std::chrono::milliseconds grace{10'000};           ///< from SIGTERM to SIGKILL, after a timeout or a cancellation
    std::size_t capture_limit = std::size_t(64) << 20; ///< bytes kept of each captured stream; the rest is read and dropped
    bool end_with_us = false;         ///< the kernel kills it when the thread that runs this ends, however it ends

    /// The environment that the program gets, `NAME=value`.
    MOCKER_DECL std::vector<std::string> full_environment() const;

    /// The arguments as one would type them, quoted where needed: for messages, never for a shell.
    MOCKER_DECL std::string describe() const;
};

/// How a program ended, and what it wrote to where `output::capture()` was asked for.
struct outcome {
    exit_status status{};
    std::string output{};
    std::string errors{};
    bool truncated = false; ///< more was written than `command::capture_limit`

    bool ok() const noexcept { return status.ok(); }
};

} // namespace mocker::process

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/process/impl/command.ipp>
#endif
#endif
