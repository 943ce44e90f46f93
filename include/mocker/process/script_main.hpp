/** @file
    `main` for small programs made of coroutines, and what such scripts need from their surroundings. */
#ifndef MOCKER_PROCESS_SCRIPT_MAIN_HPP
#define MOCKER_PROCESS_SCRIPT_MAIN_HPP

#include <mocker/async/awaitable.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mocker::script {

/** Runs a script to its end, on an `io_context` of its own, and gives what `main` should return.

    A failure is written to standard error as `error: ...`. The status is the script's own; that of the command whose
    `sh::failure` left it; 1 for any other exception; 128 plus the signal where SIGINT, SIGTERM or SIGHUP ended it, after
    its running commands were ended and what it owns was destroyed.
    @par Example
    @code
    awaitable<void> release(std::vector<std::string> args) {
        for (auto const& name : args) co_await sh::run("git", "tag", name);
    }
    int main(int argc, char** argv) { return script::run(release(script::arguments(argc, argv))); }
    @endcode */
MOCKER_DECL int run(awaitable<void> main);

/// As above, for a script that gives its own exit status.
MOCKER_DECL int run(awaitable<int> main);

/// The arguments of `main`, without the program's name.
MOCKER_DECL std::vector<std::string> arguments(int argc, char const* const* argv);

/// The value of an environment variable, if it is set.
MOCKER_DECL std::optional<std::string> env(std::string const& name);

/// Sets an environment variable for every command that follows.
MOCKER_DECL void set_env(std::string const& name, std::string const& value);

/// Changes the working directory, also of every command that follows. @throws std::filesystem::filesystem_error
MOCKER_DECL void cd(std::filesystem::path const& where);

/// Where `PATH` has @p program, if anywhere.
MOCKER_DECL std::optional<std::filesystem::path> which(std::string const& program);

/// From now on writes each command to standard error before it runs, preceded by `+ `, as `set -x` does.
MOCKER_DECL void trace(bool on = true);
MOCKER_DECL bool is_traced();

/// Ends the script with a message, and status 1.
[[noreturn]] MOCKER_DECL void fail(std::string const& message);

/// A new empty directory, removed with all that is in it when the script leaves the block.
class temporary_directory {
public:
    /// @throws std::filesystem::filesystem_error
    MOCKER_DECL temporary_directory();
    MOCKER_DECL ~temporary_directory();
    temporary_directory(temporary_directory const&) = delete;
    temporary_directory& operator=(temporary_directory const&) = delete;

    std::filesystem::path const& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

} // namespace mocker::script

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/process/impl/script_main.ipp>
#endif
#endif
