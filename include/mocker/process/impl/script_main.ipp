#ifndef MOCKER_PROCESS_IMPL_SCRIPT_MAIN_IPP
#define MOCKER_PROCESS_IMPL_SCRIPT_MAIN_IPP

#include <mocker/process/script_main.hpp>

#include <mocker/process/shell.hpp>
#include <mocker/process/spawn.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <system_error>

namespace mocker::script {
namespace detail {

MOCKER_DECL bool& tracing() {
    static bool on = false;
    return on;
}

MOCKER_DECL awaitable<int> with_status_zero(awaitable<void> main) {
    co_await std::move(main);
    co_return 0;
}

MOCKER_DECL int status_of(std::exception_ptr const& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (sh::failure const& e) {
        std::cerr << "error: " << e.what() << std::endl;
        return e.status();
    } catch (std::exception const& e) {
        std::cerr << "error: " << e.what() << std::endl;
    } catch (...) {
        std::cerr << "error: unknown exception" << std::endl;
    }
    return 1;
}

} // namespace detail

MOCKER_DECL int run(awaitable<void> main) { return run(detail::with_status_zero(std::move(main))); }

MOCKER_DECL int run(awaitable<int> main) {
    ::signal(SIGPIPE, SIG_IGN);
    asio::io_context context(1);
    asio::cancellation_signal cancel;
    asio::signal_set signals(context, SIGINT, SIGTERM, SIGHUP);
    int ended_by = 0, status = 0;
    std::exception_ptr thrown;
    signals.async_wait([&](error_code failed, int number) {
        if (failed) return;
        ended_by = number;
        cancel.emit(asio::cancellation_type::terminal);
    });
    auto on_end = [&](std::exception_ptr e, int given) {
        thrown = e;
        status = given;
        signals.cancel();
    };
    asio::co_spawn(context, std::move(main), asio::bind_cancellation_slot(cancel.slot(), on_end));
    context.run();
    if (ended_by != 0) return 128 + ended_by;
    return thrown ? detail::status_of(thrown) : status;
}

MOCKER_DECL std::vector<std::string> arguments(int argc, char const* const* argv) {
    return argc > 1 ? std::vector<std::string>(argv + 1, argv + argc) : std::vector<std::string>();
}

MOCKER_DECL std::optional<std::string> env(std::string const& name) {
    char const* const value = ::getenv(name.c_str());
    return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

MOCKER_DECL void set_env(std::string const& name, std::string const& value) {
    if (::setenv(name.c_str(), value.c_str(), 1) != 0) throw std::system_error(errno, std::generic_category(), "set " + name);
}

MOCKER_DECL void cd(std::filesystem::path const& where) { std::filesystem::current_path(where); }

MOCKER_DECL std::optional<std::filesystem::path> which(std::string const& program) {
    for (auto const& place : process::search_path(program, env("PATH").value_or("/usr/local/bin:/usr/bin:/bin"))) {
        struct stat found;
        bool const is_file = ::stat(place.c_str(), &found) == 0 && S_ISREG(found.st_mode);
        if (is_file && ::access(place.c_str(), X_OK) == 0) return place;
    }
    return std::nullopt;
}

MOCKER_DECL void trace(bool on) { detail::tracing() = on; }

MOCKER_DECL bool is_traced() { return detail::tracing(); }

[[noreturn]] MOCKER_DECL void fail(std::string const& message) { throw std::runtime_error(message); }

MOCKER_DECL temporary_directory::temporary_directory() {
    auto name = (std::filesystem::temp_directory_path() / "script-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw std::filesystem::filesystem_error("make directory", name, std::error_code(errno, std::generic_category()));
    path_ = name;
}

MOCKER_DECL temporary_directory::~temporary_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

} // namespace mocker::script

#endif
