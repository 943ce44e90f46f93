#ifndef MOCKER_ENGINE_IMPL_START_IPP
#define MOCKER_ENGINE_IMPL_START_IPP

#include <mocker/async/offload.hpp>
#include <mocker/async/with_timeout.hpp>
#include <mocker/core/file.hpp>
#include <mocker/engine/detail/cleanup.hpp>
#include <mocker/engine/detail/core.hpp>
#include <mocker/engine/network_files.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

namespace mocker::engine {
namespace detail {

/// Writes a file in place: it may be mounted in a container, so it stays the same file.
MOCKER_DECL result<> write_file(std::string const& path, std::string_view content) {
    MOCKER_TRY_RETURN(file, open_file(path, O_WRONLY | O_CREAT | O_TRUNC, 0644));
    return write_all(file.get(), content);
}

/// Makes the missing sources of binds, as Docker does for Binds, and misses those of Mounts.
MOCKER_DECL result<> check_sources(container const& c) {
    for (auto const& m : c.mounts) {
        if (m.type != mount_point::kind::bind) continue;
        struct stat info {};
        if (::stat(m.source.c_str(), &info) == 0) continue;
        if (errno != ENOENT || !m.create_source)
            return error(errc::malformed, "invalid mount config for type \"bind\": bind source path does not exist: " + m.source);
        MOCKER_CHECK_RETURN(make_directories(m.source));
    }
    return {};
}

/// What a shell would give for a program that could not be started.
MOCKER_DECL int exit_code_of(error const& why) {
    if (why.code() == errc::command_not_found) return 127;
    if (why.code() == errc::command_not_executable) return 126;
    return 128;
}

MOCKER_DECL runtime::stdio stdio_of(container const& c) {
    auto const [rows, columns] = c.host_config.console_size;
    runtime::stdio io;
    io.terminal = c.config.tty;
    io.open_stdin = c.config.open_stdin;
    io.stdin_once = c.config.stdin_once;
    io.rows = static_cast<std::uint16_t>(std::min(rows, 65535U));
    io.columns = static_cast<std::uint16_t>(std::min(columns, 65535U));
    return io;
}

MOCKER_DECL awaitable<void> wait_for_state_change(record_ptr r, unsigned run, status leaving) {
    while (r->run == run && r->info.state == leaving) co_await r->changed.wait();
}

} // namespace detail

MOCKER_DECL awaitable<result<>> engine::core::start(std::string ref) {
    MOCKER_TRY(r, find(ref));
    auto const lock_held = co_await r->mutex.lock();
    if (r->removing) co_return error(errc::conflict, "container is marked for removal and cannot be started");
    if (r->info.state == status::paused) co_return error(errc::conflict, "cannot start a paused container, try unpause instead");
    if (r->process) co_return error(errc::not_modified, "container " + ref + " is already running");
    r->info.restart_count = 0;
    r->restart_delay = {};
    co_return co_await begin(r);
}

/// Starts a container that does not run. The caller holds its mutex.
MOCKER_DECL awaitable<result<>> engine::core::begin(record_ptr r) {
    MOCKER_CHECK(co_await tidy(r));
    r->info.doing = step::starting;
    r->info.error.clear();
    auto launched = co_await launch(r);
    if (!launched) {
        auto why = std::move(launched).error();
        co_await failed_to_start(r, why);
        co_return why;
    }
    started(r);
    co_return result<>{};
}

MOCKER_DECL awaitable<result<>> engine::core::launch(record_ptr r) {
    auto& c = r->info;
    for (auto const& [id, e] : r->execs) execs.erase(id);
    r->execs.clear();
    auto const network = c.network_mode();
    if (network != "bridge" && network != "none" && network != "host")
        co_return error(errc::not_found, "failed to set up container networking: network " + network + " not found");
    if (network == "bridge") {
        MOCKER_TRY(net, open_bridge());
        MOCKER_TRY(place, net->allocate(c.id));
        c.endpoint = place;
    }
    MOCKER_CHECK(save(*r));
    r->dirty = true;
    MOCKER_TRY(request, prepare(*r));
    MOCKER_TRY(process, co_await runner->create(std::move(request)));
    r->process = process;
    MOCKER_CHECK(co_await connect_sessions(r));
    co_return co_await process->start();
}

MOCKER_DECL result<runtime::launch_request> engine::core::prepare(record& r) {
    auto& c = r.info;
    MOCKER_CHECK_RETURN(detail::check_sources(c));
    MOCKER_TRY_RETURN(spec, build_spec(c, environment));
    MOCKER_CHECK_RETURN(make_directories(c.state_directory, 0711));
    MOCKER_CHECK_RETURN(write_files(c));
    runtime::launch_request request;
    request.id = c.id;
    request.state_directory = c.state_directory;
    request.spec = std::move(spec);
    request.root = {c.layers, c.directory + "/upper", c.directory + "/work", c.directory + "/root", c.host_config.readonly_rootfs};
    request.io = detail::stdio_of(c);
    request.log_path = c.log_path;
    request.cgroup_path = cgroup_path(c);
    request.spec.linux_.cgroups_path = request.cgroup_path;
    if (c.endpoint) request.network = bridge->plan(*c.endpoint);
    else if (c.network_mode() != "host") request.network = network::loopback_plan();
    return request;
}

MOCKER_DECL result<> engine::core::write_files(container const& c) {
    auto const hostname = effective_hostname(c, environment);
    auto const address = c.endpoint ? c.endpoint->address : std::string();
    auto const gateway = c.endpoint ? c.endpoint->gateway : "127.0.0.1";
    auto const own_network = c.network_mode() != "host";
    auto const host_resolver = read_file("/etc/resolv.conf", 64 * 1024);
    MOCKER_CHECK_RETURN(detail::write_file(c.hostname_path(), hostname + '\n'));
    MOCKER_CHECK_RETURN(detail::write_file(c.hosts_path(), hosts_file(c.host_config, hostname, c.config.domainname, address, gateway)));
    return detail::write_file(c.resolv_conf_path(),
                              resolv_conf_file(c.host_config, host_resolver ? *host_resolver : std::string(), own_network));
}

MOCKER_DECL awaitable<void> engine::core::failed_to_start(record_ptr r, error why) {
    auto& c = r->info;
    r->process.reset();
    end_sessions(*r);
    if (bridge) bridge->release(c.id);
    c.endpoint.reset();
    c.exit_code = detail::exit_code_of(why);
    c.error = why.message();
    if (c.state == status::restarting) c.state = status::exited;
    c.doing = step::none;
    static_cast<void>(co_await tidy(r)); // else before the next start
    static_cast<void>(save(*r));         // else it is undone by the next engine
    state_changed(*r);
    if (c.host_config.auto_remove && !r->removing) static_cast<void>(co_await erase(r, true));
}

MOCKER_DECL void engine::core::started(record_ptr const& r) {
    auto& c = r->info;
    ++r->run;
    r->log = std::make_shared<log_end>();
    c.state = status::running;
    c.doing = step::none;
    c.pid = r->process->pid();
    c.started_at = now();
    c.exit_code = 0;
    c.oom_killed = false;
    c.stopped_by_user = false;
    // A row that says `starting` is rolled forward by the next engine, since the process is there.
    static_cast<void>(save(*r));
    emit(*r, "start");
    state_changed(*r);
    tasks.spawn(watch(r, r->process));
}

MOCKER_DECL awaitable<void> engine::core::watch(record_ptr r, std::shared_ptr<runtime::process> process) {
    static constexpr int unknown_end = 255;
    auto how = co_await process->wait();
    if (!how) {
        runtime::exit_status lost;
        lost.code = unknown_end;
        lost.finished_at = now();
        how = lost;
    }
    exited(r, *how);
}

/// The end of a run: recorded first, then told.
MOCKER_DECL void engine::core::exited(record_ptr const& r, runtime::exit_status how) {
    auto& c = r->info;
    c.exit_code = how.code;
    c.oom_killed = how.oom_killed;
    c.finished_at = how.finished_at;
    c.pid = 0;
    c.state = wants_restart(*r) ? status::restarting : status::exited;
    if (bridge) bridge->release(c.id);
    c.endpoint.reset();
    bool const saved = save(*r).has_value();
    r->process.reset();
    if (r->log) r->log->reach();
    finish_waiters(*r, false);
    auto const lasted = c.started_at ? how.finished_at - *c.started_at : std::chrono::nanoseconds(0);
    auto const seconds = std::max<long long>(0, std::chrono::duration_cast<std::chrono::seconds>(lasted).count());
    if (how.oom_killed) emit(*r, "oom");
    emit(*r, "die", {{"execDuration", std::to_string(seconds)}, {"exitCode", std::to_string(how.code)}});
    state_changed(*r);
    if (seconds >= 10) r->restart_delay = {};
    // What could not be recorded stays in the runtime's directory, where the next engine finds it.
    if (saved || c.host_config.auto_remove) tasks.spawn(after_exit(r, r->run));
}

MOCKER_DECL bool engine::core::wants_restart(record const& r) const {
    auto const& c = r.info;
    auto const& policy = c.host_config.restart_policy;
    if (closing || r.removing || c.stopped_by_user) return false;
    if (policy.name == "always" || policy.name == "unless-stopped") return true;
    auto const most = static_cast<unsigned>(policy.maximum_retry_count);
    return policy.name == "on-failure" && c.exit_code != 0 && (most == 0 || c.restart_count < most);
}

/// What follows an exit: the remains go, and with `--rm` the container, or it starts again.
MOCKER_DECL awaitable<void> engine::core::after_exit(record_ptr r, unsigned run) {
    if (r->info.state == status::restarting) co_return co_await restart_later(r, run);
    auto const lock_held = co_await r->mutex.lock();
    if (r->run != run || r->process || r->removing) co_return;
    if (r->info.host_config.auto_remove) static_cast<void>(co_await erase(r, true)); // the next engine tries again
    else static_cast<void>(co_await tidy(r));                                         // so does the next start
}

MOCKER_DECL awaitable<void> engine::core::restart_later(record_ptr r, unsigned run) {
    static constexpr std::chrono::milliseconds shortest{100}, longest{60'000};
    r->restart_delay = std::clamp(r->restart_delay * 2, shortest, longest);
    bool const called_off = co_await async::race(detail::wait_for_state_change(r, run, status::restarting), r->restart_delay);
    auto const lock_held = co_await r->mutex.lock();
    if (r->run != run || r->process || r->removing) co_return;
    if (called_off || r->info.state != status::restarting) {
        static_cast<void>(co_await tidy(r));
        co_return;
    }
    ++r->info.restart_count;
    static_cast<void>(co_await begin(r)); // a failure is kept in the container's error
}

/// Takes away what the last run left with the runtime. The caller holds the mutex.
MOCKER_DECL awaitable<result<>> engine::core::tidy(record_ptr r) {
    if (!r->dirty) co_return result<>{};
    detail::cleanup_job job{runner.get(), r->info.id, cgroup_path(r->info), r->info.state_directory, {}};
    MOCKER_CHECK(co_await async::offload(pool, std::move(job)));
    r->dirty = false;
    co_return result<>{};
}

} // namespace mocker::engine

#endif
