#ifndef MOCKER_ENGINE_IMPL_REMOVE_IPP
#define MOCKER_ENGINE_IMPL_REMOVE_IPP

#include <mocker/async/offload.hpp>
#include <mocker/core/file.hpp>
#include <mocker/engine/detail/cleanup.hpp>
#include <mocker/engine/detail/core.hpp>

#include <signal.h>

namespace mocker::engine {
namespace detail {

/// True if the container runs, or is about to.
MOCKER_DECL bool is_up(record const& r) { return r.info.is_running() || r.info.doing == step::starting; }

MOCKER_DECL result<> cleanup_job::operator()() const {
    result<> outcome;
    if (runner) outcome = runner->clean(id, state_directory, cgroup_path);
    if (outcome && !state_directory.empty()) outcome = remove_tree(state_directory);
    for (auto const& path : directories)
        if (outcome) outcome = remove_tree(path);
    return outcome;
}

} // namespace detail

MOCKER_DECL awaitable<result<>> engine::core::remove(std::string ref, bool force, bool with_volumes) {
    MOCKER_TRY(r, find(ref));
    if (r->removing) co_return error(errc::conflict, "removal of container " + ref + " is already in progress");
    auto const quoted = "cannot remove container \"/" + r->info.name + "\": ";
    if (detail::is_up(*r) && !force) {
        bool const paused = r->info.state == status::paused;
        co_return error(errc::conflict, quoted + (paused ? "container is paused and must be unpaused first"
                                                         : "container is running: stop the container before removing or force remove"));
    }
    r->removing = true;
    r->info.stopped_by_user = true;
    // Not under the mutex: whoever holds it may be waiting for this very end.
    while (r->process && r->info.state == status::running) {
        auto const run = r->run;
        static_cast<void>(co_await send_signal(r, SIGKILL)); // it may have ended just now
        if (co_await ended_within(r, run, std::chrono::seconds(10))) continue;
        r->removing = false;
        co_return error(errc::internal, quoted + "it did not end when it was killed");
    }
    auto const lock_held = co_await r->mutex.lock();
    if (r->process) { // started meanwhile, by whoever held the mutex
        auto const run = r->run;
        static_cast<void>(co_await send_signal(r, SIGKILL));
        static_cast<void>(co_await ended_within(r, run, std::chrono::seconds(10)));
    }
    auto const done = co_await erase(r, with_volumes);
    if (!done) r->removing = false;
    co_return done;
}

namespace detail {

/// What cannot be removed now is tried again with the next removal.
MOCKER_DECL awaitable<void> collect_layers(image::store& images) { static_cast<void>(co_await images.collect()); }

} // namespace detail

/// Takes away a container that does not run. The caller holds its mutex.
MOCKER_DECL awaitable<result<>> engine::core::erase(record_ptr r, bool with_volumes) {
    auto& c = r->info;
    bool const known = c.state == status::exited && c.host_config.auto_remove; // the row says enough as it is
    r->removing = true;
    c.state = status::removing;
    c.doing = with_volumes ? step::removing_with_volumes : step::removing;
    if (!known) static_cast<void>(save(*r)); // a disk that is full must not keep us from making room
    end_sessions(*r);
    detail::cleanup_job job{r->dirty ? runner.get() : nullptr, c.id, cgroup_path(c), r->dirty ? c.state_directory : std::string(),
                            {c.directory}};
    auto gone = co_await async::offload(pool, std::move(job));
    if (gone) {
        r->dirty = false;
        if (with_volumes) remove_anonymous_volumes(c);
        gone = table.erase(c.id);
    }
    if (!gone) { // it can be tried again
        r->removing = false;
        c.state = status::dead;
        static_cast<void>(save(*r));
        co_return gone.error().within("cannot remove container \"/" + c.name + "\"");
    }
    keep_log_short();
    forget(*r);
    emit(*r, "destroy");
    finish_waiters(*r, true);
    state_changed(*r);
    // An image that was removed by force left its layers to its containers.
    if (!closing && !find_image(c.image_id)) tasks.spawn(detail::collect_layers(*images));
    co_return result<>{};
}

MOCKER_DECL void engine::core::remove_anonymous_volumes(container const& c) {
    for (auto const& m : c.mounts) {
        if (m.type != mount_point::kind::volume || !m.anonymous) continue;
        // A volume that is gone already is what we want.
        if (volumes->remove(m.name)) events.emit({"volume", "destroy", m.name, {{"driver", "local"}}, {}});
    }
}

} // namespace mocker::engine

#endif
