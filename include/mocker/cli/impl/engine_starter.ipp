#ifndef MOCKER_CLI_IMPL_ENGINE_STARTER_IPP
#define MOCKER_CLI_IMPL_ENGINE_STARTER_IPP

#include <mocker/async/event.hpp>
#include <mocker/cli/engine_starter.hpp>
#include <mocker/core/file.hpp>
#include <mocker/core/unique_fd.hpp>

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

namespace mocker::cli {
namespace detail {

/// The directory of this program.
MOCKER_DECL std::string own_directory() {
    std::array<char, 4096> path{};
    auto const size = ::readlink("/proc/self/exe", path.data(), path.size());
    std::string own(path.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    return own.substr(0, own.rfind('/'));
}

/// Whether somebody listens on the unix socket @p path.
MOCKER_DECL bool is_listening(std::string const& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return false;
    std::memcpy(address.sun_path, path.data(), path.size());
    unique_fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    return socket && ::connect(socket.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0;
}

/// Starts @p program detached from us: its own session, no input, what it says in @p log.
MOCKER_DECL result<pid_t> spawn_detached(std::string const& program, std::string const& socket,
                                         std::string const& log) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0640);
    ::posix_spawn_file_actions_adddup2(&files, 1, 2);
    sigset_t all;
    sigset_t none;
    sigfillset(&all);
    sigemptyset(&none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    std::string name = "mockerd", flag = "-H", host = "unix://" + socket;
    char* const arguments[] = {name.data(), flag.data(), host.data(), nullptr};
    pid_t pid = -1;
    int const failed = ::posix_spawn(&pid, program.c_str(), &files, &attributes, arguments, environ);
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
    if (failed != 0) return error::from_errno(failed, program);
    return pid;
}

/// The end of the engine's log, for people.
MOCKER_DECL std::string last_lines(std::string const& log) {
    auto const content = read_file(log);
    if (!content) return {};
    auto text = content->size() > 2048 ? content->substr(content->size() - 2048) : *content;
    while (!text.empty() && text.back() == '\n') text.pop_back();
    auto const line = text.rfind('\n');
    return line == std::string::npos ? text : text.substr(line + 1);
}

} // namespace detail

MOCKER_DECL awaitable<result<>> start_engine(asio::any_io_executor, std::string socket, output& err) {
    using namespace std::chrono_literals;
    auto const program = detail::own_directory() + "/mockerd";
    auto const missing = "no engine is running at unix://" + socket + ", and mocker cannot start one: ";
    if (::access(program.c_str(), X_OK) != 0)
        co_return error(errc::unavailable, missing + program + " is missing or not executable");
    auto const directory = socket.substr(0, socket.rfind('/'));
    if (::geteuid() != 0)
        co_return error(errc::unavailable, missing + "it needs the rights of root (to write to " + directory +
                                               " and to make namespaces, mounts and cgroups), but runs as user " +
                                               std::to_string(::geteuid()) + ".\nStart it once with: sudo " + program +
                                               "\nor set DOCKER_HOST to an engine that runs elsewhere");
    std::string log = "/var/log/mockerd.log";
    if (unique_fd test(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640)); !test) log = "/dev/null";
    MOCKER_TRY(pid, detail::spawn_detached(program, socket, log));
    constexpr int attempts = 2000;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        if (detail::is_listening(socket)) {
            err.line("mocker: no engine was running at unix://" + socket + ": started " + program + " (pid " +
                     std::to_string(pid) + ", log in " + log + ")");
            err.flush();
            co_return result<>{};
        }
        int status = 0;
        if (::waitpid(pid, &status, WNOHANG) == pid) {
            co_await async::sleep(200ms); // another mocker may have started one at the same moment
            if (detail::is_listening(socket)) co_return result<>{};
            auto const last = detail::last_lines(log);
            co_return error(errc::unavailable, missing + program + " ended at once" +
                                                   (last.empty() ? ", see " : ": " + last + "\nsee ") + log);
        }
        co_await async::sleep(attempt < 200 ? 2ms : 10ms);
    }
    co_return error(errc::unavailable,
                    missing + program + " (pid " + std::to_string(pid) + ") does not answer, see " + log);
}

} // namespace mocker::cli

#endif
