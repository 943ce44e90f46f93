#ifndef MOCKER_ENGINE_IMPL_START_EXEC_IPP
#define MOCKER_ENGINE_IMPL_START_EXEC_IPP

#include <mocker/async/offload.hpp>
#include <mocker/core/file.hpp>
#include <mocker/core/id.hpp>
#include <mocker/engine/detail/cleanup.hpp>
#include <mocker/engine/detail/core.hpp>
#include <mocker/engine/detail/sessions.hpp>

#include <algorithm>

namespace mocker::engine {
namespace detail {

/// The command of an exec, as its events show it.
MOCKER_DECL std::string command_text(types::exec_config const& config) {
    std::string text;
    for (auto const& word : config.cmd.value_or(types::word_list())) text += (text.empty() ? "" : " ") + word;
    return text;
}

MOCKER_DECL error exec_state_error(container const& c) {
    if (c.state == status::paused)
        return {errc::conflict, "Container " + c.id + " is paused, unpause the container before exec"};
    if (c.state == status::restarting)
        return {errc::conflict, "Container " + c.id + " is restarting, wait until the container is running"};
    return {errc::conflict, "container " + c.id + " is not running"};
}

MOCKER_DECL awaitable<result<std::optional<runtime::output>>> attached_to_exec::read() {
    auto const e = exec_;
    MOCKER_TRY(piece, co_await live_->read());
    if (piece) co_return std::move(piece);
    while (e->info.running) co_await e->changed.wait(); // its exit status is known before its end is seen
    co_return std::optional<runtime::output>();
}

MOCKER_DECL awaitable<result<>> attached_to_exec::write_stdin(std::string_view bytes) { return live_->write_stdin(bytes); }
MOCKER_DECL awaitable<result<>> attached_to_exec::close_stdin() { return live_->close_stdin(); }

/// Drops execs that ended some time ago, so that a container that is probed for months does not grow.
MOCKER_DECL std::vector<std::string> drop_old_execs(record& r) {
    static constexpr std::chrono::minutes kept{5};
    std::vector<std::string> dropped;
    auto const limit = std::chrono::steady_clock::now() - kept;
    std::erase_if(r.execs, [&](auto const& entry) {
        auto const& [id, e] = entry;
        bool const old = e->ended && *e->ended < limit;
        if (old) dropped.push_back(id);
        return old;
    });
    return dropped;
}

} // namespace detail

MOCKER_DECL result<std::string> engine::core::create_exec(std::string_view ref, types::exec_config config) {
    MOCKER_TRY_RETURN(r, find(ref));
    if (r->info.state != status::running) return detail::exec_state_error(r->info);
    MOCKER_TRY_RETURN(spec, build_spec(r->info, environment));
    MOCKER_TRY_RETURN(checked, build_exec_process(r->info, spec, config));
    for (auto const& id : detail::drop_old_execs(*r)) execs.erase(id);
    auto const e = std::make_shared<detail::exec_record>(executor);
    e->info.id = random_id();
    e->info.container_id = r->info.id;
    e->info.config = std::move(config);
    e->state_directory = options.exec_root + "/exec/" + e->info.id;
    r->execs.emplace(e->info.id, e);
    execs.emplace(e->info.id, std::pair(std::weak_ptr(r), e));
    emit(*r, "exec_create: " + detail::command_text(e->info.config), {{"execID", e->info.id}});
    return e->info.id;
}

MOCKER_DECL result<detail::exec_record_ptr> engine::core::find_exec(std::string_view id) const {
    if (auto const found = execs.find(id); found != execs.end()) return found->second.second;
    return error(errc::not_found, "No such exec instance: " + std::string(id));
}

MOCKER_DECL awaitable<result<std::shared_ptr<runtime::process>>> engine::core::make_exec(record_ptr r, exec_record_ptr e,
                                                                                         exec_start_options wanted) {
    auto const& config = e->info.config;
    MOCKER_TRY(spec, build_spec(r->info, environment));
    MOCKER_TRY(process, build_exec_process(r->info, spec, config));
    runtime::exec_request request;
    request.id = e->info.id;
    request.state_directory = e->state_directory;
    request.process = std::move(process);
    request.io.terminal = config.tty;
    request.io.open_stdin = config.attach_stdin && !wanted.detach;
    request.io.stdin_once = true;
    request.io.rows = wanted.rows;
    request.io.columns = wanted.columns;
    if (wanted.rows == 0 && config.console_size) {
        request.io.rows = static_cast<std::uint16_t>(std::min((*config.console_size)[0], 65535U));
        request.io.columns = static_cast<std::uint16_t>(std::min((*config.console_size)[1], 65535U));
    }
    request.container_pid = r->info.pid;
    request.cgroup_path = cgroup_path(r->info);
    if (!config.privileged) request.seccomp = spec.linux_.seccomp;
    co_return co_await runner->exec(std::move(request));
}

MOCKER_DECL awaitable<result<std::unique_ptr<attach_session>>> engine::core::start_exec(std::string id,
                                                                                        exec_start_options wanted) {
    MOCKER_TRY(e, find_exec(id));
    auto const r = execs.find(id)->second.first.lock();
    if (e->info.started) co_return error(errc::conflict, "exec command " + id + " has already run");
    if (!r || r->info.state != status::running)
        co_return r ? detail::exec_state_error(r->info) : error(errc::not_found, "No such exec instance: " + id);
    e->info.started = true;
    e->info.running = true;
    auto const command = detail::command_text(e->info.config);
    std::unique_ptr<runtime::attachment> live;
    auto made = co_await make_exec(r, e, wanted);
    result<> up;
    if (!made) up = made.error();
    if (up && !wanted.detach) {
        auto const& config = e->info.config;
        auto attached = co_await (*made)->attach(config.attach_stdin, config.attach_stdout || config.tty, config.attach_stderr);
        if (attached) live = std::move(*attached);
        else up = attached.error();
    }
    if (up) {
        e->process = *made;
        up = co_await e->process->start();
    }
    if (!up) {
        auto const code = up.error().code();
        exec_ended(*r, *e, code == errc::command_not_found ? 127 : code == errc::command_not_executable ? 126 : 128);
        static_cast<void>(remove_tree(e->state_directory)); // a few files; else with the next engine
        co_return up.error();
    }
    e->info.pid = e->process->pid();
    emit(*r, "exec_start: " + command, {{"execID", id}});
    tasks.spawn(watch_exec(r, e));
    if (wanted.detach) co_return std::unique_ptr<attach_session>();
    co_return std::unique_ptr<attach_session>(std::make_unique<detail::attached_to_exec>(e, std::move(live)));
}

MOCKER_DECL awaitable<void> engine::core::watch_exec(record_ptr r, exec_record_ptr e) {
    auto const process = e->process;
    auto const how = co_await process->wait();
    exec_ended(*r, *e, how ? how->code : 255);
    detail::cleanup_job job{nullptr, {}, {}, e->state_directory, {}};
    static_cast<void>(co_await async::offload(pool, std::move(job))); // else with the next engine
}

MOCKER_DECL void engine::core::exec_ended(record const& r, detail::exec_record& e, int code) {
    e.info.running = false;
    e.info.exit_code = code;
    e.info.pid = 0;
    e.ended = std::chrono::steady_clock::now();
    e.process.reset();
    e.changed.notify_all();
    emit(r, "exec_die", {{"execID", e.info.id}, {"exitCode", std::to_string(code)}});
}

/// An exec of an engine that ended before it did: only its remains concern us.
MOCKER_DECL awaitable<void> engine::core::watch_stray_exec(std::string directory) {
    auto const process = co_await runner->reattach(directory);
    if (process) static_cast<void>(co_await (*process)->wait());
    detail::cleanup_job job{nullptr, {}, {}, std::move(directory), {}};
    static_cast<void>(co_await async::offload(pool, std::move(job)));
}

} // namespace mocker::engine

#endif
