#ifndef MOCKER_ENGINE_DETAIL_CORE_HPP
#define MOCKER_ENGINE_DETAIL_CORE_HPP

#include <mocker/async/event.hpp>
#include <mocker/async/task_group.hpp>
#include <mocker/core/unique_fd.hpp>
#include <mocker/engine/container_table.hpp>
#include <mocker/engine/detail/async_mutex.hpp>
#include <mocker/engine/engine.hpp>
#include <mocker/engine/spec.hpp>

#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mocker::engine::detail {

class container_session;

/// An exec and its process.
struct exec_record {
    explicit exec_record(asio::any_io_executor executor) : changed(std::move(executor)) {}

    exec_info info{};
    std::string state_directory{};
    std::shared_ptr<runtime::process> process{};
    std::optional<std::chrono::steady_clock::time_point> ended{};
    async::event changed;
};

/// A container and what the engine holds for it.
struct record {
    explicit record(asio::any_io_executor executor) : mutex(executor), changed(executor) {}

    container info{};
    async_mutex mutex;                            ///< held over each operation of several steps
    async::event changed;                         ///< its state is another
    std::shared_ptr<runtime::process> process{};  ///< from its creation by the runtime to its end
    std::shared_ptr<log_end> log{};               ///< of the present run
    std::vector<std::shared_ptr<wait_handle::shared_state>> waiters{};
    std::vector<std::weak_ptr<container_session>> sessions{}; ///< attached before the start
    std::map<std::string, std::shared_ptr<exec_record>, std::less<>> execs{};
    unsigned run = 0;                             ///< counts the starts
    bool dirty = false;                           ///< the runtime's remains of the last run are still there
    bool removing = false;                        ///< somebody removes it
    std::chrono::milliseconds restart_delay{0};   ///< before the next automatic start
};

MOCKER_DECL bool is_up(record const& r);

using record_ptr = std::shared_ptr<record>;
using exec_record_ptr = std::shared_ptr<exec_record>;

/// The result of an operation that does not depend on who waits for it.
template <class T>
struct kept_outcome {
    explicit kept_outcome(asio::any_io_executor executor) : done(std::move(executor)) {}

    std::optional<result<T>> value{};
    std::exception_ptr thrown{};
    async::event done;
};

template <class T>
awaitable<void> keep_outcome(awaitable<result<T>> operation, std::shared_ptr<kept_outcome<T>> out) {
    try {
        out->value.emplace(co_await std::move(operation));
    } catch (...) {
        out->thrown = std::current_exception();
    }
    out->done.notify_all();
}

} // namespace mocker::engine::detail

namespace mocker::engine {

/// The engine's parts and its work. All of it runs on one strand.
struct engine::core {
    using record = detail::record;
    using record_ptr = detail::record_ptr;
    using exec_record_ptr = detail::exec_record_ptr;

    core(asio::any_io_executor executor, engine_options options);

    // engine.ipp
    result<record_ptr> find(std::string_view name_or_id) const;
    result<> save(record& r);
    void keep_log_short();
    void emit(record const& r, std::string action, std::vector<std::pair<std::string, std::string>> more = {});
    void state_changed(record& r);
    void finish_waiters(record& r, bool removed);
    result<network::bridge*> open_bridge();
    void forget(record const& r);
    awaitable<void> shutdown();

    /// Runs @p operation to its end, whatever becomes of the caller.
    template <class T>
    awaitable<result<T>> protect(awaitable<result<T>> operation) {
        auto const out = std::make_shared<detail::kept_outcome<T>>(executor);
        operations.spawn(detail::keep_outcome<T>(std::move(operation), out));
        while (!out->value && !out->thrown) co_await out->done.wait();
        if (out->thrown) std::rethrow_exception(out->thrown);
        co_return std::move(*out->value);
    }

    // open.ipp
    awaitable<result<>> open(engine_services services);
    result<> open_directories();
    awaitable<result<>> take_lock();
    result<> load();
    awaitable<void> reconcile();
    awaitable<result<>> recover(record_ptr r);
    awaitable<result<>> recover_running(record_ptr r);
    awaitable<void> remove_strangers();
    void start_again();

    // create.ipp
    awaitable<result<created>> create(std::string name, types::container_create_request request);
    result<std::string> choose_name(std::string const& wanted, std::string const& id) const;
    awaitable<result<>> build_container(record_ptr r);
    result<> make_volumes(container& c);
    awaitable<result<>> fill_volumes(container const& c);

    // start.ipp
    awaitable<result<>> start(std::string ref);
    awaitable<result<>> begin(record_ptr r);
    awaitable<result<>> launch(record_ptr r);
    result<runtime::launch_request> prepare(record& r);
    result<> write_files(container const& c);
    awaitable<void> failed_to_start(record_ptr r, error why);
    void started(record_ptr const& r);
    awaitable<void> watch(record_ptr r, std::shared_ptr<runtime::process> process);
    void exited(record_ptr const& r, runtime::exit_status how);
    bool wants_restart(record const& r) const;
    awaitable<void> after_exit(record_ptr r, unsigned run);
    awaitable<void> restart_later(record_ptr r, unsigned run);
    awaitable<result<>> tidy(record_ptr r);

    // stop.ipp
    awaitable<result<>> stop(std::string ref, std::optional<std::string> signal, std::optional<int> timeout_seconds);
    awaitable<result<>> bring_down(record_ptr r, std::optional<std::string> signal, std::optional<int> timeout_seconds);
    awaitable<result<>> restart(std::string ref, std::optional<std::string> signal, std::optional<int> timeout_seconds);
    awaitable<result<>> kill(std::string ref, std::string signal);
    awaitable<result<>> send_signal(record_ptr r, int signal);
    awaitable<bool> ended_within(record_ptr r, unsigned run, std::optional<std::chrono::milliseconds> limit);

    // remove.ipp
    awaitable<result<>> remove(std::string ref, bool force, bool volumes);
    awaitable<result<>> erase(record_ptr r, bool volumes);
    void remove_anonymous_volumes(container const& c);

    // attach.ipp
    awaitable<result<std::unique_ptr<attach_session>>> attach(std::string ref, attach_options options);
    awaitable<result<>> connect_sessions(record_ptr r);
    void end_sessions(record& r);

    // exec.ipp
    result<std::string> create_exec(std::string_view ref, types::exec_config config);
    result<exec_record_ptr> find_exec(std::string_view id) const;
    awaitable<result<std::unique_ptr<attach_session>>> start_exec(std::string id, exec_start_options options);
    awaitable<result<std::shared_ptr<runtime::process>>> make_exec(record_ptr r, exec_record_ptr e, exec_start_options options);
    awaitable<void> watch_exec(record_ptr r, exec_record_ptr e);
    void exec_ended(record const& r, detail::exec_record& e, int code);
    awaitable<void> watch_stray_exec(std::string directory);

    std::string cgroup_path(container const& c) const { return options.cgroup_parent + "/" + c.id; }

    asio::any_io_executor executor;
    engine_options options;
    std::unique_ptr<runtime::runtime> runner{};
    std::function<result<image::image>(std::string_view)> find_image{};
    spec_environment environment{};
    unique_fd lock{};
    container_table table{};
    std::optional<volume::store> volumes{};
    std::optional<network::bridge> bridge{};
    event_bus events;
    std::map<std::string, record_ptr, std::less<>> by_id{};
    std::map<std::string, record_ptr, std::less<>> by_name{};
    std::map<std::string, std::pair<std::weak_ptr<record>, exec_record_ptr>, std::less<>> execs{};
    bool closing = false;
    bool checkpointing = false;
    asio::thread_pool pool{1};
    std::unique_ptr<image::store> images{};
    std::shared_ptr<core*> self = std::make_shared<core*>(this); ///< sessions may outlive the engine: they hold this weakly
    async::task_group tasks;      ///< what ends when the engine does
    async::task_group operations; ///< what the engine's end waits for
};

} // namespace mocker::engine

#endif
