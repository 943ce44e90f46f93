#ifndef MOCKER_API_IMPL_STREAMS_IPP
#define MOCKER_API_IMPL_STREAMS_IPP

#include <mocker/api/streams.hpp>

#include <mocker/api/detach_keys.hpp>
#include <mocker/api/multiplex.hpp>
#include <mocker/async/event.hpp>
#include <mocker/async/task_group.hpp>
#include <mocker/async/with_timeout.hpp>

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <exception>
#include <memory>
#include <utility>

namespace mocker::api {
namespace detail {

inline constexpr char const* raw_stream = "application/vnd.docker.raw-stream";
inline constexpr char const* multiplexed_stream = "application/vnd.docker.multiplexed-stream";

/// Multiplexed streams have a media type of their own since API 1.42.
MOCKER_DECL char const* stream_type(version v, bool terminal) {
    return !terminal && v >= version{1, 42} ? multiplexed_stream : raw_stream;
}

/// The client's bytes to the process, until the client closes its sending side. True if the user detached.
MOCKER_DECL awaitable<bool> relay_input(http::any_stream& client, engine::attach_session& session, detach_keys* keys) {
    auto const buffer = std::make_unique<char[]>(65536);
    std::string forward;
    for (;;) {
        auto const size = co_await client.read_some(asio::buffer(buffer.get(), 65536));
        if (!size) co_return false;
        if (*size == 0) break;
        std::string_view const typed(buffer.get(), *size);
        if (!keys) {
            if (!co_await session.write_stdin(typed)) co_return false;
            continue;
        }
        forward.clear();
        bool const detached = keys->filter(typed, forward);
        if (!forward.empty() && !co_await session.write_stdin(forward)) co_return false;
        if (detached) co_return true;
    }
    (void)co_await session.close_stdin(); // a process that is gone has no input to close
    co_return false;
}

/** Waits, not for long, until a client on a unix socket has read the header of a hijacked connection. docker-py reads it
    through a buffer and then goes on with the bare socket: output that arrives together with the header is lost to it, and
    ours comes within milliseconds. */
MOCKER_DECL awaitable<void> header_was_read(http::any_stream const& client) {
    auto const pause = std::chrono::milliseconds(1);
    for (int attempt = 0; attempt < 100; ++attempt) {
        int unread = 0;
        if (client.native_handle() < 0 || ::ioctl(client.native_handle(), SIOCOUTQ, &unread) != 0 || unread == 0) co_return;
        co_await async::sleep(pause);
    }
}

/// The output of the process to the client, until its end or that of the client.
MOCKER_DECL awaitable<void> relay_output(http::any_stream& client, engine::attach_session& session) {
    for (bool first = true;; first = false) {
        auto const output = co_await session.read();
        if (!output || !*output) co_return;
        if (first) co_await header_was_read(client);
        auto const& data = (*output)->data;
        auto const header = frame_header(static_cast<unsigned>((*output)->from), data.size());
        result<> sent;
        if (session.terminal()) sent = co_await client.write(asio::buffer(data));
        else sent = co_await client.write(asio::buffer(header), asio::buffer(data));
        if (!sent) co_return;
    }
}

/// Ends the relay when the user detaches; a client that only stops sending does not.
MOCKER_DECL awaitable<void> input_until_detached(http::any_stream& client, engine::attach_session& session, detach_keys* keys,
                                                 async::event& detached, bool& is_detached) {
    bool const detach_asked = co_await relay_input(client, session, keys); // named: g++ 12 miscompiles it in the condition
    if (!detach_asked) co_return;
    is_detached = true;
    detached.notify_all();
}

MOCKER_DECL awaitable<void> wait_detached(async::event& detached, bool const& is_detached) {
    while (!is_detached) co_await detached.wait();
}

MOCKER_DECL awaitable<void> output_or_gone(http::any_stream& client, engine::attach_session& session) {
    co_await async::first_of(relay_output(client, session), client.wait_closed());
}

/// POST /containers/{id}/attach: 101, or 200 without Upgrade; 400; 404; 409. Works before the start.
MOCKER_DECL awaitable<result<>> attach_container(engine::engine& e, http::request& q, http::response& r) {
    MOCKER_TRY(c, e.find(q.param("id")));
    auto const keys = q.query("detachKeys").value_or(std::string());
    MOCKER_CHECK(detach_keys::parse(keys));
    engine::attach_options options;
    options.in = query_flag(q, "stdin");
    options.out = query_flag(q, "stdout");
    options.err = query_flag(q, "stderr");
    options.logs = query_flag(q, "logs");
    options.stream = query_flag(q, "stream");
    MOCKER_TRY(session, co_await e.attach(c->id, options));
    MOCKER_TRY(client, co_await r.hijack(stream_type(version_of(q), session->terminal())));
    co_await relay(client, *session, options.in && options.stream, keys);
    co_return result<>{};
}

/// How a client wants each entry of a log.
struct log_format {
    bool framed, timestamps, details;
};

MOCKER_DECL void append_log(std::string& out, engine::log_entry const& entry, log_format format) {
    std::string prefix;
    if (format.timestamps && !entry.continued) prefix = to_rfc3339_nano_fixed(entry.time) + ' ';
    if (format.details && !entry.continued) prefix += ' ';
    if (format.framed) {
        auto const header = frame_header(static_cast<unsigned>(entry.from), prefix.size() + entry.line.size());
        out.append(header.data(), header.size());
    }
    out += prefix;
    out += entry.line;
}

MOCKER_DECL result<engine::log_options> log_options_of(http::request const& q) {
    engine::log_options options;
    options.out = query_flag(q, "stdout");
    options.err = query_flag(q, "stderr");
    if (!options.out && !options.err) return error(errc::malformed, "Bad parameters: you must choose at least one stream");
    options.follow = query_flag(q, "follow");
    if (auto const tail = q.query("tail"); tail && !tail->empty() && *tail != "all") {
        std::size_t lines = 0;
        auto const [end, failed] = std::from_chars(tail->data(), tail->data() + tail->size(), lines);
        if (failed == std::errc() && end == tail->data() + tail->size()) options.tail = lines; // all else is "all" to Docker
    }
    for (auto const& [name, moment] : {std::pair("since", &options.since), std::pair("until", &options.until)}) {
        auto const text = q.query(name);
        if (!text || text->empty() || *text == "0") continue;
        MOCKER_TRY_RETURN(parsed, parse_timestamp(*text));
        *moment = parsed;
    }
    return options;
}

/// GET /containers/{id}/logs: 200, the header before the first entry; 400 no stream; 404; 501 log driver `none`.
MOCKER_DECL awaitable<result<>> container_logs(engine::engine& e, http::request& q, http::response& r) {
    MOCKER_TRY(c, e.find(q.param("id")));
    MOCKER_TRY(options, log_options_of(q));
    MOCKER_TRY(log, e.logs(c->id, options));
    log_format const format{!c->config.tty, query_flag(q, "timestamps"), query_flag(q, "details")};
    MOCKER_CHECK(co_await r.begin(200, stream_type(version_of(q), c->config.tty)));
    std::string out;
    for (;;) {
        MOCKER_TRY(entries, co_await log->read());
        if (entries.empty()) co_return result<>{};
        out.clear();
        for (auto const& entry : entries) append_log(out, entry, format);
        MOCKER_CHECK(co_await r.write(out));
    }
}

/// POST /containers/{id}/exec: 201; 400 no command; 404; 409 it does not run.
MOCKER_DECL awaitable<result<>> create_exec(engine::engine& e, http::request& q, http::response& r) {
    auto parsed = co_await json_body<types::exec_config>(q);
    if (!parsed) co_return parsed.error();
    if (!parsed->cmd || parsed->cmd->empty()) co_return error(errc::malformed, "No exec command specified");
    types::id_response answer;
    MOCKER_TRY(id, e.create_exec(q.param("id"), std::move(*parsed)));
    answer.id = id;
    co_return co_await send_json(r, 201, answer);
}

/// What went wrong before there was a process, told on the stream that the client reads by now.
MOCKER_DECL awaitable<result<>> send_failure(http::any_stream& client, error const& why, bool terminal) {
    auto const text = why.message() + "\r\n";
    co_await header_was_read(client);
    if (terminal) co_return co_await client.write(text);
    std::string framed;
    append_frame(framed, 1, text);
    co_return co_await client.write(framed);
}

/// POST /exec/{id}/start: 101, or 200 without Upgrade or with Detach; 404; 409 it has run already.
MOCKER_DECL awaitable<result<>> start_exec(engine::engine& e, http::request& q, http::response& r) {
    MOCKER_TRY(info, e.find_exec(q.param("id")));
    MOCKER_TRY(text, co_await json_text(q, false));
    types::exec_start_config config;
    if (text.find_first_not_of(" \t\r\n") != std::string::npos) {
        auto parsed = types::parse<types::exec_start_config>(text);
        if (!parsed) co_return parsed.error().within("invalid JSON");
        config = *parsed;
    }
    if (info->started) co_return error(errc::conflict, "exec command " + info->id + " has already run");
    engine::exec_start_options options;
    options.detach = config.detach;
    if (auto const& size = config.console_size ? config.console_size : info->config.console_size) {
        options.rows = static_cast<std::uint16_t>(std::min(65535u, (*size)[0]));
        options.columns = static_cast<std::uint16_t>(std::min(65535u, (*size)[1]));
    }
    if (config.detach) {
        MOCKER_CHECK(co_await e.start_exec(info->id, options));
        co_return co_await r.send(200);
    }
    bool const terminal = info->config.tty;
    MOCKER_TRY(client, co_await r.hijack(stream_type(version_of(q), terminal)));
    auto session = co_await e.start_exec(info->id, options);
    if (!session) co_return co_await send_failure(client, session.error(), terminal);
    co_await relay(client, **session, info->config.attach_stdin, info->config.detach_keys);
    co_return result<>{};
}

/// GET /exec/{id}/json: 200; 404.
MOCKER_DECL awaitable<result<>> inspect_exec(engine::engine& e, http::request& q, http::response& r) {
    MOCKER_TRY(info, e.find_exec(q.param("id")));
    types::exec_inspect view;
    view.id = info->id;
    view.running = info->running;
    view.exit_code = info->exit_code;
    view.container_id = info->container_id;
    view.pid = static_cast<int>(info->pid);
    view.open_stdin = info->config.attach_stdin;
    view.open_stdout = info->config.attach_stdout;
    view.open_stderr = info->config.attach_stderr;
    view.can_remove = info->started && !info->running;
    view.detach_keys = info->config.detach_keys;
    view.process_config.tty = info->config.tty;
    view.process_config.privileged = info->config.privileged;
    view.process_config.user = info->config.user;
    if (auto const& words = info->config.cmd; words && !words->empty()) {
        view.process_config.entrypoint = words->front();
        view.process_config.arguments.assign(words->begin() + 1, words->end());
    }
    co_return co_await send_json(r, 200, view);
}

/// POST /exec/{id}/resize: 200; 400 it was not started; 404.
MOCKER_DECL awaitable<result<>> resize_exec(engine::engine& e, http::request& q, http::response& r) {
    MOCKER_TRY(size, terminal_size_of(q));
    MOCKER_CHECK(co_await e.resize_exec(q.param("id"), size.first, size.second));
    co_return co_await r.send(200);
}

/// Reads what a client still sends: closing a socket with unread input would show it a broken connection, not an end.
MOCKER_DECL awaitable<void> discard_input(http::any_stream& client) {
    auto const buffer = std::make_unique<char[]>(65536);
    for (;;) {
        auto const size = co_await client.read_some(asio::buffer(buffer.get(), 65536));
        if (!size || *size == 0) co_return;
    }
}

} // namespace detail

MOCKER_DECL awaitable<void> relay(http::any_stream& client, engine::attach_session& session, bool input, std::string keys_text) {
    auto const executor = co_await asio::this_coro::executor;
    auto keys = detach_keys::parse(keys_text);
    async::event detached(executor);
    bool is_detached = false;
    async::task_group input_task(executor);
    if (input)
        input_task.spawn(detail::input_until_detached(client, session, session.terminal() && keys ? &*keys : nullptr, detached,
                                                      is_detached));
    std::exception_ptr thrown;
    try {
        co_await async::first_of(detail::output_or_gone(client, session), detail::wait_detached(detached, is_detached));
    } catch (...) {
        thrown = std::current_exception();
    }
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    input_task.cancel();
    co_await input_task.join();
    if (thrown) std::rethrow_exception(thrown);
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    if (client.shutdown_send()) co_await async::race(detail::discard_input(client), std::chrono::milliseconds(500));
}

MOCKER_DECL void add_stream_routes(http::router& routes, engine::engine& e) {
    using http::verb;
    add_route(routes, verb::post, "/containers/{id}/attach", e, &detail::attach_container);
    add_route(routes, verb::get, "/containers/{id}/logs", e, &detail::container_logs);
    add_route(routes, verb::post, "/containers/{id}/exec", e, &detail::create_exec);
    add_route(routes, verb::post, "/exec/{id}/start", e, &detail::start_exec);
    add_route(routes, verb::get, "/exec/{id}/json", e, &detail::inspect_exec);
    add_route(routes, verb::post, "/exec/{id}/resize", e, &detail::resize_exec);
}

} // namespace mocker::api

#endif
