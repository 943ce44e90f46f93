#ifndef MOCKER_RUNTIME_IMPL_NATIVE_PROCESS_IPP
#define MOCKER_RUNTIME_IMPL_NATIVE_PROCESS_IPP

#include <mocker/async/event.hpp>
#include <mocker/core/file.hpp>
#include <mocker/runtime/detail/native_process.hpp>

#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstring>

namespace mocker::runtime::detail {

template <class Message>
std::string message_bytes(Message const& message) {
    return {reinterpret_cast<char const*>(&message), sizeof message};
}

/// The fixed part of a message; nothing if it is shorter.
template <class Message>
std::optional<Message> read_message(std::string_view from) {
    Message message;
    if (from.size() < sizeof message) return std::nullopt;
    std::memcpy(&message, from.data(), sizeof message);
    return message;
}

MOCKER_DECL time_point moment(std::int64_t seconds, std::int64_t nanoseconds) {
    return time_point(std::chrono::seconds(seconds) + std::chrono::nanoseconds(nanoseconds));
}

MOCKER_DECL void take_failure(process_state& state, std::string_view message) {
    auto const head = read_message<shim::failed_message>(message);
    if (!head) return;
    launch_failure failure;
    failure.at = static_cast<plan::op>(head->op);
    failure.error_number = head->error;
    failure.detail = static_cast<shim::execute_detail>(head->extra);
    failure.about = std::string(message.substr(sizeof *head));
    state.failure = launch_error(failure, state.exec);
}

MOCKER_DECL void take_message(process_state& state, std::string_view message) {
    switch (static_cast<shim::kind>(message[0])) {
    case shim::kind::ready:
        if (auto const head = read_message<shim::ready_message>(message)) {
            state.ready = true;
            state.pid = static_cast<pid_t>(head->pid);
            state.started = state.started || head->started != 0;
        }
        break;
    case shim::kind::failed: take_failure(state, message); break;
    case shim::kind::started: state.started = true; break;
    case shim::kind::answer:
        if (auto const head = read_message<shim::number_message>(message))
            state.answers.emplace_back(state.answered++, static_cast<int>(head->number));
        break;
    case shim::kind::ended:
        if (auto const head = read_message<shim::ended_message>(message))
            state.ended =
                exit_status{head->code, head->signal, head->oom_killed != 0, moment(head->seconds, head->nanoseconds)};
        break;
    default: break;
    }
}

/// Says that nothing more will come, however its owner ends.
struct closing_note {
    process_state& state;
    ~closing_note() {
        state.closed = true;
        state.changed.notify_all();
    }
};

MOCKER_DECL awaitable<void> read_shim(std::shared_ptr<process_state> state) {
    closing_note const note{*state};
    char buffer[sizeof(shim::failed_message) + 4096];
    while (!state->ended) {
        auto const size = co_await state->socket.receive(buffer, sizeof buffer);
        if (!size || *size == 0) break;
        take_message(*state, {buffer, *size});
        state->changed.notify_all();
    }
}

MOCKER_DECL result<exit_status> read_exit_file(std::string const& state_directory) {
    MOCKER_TRY_RETURN(text, read_file(state_directory + "/exit", 4096));
    exit_status status;
    int oom = 0;
    std::int64_t seconds = 0, nanoseconds = 0;
    int const fields = std::sscanf(text.c_str(), "%d %d %d %" SCNd64 " %" SCNd64, &status.code, &status.signal, &oom,
                                   &seconds, &nanoseconds);
    if (fields != 5) return error(errc::malformed, state_directory + "/exit: broken");
    status.oom_killed = oom != 0;
    status.finished_at = moment(seconds, nanoseconds);
    return status;
}

MOCKER_DECL native_attachment::native_attachment(asio::any_io_executor executor, unique_fd connection)
    : socket_(std::move(executor), std::move(connection)) {}

MOCKER_DECL awaitable<result<>> native_attachment::begin(bool in, bool out, bool err) {
    shim::number_message message{};
    message.kind = static_cast<std::uint8_t>(shim::kind::attach);
    message.number = (in ? shim::attach_in : 0u) | (out ? shim::attach_out : 0u) | (err ? shim::attach_err : 0u);
    auto const bytes = message_bytes(message);
    MOCKER_CHECK(co_await socket_.send(bytes));
    char answer[64];
    MOCKER_TRY(size, co_await socket_.receive(answer, sizeof answer));
    if (size == 0 || answer[0] != static_cast<char>(shim::kind::answer)) co_return error::from_errno(ESRCH, "attach");
    co_return result<>{};
}

MOCKER_DECL awaitable<result<std::optional<output>>> native_attachment::read() {
    if (buffer_.empty()) buffer_.resize(shim::message_limit);
    while (!ended_) {
        MOCKER_TRY(size, co_await socket_.receive(buffer_.data(), buffer_.size()));
        if (size == 0 || buffer_[0] == static_cast<char>(shim::kind::ended)) ended_ = true;
        if (ended_ || size < 2 || buffer_[0] != static_cast<char>(shim::kind::output)) continue;
        output some;
        some.from = buffer_[1] == 2 ? output::stream::err : output::stream::out;
        some.data.assign(buffer_, 2, size - 2);
        co_return std::optional<output>(std::move(some));
    }
    co_return std::optional<output>();
}

MOCKER_DECL awaitable<result<>> native_attachment::write_stdin(std::string_view data) {
    char const kind = static_cast<char>(shim::kind::input);
    while (!data.empty()) {
        auto const some = data.substr(0, shim::data_limit);
        MOCKER_CHECK(co_await socket_.send({&kind, 1}, some));
        data.remove_prefix(some.size());
    }
    co_return result<>{};
}

MOCKER_DECL awaitable<result<>> native_attachment::close_stdin() {
    char const kind = static_cast<char>(shim::kind::close_input);
    auto sent = co_await socket_.send({&kind, 1});
    if (!sent && sent.error().code() != boost::system::errc::broken_pipe) co_return sent.error();
    co_return result<>{};
}

MOCKER_DECL native_process::~native_process() { state_->socket.close(); }

MOCKER_DECL awaitable<result<>> native_process::ready() {
    while (!state_->ready && !state_->failure && !state_->closed) co_await state_->changed.wait();
    if (state_->failure) co_return *state_->failure;
    if (!state_->ready) co_return error(errc::internal, "the shim of the container ended before it was ready");
    co_return result<>{};
}

MOCKER_DECL std::optional<int> take_answer(process_state& state, std::uint64_t number) {
    auto const mine = std::ranges::find(state.answers, number, &std::pair<std::uint64_t, int>::first);
    if (mine == state.answers.end()) return std::nullopt;
    int const answer = mine->second;
    state.answers.erase(mine);
    return answer;
}

/// Messages of several callers do not overlap.
MOCKER_DECL awaitable<result<>> native_process::send(std::string message) {
    auto const state = state_;
    while (state->sending) co_await state->changed.wait();
    state->sending = true;
    auto sent = co_await state->socket.send(message);
    state->sending = false;
    state->changed.notify_all();
    co_return sent;
}

MOCKER_DECL awaitable<result<int>> native_process::ask(std::string message) {
    auto const state = state_;
    if (state->closed || state->ended) co_return ESRCH;
    auto const number = state->asked++;
    if (auto sent = co_await send(std::move(message)); !sent) co_return ESRCH;
    for (;;) {
        if (auto const answer = take_answer(*state, number)) co_return *answer;
        if (state->closed) co_return ESRCH;
        co_await state->changed.wait();
    }
}

MOCKER_DECL awaitable<result<>> native_process::start() {
    auto const state = state_;
    if (std::exchange(state->start_requested, true) || state->started)
        co_return error(errc::conflict, "process already started");
    char const kind = static_cast<char>(shim::kind::start);
    auto const sent = co_await send(std::string(1, kind));
    while (sent && !state->started && !state->failure && !state->closed) co_await state->changed.wait();
    if (state->failure) co_return *state->failure;
    if (!state->started && !state->ended)
        co_return error(errc::internal, "the shim of the container ended before it started");
    co_return result<>{};
}

MOCKER_DECL awaitable<result<exit_status>> native_process::wait() {
    auto const state = state_;
    while (!state->ended && !state->closed) co_await state->changed.wait();
    if (state->ended) co_return *state->ended;
    if (!state->started) co_return error(errc::unavailable, "process was never started");
    // The shim went away without a word: it recorded the end, or was killed and took the process with it.
    if (auto recorded = read_exit_file(state->state_directory)) {
        state->ended = *recorded;
    } else {
        state->ended = exit_status{128 + SIGKILL, SIGKILL, false, now()};
    }
    co_return *state->ended;
}

MOCKER_DECL awaitable<result<>> native_process::kill(int signal) {
    shim::number_message message{};
    message.kind = static_cast<std::uint8_t>(shim::kind::kill);
    message.number = static_cast<std::uint32_t>(signal);
    MOCKER_TRY(answer, co_await ask(message_bytes(message)));
    if (answer != 0) co_return error::from_errno(answer, "kill");
    co_return result<>{};
}

MOCKER_DECL awaitable<result<>> native_process::resize(std::uint16_t rows, std::uint16_t columns) {
    shim::size_message message{};
    message.kind = static_cast<std::uint8_t>(shim::kind::resize);
    message.rows = rows;
    message.columns = columns;
    MOCKER_TRY(answer, co_await ask(message_bytes(message)));
    if (answer == ENOTTY) co_return error(errc::conflict, "the process has no terminal");
    if (answer != 0) co_return error::from_errno(answer, "resize");
    co_return result<>{};
}

MOCKER_DECL awaitable<result<std::unique_ptr<attachment>>> native_process::attach(bool in, bool out, bool err) {
    auto const ex = co_await asio::this_coro::executor;
    auto connection = connect_shim(state_->state_directory);
    if (!connection) co_return error::from_errno(ESRCH, "attach");
    auto client = std::make_unique<native_attachment>(ex, std::move(*connection));
    MOCKER_CHECK(co_await client->begin(in, out, err));
    co_return std::unique_ptr<attachment>(std::move(client));
}

} // namespace mocker::runtime::detail

#endif
