#ifndef MOCKER_ENGINE_IMPL_OPEN_IPP
#define MOCKER_ENGINE_IMPL_OPEN_IPP

#include <mocker/async/offload.hpp>
#include <mocker/async/with_timeout.hpp>
#include <mocker/core/file.hpp>
#include <mocker/engine/detail/cleanup.hpp>
#include <mocker/engine/detail/core.hpp>
#include <mocker/runtime/native.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>

namespace mocker::engine {
namespace detail {

/// The directories of the containers that are, for the image store.
MOCKER_DECL std::vector<std::string> layers_in_use(engine::core const& core) {
    std::vector<std::string> all;
    for (auto const& [id, r] : core.by_id) all.insert(all.end(), r->info.layers.begin(), r->info.layers.end());
    return all;
}

MOCKER_DECL spec_environment this_host() {
    static constexpr long cgroup2_magic = 0x63677270;
    spec_environment out;
    struct statfs info {};
    out.cgroup_v2 = ::statfs("/sys/fs/cgroup", &info) == 0 && static_cast<long>(info.f_type) == cgroup2_magic;
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) == 0) out.hostname = name.data();
    return out;
}

/// The names in a directory; none if it is not there.
MOCKER_DECL std::vector<std::string> names_in(std::string const& directory) {
    std::vector<std::string> names;
    std::error_code failed;
    for (std::filesystem::directory_iterator at(directory, failed), end; !failed && at != end; at.increment(failed))
        names.push_back(at->path().filename().string());
    return names;
}

MOCKER_DECL bool exists(std::string const& path) {
    struct stat info {};
    return ::lstat(path.c_str(), &info) == 0;
}

MOCKER_DECL void set_paths(container& c, engine_options const& options);

/// Lets the image store ask which layers containers stand on.
MOCKER_DECL image::store_options image_options(engine::core const& core) {
    image::store_options out;
    out.layers_in_use = [&core] { return layers_in_use(core); };
    return out;
}

MOCKER_DECL std::function<result<image::image>(std::string_view)> find_in(image::store const& store) {
    return [&store](std::string_view name) { return store.find(name); };
}

} // namespace detail

MOCKER_DECL result<> engine::core::open_directories() {
    MOCKER_CHECK_RETURN(make_directories(options.data_root, 0711));
    MOCKER_CHECK_RETURN(make_directories(options.data_root + "/containers", 0711));
    MOCKER_CHECK_RETURN(make_directories(options.exec_root + "/containers", 0711));
    MOCKER_CHECK_RETURN(make_directories(options.exec_root + "/exec", 0711));
    return {};
}

MOCKER_DECL awaitable<result<>> engine::core::take_lock() {
    MOCKER_TRY(file, open_file(options.data_root + "/engine.lock", O_RDWR | O_CREAT, 0600));
    for (int attempt = 0; ::flock(file.get(), LOCK_EX | LOCK_NB) != 0; ++attempt) {
        if (errno == EINTR) continue;
        if (errno != EWOULDBLOCK) co_return error::from_errno(errno, "lock " + options.data_root);
        // A child of an engine that was killed holds the lock until it executes its program, which takes it no second.
        if (attempt == 100) co_return error(errc::unavailable, options.data_root + " is in use by another engine");
        co_await async::sleep(std::chrono::milliseconds(20));
    }
    lock = std::move(file);
    co_return result<>{};
}

MOCKER_DECL awaitable<result<>> engine::core::open(engine_services services) {
    environment = detail::this_host();
    MOCKER_CHECK(open_directories());
    MOCKER_CHECK(co_await take_lock());
    MOCKER_TRY(opened_table, container_table::open(options.data_root + "/engine.db"));
    table = std::move(opened_table);
    runner = std::move(services.runtime);
    if (!runner) {
        runtime::native_options native;
        native.shim_path = options.shim_path;
        runner = runtime::make_native_runtime(executor, std::move(native));
    }
    MOCKER_TRY(opened_volumes, volume::store::open(options.data_root + "/volumes"));
    volumes.emplace(std::move(opened_volumes));
    MOCKER_CHECK(load()); // before the images: their store asks which layers are in use
    auto image_options = detail::image_options(*this);
    MOCKER_TRY(opened_images, co_await image::store::open(executor, options.data_root, std::move(image_options)));
    images = std::move(opened_images);
    find_image = std::move(services.find_image);
    if (!find_image) find_image = detail::find_in(*images);
    co_await reconcile();
    co_return result<>{};
}

MOCKER_DECL result<> engine::core::load() {
    MOCKER_TRY_RETURN(rows, table.load());
    for (auto& row : rows) {
        auto const r = std::make_shared<record>(executor);
        r->info = std::move(row);
        detail::set_paths(r->info, options);
        by_id.emplace(r->info.id, r);
        by_name.emplace(r->info.name, r);
    }
    return {};
}

/// Brings what the database says, and what is there, together again.
MOCKER_DECL awaitable<void> engine::core::reconcile() {
    bool any_endpoint = false;
    for (auto const& [id, r] : by_id) any_endpoint = any_endpoint || r->info.endpoint;
    // Containers run on without our bridge; whoever needs it next is told why it cannot be.
    if (any_endpoint) static_cast<void>(open_bridge());
    auto const all = by_id; // recovery takes some away
    for (auto const& [id, r] : all) {
        auto const done = co_await recover(r);
        // The others are not to suffer: it says itself what is wrong, and the next start or removal tries again.
        if (!done) r->info.error = done.error().message();
    }
    co_await remove_strangers();
    start_again();
}

/// Finishes or undoes what the last engine was doing with a container.
MOCKER_DECL awaitable<result<>> engine::core::recover(record_ptr r) {
    auto& c = r->info;
    r->dirty = detail::exists(c.state_directory);
    switch (c.doing) {
    case step::creating: co_return co_await erase(r, true);
    case step::removing: co_return co_await erase(r, false);
    case step::removing_with_volumes: co_return co_await erase(r, true);
    case step::starting: co_return co_await recover_running(r);
    case step::none: break;
    }
    if (c.is_running()) co_return co_await recover_running(r);
    if (c.state == status::exited && c.host_config.auto_remove) co_return co_await erase(r, true);
    co_return co_await tidy(r);
}

MOCKER_DECL awaitable<result<>> engine::core::recover_running(record_ptr r) {
    static constexpr int unknown_end = 255;
    auto& c = r->info;
    auto found = co_await runner->reattach(c.state_directory);
    if (found) {
        r->process = std::move(*found);
        ++r->run;
        r->log = std::make_shared<log_end>();
        c.state = status::running;
        if (c.doing == step::starting) c.started_at = now();
        c.doing = step::none;
        c.pid = r->process->pid();
        MOCKER_CHECK(save(*r));
        tasks.spawn(watch(r, r->process));
        co_return result<>{};
    }
    // Nothing was started, or the machine was: what ran is gone.
    if (c.doing == step::starting || c.state == status::restarting) {
        if (c.state != status::created) c.state = status::exited;
    } else {
        c.state = status::exited;
        c.exit_code = unknown_end;
        c.finished_at = now();
    }
    c.doing = step::none;
    c.pid = 0;
    if (bridge) bridge->release(c.id);
    c.endpoint.reset();
    r->dirty = true; // cgroups may be left although the directory is not
    MOCKER_CHECK(co_await tidy(r));
    MOCKER_CHECK(save(*r));
    if (c.state == status::exited && c.host_config.auto_remove) co_return co_await erase(r, true);
    co_return result<>{};
}

/// Takes away what no row stands for.
MOCKER_DECL awaitable<void> engine::core::remove_strangers() {
    for (auto const& name : detail::names_in(options.data_root + "/containers")) {
        if (by_id.contains(name)) continue;
        detail::cleanup_job job{nullptr, {}, {}, {}, {options.data_root + "/containers/" + name}};
        static_cast<void>(co_await async::offload(pool, std::move(job)));
    }
    for (auto const& name : detail::names_in(options.exec_root + "/containers")) {
        if (by_id.contains(name)) continue;
        detail::cleanup_job job{runner.get(), name, options.cgroup_parent + "/" + name, options.exec_root + "/containers/" + name, {}};
        static_cast<void>(co_await async::offload(pool, std::move(job)));
    }
    for (auto const& name : detail::names_in(options.exec_root + "/exec"))
        tasks.spawn(watch_stray_exec(options.exec_root + "/exec/" + name));
}

/// Starts the containers whose restart policy says so.
MOCKER_DECL void engine::core::start_again() {
    for (auto const& [id, r] : by_id) {
        auto const& c = r->info;
        if (r->process || c.state == status::created) continue;
        auto const& policy = c.host_config.restart_policy.name;
        if (policy != "always" && (policy != "unless-stopped" || c.stopped_by_user)) continue;
        r->info.state = status::restarting;
        r->info.stopped_by_user = false;
        tasks.spawn(restart_later(r, r->run));
    }
}

} // namespace mocker::engine

#endif
