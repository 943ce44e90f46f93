#ifndef MOCKER_ENGINE_IMPL_ENGINE_IPP
#define MOCKER_ENGINE_IMPL_ENGINE_IPP

#include <mocker/async/offload.hpp>
#include <mocker/engine/detail/core.hpp>
#include <mocker/engine/engine.hpp>
#include <mocker/engine/names.hpp>

#include <algorithm>

namespace mocker::engine {
namespace detail {

/// Makes the database's log durable, on another thread.
struct checkpoint_job {
    std::string path{};
    result<> operator()() const { return database::checkpoint(path); }
};

MOCKER_DECL awaitable<void> run_checkpoint(asio::thread_pool& pool, std::string path, bool& running) {
    checkpoint_job job{std::move(path)};
    // What fails now is tried again after the next change.
    static_cast<void>(co_await async::offload(pool, std::move(job)));
    running = false;
}

} // namespace detail

MOCKER_DECL engine::core::core(asio::any_io_executor ex, engine_options o)
    : executor(ex), options(std::move(o)), events(ex), tasks(ex), operations(ex) {}

MOCKER_DECL result<detail::record_ptr> engine::core::find(std::string_view name_or_id) const {
    if (auto const exact = by_id.find(name_or_id); exact != by_id.end()) return exact->second;
    if (auto const named = by_name.find(without_slash(name_or_id)); named != by_name.end()) return named->second;
    auto const none = error(errc::not_found, "No such container: " + std::string(name_or_id));
    if (name_or_id.empty()) return none;
    auto const first = by_id.lower_bound(name_or_id);
    if (first == by_id.end() || !first->first.starts_with(name_or_id)) return none;
    if (auto const second = std::next(first); second != by_id.end() && second->first.starts_with(name_or_id))
        return error(errc::malformed, "multiple IDs found with provided prefix: " + std::string(name_or_id));
    return first->second;
}

MOCKER_DECL result<> engine::core::save(record& r) {
    auto const written = table.update(r.info);
    keep_log_short();
    return written;
}

MOCKER_DECL void engine::core::keep_log_short() {
    static constexpr int enough_pages = 1'000;
    if (checkpointing || closing || table.log_pages() < enough_pages) return;
    checkpointing = true;
    tasks.spawn(detail::run_checkpoint(pool, table.path(), checkpointing));
}

MOCKER_DECL void engine::core::emit(record const& r, std::string action,
                                    std::vector<std::pair<std::string, std::string>> more) {
    event e{"container", std::move(action), r.info.id, std::move(more), {}};
    if (r.info.config.labels)
        for (auto const& [key, value] : *r.info.config.labels) e.attributes.emplace_back(key, value);
    e.attributes.emplace_back("image", r.info.image_name);
    e.attributes.emplace_back("name", r.info.name);
    events.emit(std::move(e));
}

MOCKER_DECL void engine::core::state_changed(record& r) { r.changed.notify_all(); }

/// Tells those whose condition has come true: the end of a run, or the end of the container.
MOCKER_DECL void engine::core::finish_waiters(record& r, bool removed) {
    auto const due = [&](auto const& waiter) { return removed || waiter->condition != wait_condition::removed; };
    for (auto const& waiter : r.waiters) {
        if (!due(waiter)) continue;
        // A removal that went well is no error, whatever the last start was; so says Docker.
        waiter->value = {r.info.exit_code, removed ? std::string() : r.info.error};
        waiter->done = true;
        waiter->changed.notify_all();
    }
    std::erase_if(r.waiters, due);
}

MOCKER_DECL result<network::bridge*> engine::core::open_bridge() {
    if (!bridge) {
        auto opened = network::bridge::open(options.bridge);
        if (!opened) return opened.error().within("failed to set up container networking");
        bridge.emplace(std::move(*opened));
        for (auto const& [id, r] : by_id)
            if (r->info.endpoint) bridge->adopt(*r->info.endpoint);
    }
    return &*bridge;
}

MOCKER_DECL void engine::core::forget(record const& r) {
    for (auto const& [id, e] : r.execs) execs.erase(id);
    by_name.erase(r.info.name);
    by_id.erase(r.info.id); // last: it may hold the record
}

MOCKER_DECL awaitable<void> engine::core::shutdown() {
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    closing = true;
    events.close();
    co_await operations.join();
    tasks.cancel();
    co_await tasks.join();
    for (auto const& [id, r] : by_id) {
        for (auto const& waiter : r->waiters) {
            waiter->closed = true;
            waiter->changed.notify_all();
        }
        end_sessions(*r);
        if (r->log) r->log->reach();
        for (auto const& [exec_id, e] : r->execs) e->process.reset();
        r->process.reset();
    }
}

MOCKER_DECL engine::engine(std::unique_ptr<core> c) : core_(std::move(c)) {}
MOCKER_DECL engine::~engine() = default;

MOCKER_DECL awaitable<result<std::unique_ptr<engine>>> engine::open(asio::any_io_executor executor, engine_options options) {
    engine_services none;
    co_return co_await open(std::move(executor), std::move(options), std::move(none));
}

MOCKER_DECL awaitable<result<std::unique_ptr<engine>>> engine::open(asio::any_io_executor executor, engine_options options,
                                                                   engine_services services) {
    auto opened = std::make_unique<core>(std::move(executor), std::move(options));
    auto done = co_await opened->open(std::move(services));
    if (!done) {
        co_await opened->shutdown();
        co_return std::move(done).error();
    }
    co_return std::unique_ptr<engine>(new engine(std::move(opened)));
}

MOCKER_DECL awaitable<void> engine::shutdown() { return core_->shutdown(); }
MOCKER_DECL engine_options const& engine::options() const noexcept { return core_->options; }
MOCKER_DECL asio::any_io_executor engine::executor() const { return core_->executor; }
MOCKER_DECL image::store& engine::images() noexcept { return *core_->images; }
MOCKER_DECL volume::store& engine::volumes() noexcept { return *core_->volumes; }
MOCKER_DECL result<network::bridge*> engine::bridge() { return core_->open_bridge(); }
MOCKER_DECL event_bus& engine::events() noexcept { return core_->events; }

MOCKER_DECL awaitable<result<created>> engine::create(std::string name, types::container_create_request request) {
    return core_->protect(core_->create(std::move(name), std::move(request)));
}

MOCKER_DECL result<container_ptr> engine::find(std::string_view name_or_id) const {
    MOCKER_TRY_RETURN(r, core_->find(name_or_id));
    return container_ptr(r, &r->info);
}

MOCKER_DECL std::vector<container_ptr> engine::list() const {
    std::vector<container_ptr> all;
    all.reserve(core_->by_id.size());
    for (auto const& [id, r] : core_->by_id)
        if (r->info.doing != step::creating) all.emplace_back(r, &r->info);
    std::sort(all.begin(), all.end(), [](auto const& a, auto const& b) { return a->created > b->created; });
    return all;
}

MOCKER_DECL awaitable<result<>> engine::start(std::string ref) { return core_->protect(core_->start(std::move(ref))); }

MOCKER_DECL awaitable<result<>> engine::stop(std::string ref, std::optional<std::string> signal,
                                             std::optional<int> timeout_seconds) {
    return core_->protect(core_->stop(std::move(ref), std::move(signal), timeout_seconds));
}

MOCKER_DECL awaitable<result<>> engine::restart(std::string ref, std::optional<std::string> signal,
                                                std::optional<int> timeout_seconds) {
    return core_->protect(core_->restart(std::move(ref), std::move(signal), timeout_seconds));
}

MOCKER_DECL awaitable<result<>> engine::kill(std::string ref, std::string signal) {
    return core_->protect(core_->kill(std::move(ref), std::move(signal)));
}

MOCKER_DECL result<wait_handle> engine::register_wait(std::string_view ref, wait_condition condition) {
    MOCKER_TRY_RETURN(r, core_->find(ref));
    auto state = std::make_shared<wait_handle::shared_state>(core_->executor);
    state->condition = condition;
    if (condition == wait_condition::not_running && !r->info.is_running() && r->info.doing != step::starting) {
        state->value = {r->info.exit_code, r->info.error};
        state->done = true;
    } else {
        r->waiters.push_back(state);
    }
    return wait_handle(std::move(state));
}

MOCKER_DECL awaitable<result<>> engine::remove(std::string ref, bool force, bool volumes) {
    return core_->protect(core_->remove(std::move(ref), force, volumes));
}

MOCKER_DECL awaitable<result<>> engine::resize(std::string ref, std::uint16_t rows, std::uint16_t columns) {
    MOCKER_TRY(r, core_->find(ref));
    auto const process = r->process;
    if (!process || !r->info.is_running()) co_return error(errc::conflict, "container " + r->info.id + " is not running");
    MOCKER_CHECK(co_await process->resize(rows, columns));
    core_->emit(*r, "resize", {{"height", std::to_string(rows)}, {"width", std::to_string(columns)}});
    co_return result<>{};
}

MOCKER_DECL awaitable<result<std::unique_ptr<attach_session>>> engine::attach(std::string ref, attach_options options) {
    return core_->attach(std::move(ref), options);
}

MOCKER_DECL result<std::unique_ptr<log_reader>> engine::logs(std::string_view ref, log_options options) {
    MOCKER_TRY_RETURN(r, core_->find(ref));
    if (!options.out && !options.err)
        return error(errc::malformed, "Bad parameters: you must choose at least one stream");
    if (r->info.state == status::removing || r->info.state == status::dead)
        return error(errc::conflict, "can not get logs from container which is dead or marked for removal");
    if (r->info.log_path.empty()) return error(errc::unsupported, "configured logging driver does not support reading");
    return open_log(core_->executor, r->info.log_path, std::move(options), r->info.is_running() ? r->log : nullptr);
}

MOCKER_DECL result<std::string> engine::create_exec(std::string_view ref, types::exec_config config) {
    return core_->create_exec(ref, std::move(config));
}

MOCKER_DECL awaitable<result<std::unique_ptr<attach_session>>> engine::start_exec(std::string id, exec_start_options options) {
    return core_->protect(core_->start_exec(std::move(id), options));
}

MOCKER_DECL result<exec_ptr> engine::find_exec(std::string_view id) const {
    MOCKER_TRY_RETURN(e, core_->find_exec(id));
    return exec_ptr(e, &e->info);
}

MOCKER_DECL std::vector<std::string> engine::exec_ids(std::string_view container_id) const {
    std::vector<std::string> running;
    if (auto const found = core_->by_id.find(container_id); found != core_->by_id.end())
        for (auto const& [id, e] : found->second->execs)
            if (e->info.running) running.push_back(id);
    return running;
}

MOCKER_DECL awaitable<result<>> engine::resize_exec(std::string id, std::uint16_t rows, std::uint16_t columns) {
    MOCKER_TRY(e, core_->find_exec(id));
    auto const process = e->process;
    if (!process || !e->info.running) co_return error(errc::malformed, "exec process is not started");
    co_return co_await process->resize(rows, columns);
}

} // namespace mocker::engine

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/engine/impl/attach.ipp>
#include <mocker/engine/impl/create.ipp>
#include <mocker/engine/impl/open.ipp>
#include <mocker/engine/impl/remove.ipp>
#include <mocker/engine/impl/start.ipp>
#include <mocker/engine/impl/start_exec.ipp>
#include <mocker/engine/impl/stop.ipp>
#endif
#endif
