#include "daemon.hpp"

#include <mocker/api/routes.hpp>
#include <mocker/async/task_group.hpp>
#include <mocker/core/file.hpp>
#include <mocker/core/time.hpp>
#include <mocker/engine/engine.hpp>
#include <mocker/http/acceptor.hpp>
#include <mocker/http/server.hpp>
#include <mocker/http/tls.hpp>

#include <boost/asio/signal_set.hpp>

#include <fcntl.h>
#include <grp.h>
#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace mockerd {
namespace {

using mocker::awaitable;
using mocker::errc;
using mocker::error;
using mocker::result;
namespace asio = mocker::asio;
namespace http = mocker::http;

using acceptor_list = std::vector<std::unique_ptr<http::acceptor>>;

/// The PID file: held by this process until its end.
class pid_file {
public:
    static result<pid_file> create(std::string path) {
        if (path.find('/') != std::string::npos) MOCKER_CHECK_RETURN(mocker::make_directories(path.substr(0, path.rfind('/'))));
        if (auto const other = mocker::read_file(path, 64)) {
            int pid = 0;
            std::from_chars(other->data(), other->data() + other->size(), pid);
            if (pid > 0 && pid != ::getpid() && is_engine(pid))
                return error(errc::unavailable, "failed to start daemon, ensure mockerd is not running or delete " + path +
                                                    ": process with PID " + std::to_string(pid) + " is still running");
        }
        MOCKER_CHECK_RETURN(mocker::write_file_atomic(path, std::to_string(::getpid()), 0644, mocker::durability::process));
        pid_file file;
        file.path_ = std::move(path);
        return file;
    }
    pid_file() = default;
    pid_file(pid_file&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    ~pid_file() {
        if (!path_.empty()) ::unlink(path_.c_str());
    }

private:
    /// A PID alone may have been given to another program since.
    static bool is_engine(int pid) {
        auto const name = mocker::read_file("/proc/" + std::to_string(pid) + "/comm", 64);
        return name && name->starts_with("mockerd");
    }

    std::string path_;
};

result<http::unix_listen_options> socket_access(options const& o) {
    http::unix_listen_options access;
    access.mode = 0600;
    if (o.group.empty()) return access;
    if (auto const* group = ::getgrnam(o.group.c_str())) {
        access.mode = 0660;
        access.group = group->gr_gid;
    } else if (o.group_is_given) {
        return error(errc::not_found, "group " + o.group + " not found");
    }
    return access;
}

/// The sockets that systemd.socket(5) hands over.
result<acceptor_list> inherited_sockets(asio::any_io_executor executor) {
    acceptor_list acceptors;
    auto const* pid = std::getenv("LISTEN_PID");
    auto const* count = std::getenv("LISTEN_FDS");
    if (!pid || !count || std::atoi(pid) != ::getpid())
        return error(errc::unavailable, "no sockets found via socket activation: make sure the service was started by systemd");
    for (int fd = 3; fd < 3 + std::atoi(count); ++fd) {
        ::fcntl(fd, F_SETFD, FD_CLOEXEC);
        MOCKER_TRY_RETURN(one, http::adopt_listener(executor, mocker::unique_fd(fd)));
        acceptors.push_back(std::move(one));
    }
    return acceptors;
}

result<std::unique_ptr<http::acceptor>> listen_tcp(asio::any_io_executor executor, options const& o, std::string_view place) {
    auto const colon = place.rfind(':');
    std::uint16_t port = 0;
    auto const port_text = colon == std::string_view::npos ? std::string_view() : place.substr(colon + 1);
    auto const [end, failed] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
    if (port_text.empty() || failed != std::errc() || end != port_text.data() + port_text.size())
        return error(errc::malformed, "invalid bind address (tcp://" + std::string(place) + "): expected tcp://HOST:PORT");
    auto host = std::string(place.substr(0, colon));
    if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
    if (o.tls.value_or(false)) {
        http::tls_options tls;
        tls.ca_file = o.tls_ca;
        tls.certificate_file = o.tls_certificate;
        tls.key_file = o.tls_key;
        tls.verify = o.tls_verify;
        return http::listen_tls(executor, host, port, tls);
    }
    bool const loopback = host.starts_with("127.") || host == "localhost" || host == "::1";
    if (!loopback && !o.tls)
        return error(errc::forbidden, "refusing to serve the API without TLS on tcp://" + std::string(place) +
                                          ": whoever reaches it is root here. Give --tlsverify with --tlscacert, --tlscert and "
                                          "--tlskey, or --tls=false if you really mean it");
    log(o, "warn", "API on tcp://" + std::string(place) + " without TLS: whoever reaches it is root on this machine");
    return http::listen_tcp(executor, host, port);
}

result<acceptor_list> listen_all(asio::any_io_executor executor, options const& o) {
    acceptor_list acceptors;
    for (std::string_view const host : o.hosts) {
        if (host.starts_with("fd://")) {
            MOCKER_TRY_RETURN(inherited, inherited_sockets(executor));
            std::move(inherited.begin(), inherited.end(), std::back_inserter(acceptors));
        } else if (host.starts_with("unix://") || host.starts_with('/')) {
            auto const path = std::string(host.starts_with('/') ? host : host.substr(7));
            MOCKER_TRY_RETURN(access, socket_access(o));
            if (path.rfind('/') != std::string::npos && path.rfind('/') > 0)
                MOCKER_CHECK_RETURN(mocker::make_directories(path.substr(0, path.rfind('/'))));
            MOCKER_TRY_RETURN(one, http::listen_unix(executor, path, access));
            acceptors.push_back(std::move(one));
        } else if (host.starts_with("tcp://")) {
            MOCKER_TRY_RETURN(one, listen_tcp(executor, o, host.substr(6)));
            acceptors.push_back(std::move(one));
        } else {
            return error(errc::malformed, "invalid bind address format: " + std::string(host));
        }
    }
    return acceptors;
}

awaitable<void> serve_one(http::server& server, http::acceptor& from, options const& o) {
    log(o, "info", "API listen on " + from.endpoint());
    auto const why = co_await server.serve(from);
    if (why.code() != asio::error::operation_aborted) log(o, "error", from.endpoint() + ": " + why.message());
}

awaitable<void> wait_for_signal(options const& o) {
    asio::signal_set signals(co_await asio::this_coro::executor, SIGINT, SIGTERM);
    auto const [failed, number] = co_await signals.async_wait(mocker::as_awaitable_tuple);
    if (!failed) log(o, "info", number == SIGINT ? "Processing signal 'interrupt'" : "Processing signal 'terminated'");
}

int rank(std::string_view level) {
    constexpr std::array<std::string_view, 5> levels{"debug", "info", "warn", "error", "fatal"};
    return static_cast<int>(std::find(levels.begin(), levels.end(), level) - levels.begin());
}

} // namespace

void log(options const& o, std::string_view level, std::string_view message) {
    if (rank(level) < rank(o.log_level)) return;
    std::string quoted;
    for (char const c : message) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c == '\n' ? ' ' : c;
    }
    std::fprintf(stderr, "time=\"%s\" level=%.*s msg=\"%s\"\n", mocker::to_rfc3339_nano(mocker::now()).c_str(),
                 static_cast<int>(level.size()), level.data(), quoted.c_str());
}

awaitable<result<>> serve(options o) {
    auto const executor = co_await asio::this_coro::executor;
    MOCKER_TRY(pid, pid_file::create(o.pidfile));
    MOCKER_TRY(engine, co_await mocker::engine::engine::open(executor, o.engine));

    http::router routes;
    mocker::api::add_routes(routes, *engine);
    http::server server(executor, routes, mocker::api::server_options());
    auto acceptors = listen_all(executor, o);
    if (!acceptors) {
        co_await engine->shutdown();
        co_return acceptors.error();
    }
    ::malloc_trim(0); // what opening needed and idling does not
    mocker::async::task_group serving(executor);
    for (auto& acceptor : *acceptors) serving.spawn(serve_one(server, *acceptor, o));
    co_await wait_for_signal(o);
    for (auto& acceptor : *acceptors) acceptor->close();
    co_await server.shutdown();
    serving.cancel();
    co_await serving.join();
    co_await engine->shutdown();
    log(o, "info", "Daemon shutdown complete");
    co_return result<>{};
}

} // namespace mockerd
