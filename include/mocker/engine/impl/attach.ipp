#ifndef MOCKER_ENGINE_IMPL_ATTACH_IPP
#define MOCKER_ENGINE_IMPL_ATTACH_IPP

#include <mocker/engine/detail/core.hpp>
#include <mocker/engine/detail/sessions.hpp>

#include <utility>
#include <vector>

namespace mocker::engine {
namespace detail {

/// Ends the standard input of a container whose client has gone.
MOCKER_DECL awaitable<void> close_and_detach(std::unique_ptr<runtime::attachment> live) {
    static_cast<void>(co_await live->close_stdin()); // the container may be gone as well
}

MOCKER_DECL attached_to_container::~attached_to_container() {
    auto const& config = session_->owner->info.config;
    bool const closes = session_->live && takes_input() && config.stdin_once && !config.tty;
    auto const core = core_.lock();
    if (closes && core && !(*core)->closing) (*core)->tasks.spawn(close_and_detach(std::move(session_->live)));
}

MOCKER_DECL bool attached_to_container::takes_input() const noexcept {
    return session_->options.in && session_->owner->info.config.open_stdin;
}

/// The next piece of the log: entries of one stream that follow each other.
MOCKER_DECL awaitable<result<std::optional<runtime::output>>> attached_to_container::read_replay() {
    auto const session = session_;
    if (session->entries.empty()) {
        MOCKER_TRY(entries, co_await session->replay->read());
        session->entries = entries;
    }
    if (session->entries.empty()) {
        session->replay.reset();
        co_return std::optional<runtime::output>();
    }
    runtime::output piece;
    piece.from = session->entries.front().from;
    while (!session->entries.empty() && session->entries.front().from == piece.from) {
        piece.data += session->entries.front().line;
        session->entries = session->entries.subspan(1);
    }
    co_return std::optional<runtime::output>(std::move(piece));
}

MOCKER_DECL awaitable<result<std::optional<runtime::output>>> attached_to_container::read() {
    auto const session = session_;
    if (session->replay) {
        MOCKER_TRY(piece, co_await read_replay());
        if (piece) co_return std::move(piece);
    }
    if (!session->options.stream) co_return std::optional<runtime::output>();
    while (!session->live && !session->ended) co_await session->changed.wait();
    if (!session->live) co_return std::optional<runtime::output>();
    co_return co_await session->live->read();
}

MOCKER_DECL awaitable<result<>> attached_to_container::write_stdin(std::string_view bytes) {
    auto const session = session_;
    if (!takes_input()) co_return result<>{}; // as Docker does: it goes nowhere
    while (!session->live && !session->ended) co_await session->changed.wait();
    if (!session->live) co_return error(errc::conflict, "container " + session->owner->info.id + " is not running");
    co_return co_await session->live->write_stdin(bytes);
}

MOCKER_DECL awaitable<result<>> attached_to_container::close_stdin() {
    auto const session = session_;
    auto const& config = session->owner->info.config;
    if (!takes_input() || !config.stdin_once || config.tty) co_return result<>{};
    while (!session->live && !session->ended) co_await session->changed.wait();
    if (!session->live) co_return result<>{};
    co_return co_await session->live->close_stdin();
}

/// Keeps @p session for the next start, and drops those whose users have gone.
MOCKER_DECL void add_session(record& r, std::shared_ptr<container_session> const& session) {
    std::erase_if(r.sessions, [](auto const& s) { return s.expired(); });
    r.sessions.push_back(session);
}

} // namespace detail

MOCKER_DECL awaitable<result<std::unique_ptr<attach_session>>> engine::core::attach(std::string ref, attach_options wanted) {
    MOCKER_TRY(r, find(ref));
    auto& c = r->info;
    if (c.state == status::paused) co_return error(errc::conflict, "container " + ref + " is paused, unpause the container before attach");
    if (c.state == status::restarting)
        co_return error(errc::conflict, "container " + ref + " is restarting, wait until the container is running");
    auto const session = std::make_shared<detail::container_session>(executor, r, wanted);
    auto attached = std::make_unique<detail::attached_to_container>(self, session);
    if (wanted.stream && r->process) {
        auto const process = r->process;
        auto live = co_await process->attach(wanted.in && c.config.open_stdin, wanted.out, wanted.err);
        if (live) session->live = std::move(*live);
        else session->ended = true; // it ended just now
    } else if (wanted.stream) {
        detail::add_session(*r, session);
    }
    if (wanted.logs && !c.log_path.empty()) {
        log_options replayed;
        replayed.out = wanted.out;
        replayed.err = wanted.err;
        MOCKER_TRY(log, open_log(executor, c.log_path, std::move(replayed)));
        session->replay = std::move(log);
    }
    emit(*r, "attach");
    co_return std::unique_ptr<attach_session>(std::move(attached));
}

/// Connects those who attached before the start. The process exists and does not run yet, so nothing is missed.
MOCKER_DECL awaitable<result<>> engine::core::connect_sessions(record_ptr r) {
    while (!r->sessions.empty()) {
        auto const session = r->sessions.back().lock();
        r->sessions.pop_back();
        if (!session) continue;
        bool const in = session->options.in && r->info.config.open_stdin;
        MOCKER_TRY(live, co_await r->process->attach(in, session->options.out, session->options.err));
        session->live = std::move(live);
        session->changed.notify_all();
    }
    co_return result<>{};
}

MOCKER_DECL void engine::core::end_sessions(record& r) {
    for (auto const& weak : std::exchange(r.sessions, {}))
        if (auto const session = weak.lock()) {
            session->ended = true;
            session->changed.notify_all();
        }
}

} // namespace mocker::engine

#endif
