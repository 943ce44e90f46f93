#ifndef MOCKER_ENGINE_IMPL_STOP_IPP
#define MOCKER_ENGINE_IMPL_STOP_IPP

#include <mocker/async/with_timeout.hpp>
#include <mocker/engine/detail/core.hpp>
#include <mocker/engine/signals.hpp>

#include <boost/system/errc.hpp>

#include <signal.h>

namespace mocker::engine {
namespace detail {

MOCKER_DECL awaitable<void> wait_for_end(record_ptr r, unsigned run) {
    while (r->run == run && r->process) co_await r->changed.wait();
}

/// The signal that asks a container to stop.
MOCKER_DECL result<int> stop_signal_of(container const& c) {
    return parse_signal(c.config.stop_signal.empty() ? "SIGTERM" : c.config.stop_signal);
}

} // namespace detail

MOCKER_DECL awaitable<bool> engine::core::ended_within(record_ptr r, unsigned run,
                                                       std::optional<std::chrono::milliseconds> limit) {
    if (limit) static_cast<void>(co_await async::race(detail::wait_for_end(r, run), *limit));
    else co_await detail::wait_for_end(r, run);
    co_return r->run != run || !r->process;
}

MOCKER_DECL awaitable<result<>> engine::core::send_signal(record_ptr r, int signal) {
    auto const process = r->process;
    auto const gone = error(errc::conflict, "container " + r->info.id + " is not running");
    if (!process) co_return gone;
    auto const sent = co_await process->kill(signal);
    if (!sent && sent.error().code() == boost::system::errc::no_such_process) co_return gone;
    if (!sent) co_return sent.error();
    emit(*r, "kill", {{"signal", std::to_string(signal)}});
    co_return result<>{};
}

/// Brings a running container down. The caller holds its mutex.
MOCKER_DECL awaitable<result<>> engine::core::bring_down(record_ptr r, std::optional<std::string> signal,
                                                         std::optional<int> timeout_seconds) {
    static constexpr int default_grace_seconds = 10;
    auto& c = r->info;
    if (!c.is_running()) co_return error(errc::not_modified, "container " + c.id + " is already stopped");
    MOCKER_TRY(number, signal && !signal->empty() ? parse_signal(*signal) : detail::stop_signal_of(c));
    c.stopped_by_user = true;
    if (!r->process) { // between two starts of a restart policy
        c.state = status::exited;
        MOCKER_CHECK(save(*r));
        state_changed(*r);
        co_return result<>{};
    }
    auto const run = r->run;
    auto const grace = timeout_seconds.value_or(c.config.stop_timeout.value_or(default_grace_seconds));
    std::optional<std::chrono::milliseconds> limit;
    if (grace >= 0) limit = std::chrono::seconds(grace);
    static_cast<void>(co_await send_signal(r, number)); // it may have ended just now
    if (co_await ended_within(r, run, limit)) co_return result<>{};
    static_cast<void>(co_await send_signal(r, SIGKILL));
    if (co_await ended_within(r, run, std::chrono::seconds(default_grace_seconds))) co_return result<>{};
    co_return error(errc::internal, "container " + c.id + " did not end when it was killed");
}

MOCKER_DECL awaitable<result<>> engine::core::stop(std::string ref, std::optional<std::string> signal,
                                                   std::optional<int> timeout_seconds) {
    MOCKER_TRY(r, find(ref));
    auto const lock_held = co_await r->mutex.lock();
    MOCKER_CHECK(co_await bring_down(r, std::move(signal), timeout_seconds));
    emit(*r, "stop");
    co_return result<>{};
}

MOCKER_DECL awaitable<result<>> engine::core::restart(std::string ref, std::optional<std::string> signal,
                                                      std::optional<int> timeout_seconds) {
    MOCKER_TRY(r, find(ref));
    auto const lock_held = co_await r->mutex.lock();
    if (r->removing) co_return error(errc::conflict, "container is marked for removal and cannot be started");
    if (r->info.is_running()) {
        auto const down = co_await bring_down(r, std::move(signal), timeout_seconds);
        if (!down) co_return down.error().within("Cannot restart container " + ref);
        emit(*r, "stop");
    }
    r->info.restart_count = 0;
    auto const up = co_await begin(r);
    if (!up) co_return up.error().within("Cannot restart container " + ref);
    emit(*r, "restart");
    co_return result<>{};
}

MOCKER_DECL awaitable<result<>> engine::core::kill(std::string ref, std::string signal) {
    auto const where = "cannot kill container: " + ref;
    auto const found = find(ref);
    if (!found) co_return found.error().within(where);
    auto const r = *found;
    auto const number = signal.empty() ? result<int>(SIGKILL) : parse_signal(signal);
    if (!number) co_return number.error().within(where);
    auto& c = r->info;
    if (!c.is_running()) co_return error(errc::conflict, where + ": container " + c.id + " is not running");
    auto const stop_signal = detail::stop_signal_of(c);
    if (*number == SIGKILL || (stop_signal && *number == *stop_signal)) c.stopped_by_user = true;
    if (!r->process) { // between two starts of a restart policy
        c.stopped_by_user = true;
        c.state = status::exited;
        MOCKER_CHECK(save(*r));
        state_changed(*r);
        co_return result<>{};
    }
    auto const run = r->run;
    auto const sent = co_await send_signal(r, *number);
    if (!sent) co_return sent.error().within(where);
    if (*number == SIGKILL) static_cast<void>(co_await ended_within(r, run, std::chrono::seconds(10)));
    co_return result<>{};
}

} // namespace mocker::engine

#endif
