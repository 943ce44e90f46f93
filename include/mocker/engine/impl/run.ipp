#ifndef MOCKER_ENGINE_IMPL_RUN_IPP
#define MOCKER_ENGINE_IMPL_RUN_IPP

#include <mocker/async/task_group.hpp>
#include <mocker/engine/run.hpp>
#include <mocker/oci/reference.hpp>

#include <exception>
#include <utility>

namespace mocker::engine {
namespace detail {

MOCKER_DECL types::container_create_request run_request(run_options const& options) {
    types::container_create_request request;
    auto& config = request.config;
    config.image = options.image;
    config.user = options.user;
    config.working_dir = options.working_directory;
    if (!options.command.empty()) config.cmd.emplace(options.command.begin(), options.command.end());
    if (!options.env.empty()) config.env = options.env;
    config.open_stdin = config.stdin_once = !options.input.empty();
    request.host_config.network_mode = options.network;
    if (!options.binds.empty()) request.host_config.binds = options.binds;
    return request;
}

/// Gives a container its input while somebody else reads its output.
MOCKER_DECL awaitable<void> feed(attach_session& session, std::string const& input) {
    // A container that does not want its input is not in error.
    auto const written = co_await session.write_stdin(input);
    if (written) static_cast<void>(co_await session.close_stdin());
}

MOCKER_DECL awaitable<result<>> collect(attach_session& session, run_outcome& into) {
    for (;;) {
        MOCKER_TRY(piece, co_await session.read());
        if (!piece) co_return result<>{};
        (piece->from == runtime::output::stream::out ? into.output : into.errors) += piece->data;
    }
}

/// The part of a run after the container was made.
MOCKER_DECL awaitable<result<run_outcome>> run_to_end(engine& e, std::string id, run_options const& options) {
    run_outcome outcome;
    attach_options wanted;
    wanted.in = !options.input.empty();
    wanted.out = wanted.err = true;
    MOCKER_TRY(session, co_await e.attach(id, wanted));
    MOCKER_TRY(ended, e.register_wait(id, wait_condition::next_exit));
    MOCKER_CHECK(co_await e.start(id));
    async::task_group feeding(e.executor());
    if (wanted.in) feeding.spawn(feed(*session, options.input));
    auto const read = co_await collect(*session, outcome);
    feeding.cancel();
    co_await feeding.join();
    MOCKER_CHECK(read);
    MOCKER_TRY(how, co_await ended.get());
    outcome.exit_code = how.status_code;
    co_return outcome;
}

} // namespace detail

MOCKER_DECL awaitable<result<image::image>> ensure_image(engine& e, std::string name) {
    auto found = e.images().find(name);
    if (found || found.error().code() != errc::not_found) co_return found;
    MOCKER_TRY(reference, oci::parse_reference(name));
    image::pull_options options;
    options.insecure_registries = e.options().insecure_registries;
    registry::credentials anonymous;
    co_return co_await e.images().pull(reference, std::move(anonymous), std::move(options));
}

MOCKER_DECL awaitable<result<run_outcome>> run(engine& e, run_options options) {
    MOCKER_TRY(image, co_await ensure_image(e, options.image));
    MOCKER_TRY(made, co_await e.create(std::string(), detail::run_request(options)));
    std::exception_ptr cancelled;
    result<run_outcome> outcome;
    try {
        outcome = co_await detail::run_to_end(e, made.id, options);
    } catch (...) {
        cancelled = std::current_exception();
    }
    if (cancelled) co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    auto const removed = co_await e.remove(made.id, true, true);
    if (cancelled) std::rethrow_exception(cancelled);
    if (outcome && !removed) co_return removed.error();
    co_return outcome;
}

MOCKER_DECL awaitable<result<std::string>> run_detached(engine& e, run_options options) {
    MOCKER_TRY(image, co_await ensure_image(e, options.image));
    auto request = detail::run_request(options);
    request.host_config.auto_remove = true;
    MOCKER_TRY(made, co_await e.create(std::string(), std::move(request)));
    MOCKER_CHECK(co_await e.start(made.id));
    co_return made.id;
}

MOCKER_DECL awaitable<result<run_outcome>> exec(engine& e, std::string ref, std::vector<std::string> command) {
    types::exec_config config;
    config.cmd.emplace(command.begin(), command.end());
    config.attach_stdout = config.attach_stderr = true;
    MOCKER_TRY(id, e.create_exec(ref, std::move(config)));
    exec_start_options const options;
    MOCKER_TRY(session, co_await e.start_exec(id, options));
    run_outcome outcome;
    MOCKER_CHECK(co_await detail::collect(*session, outcome));
    MOCKER_TRY(info, e.find_exec(id));
    outcome.exit_code = info->exit_code.value_or(0);
    co_return outcome;
}

} // namespace mocker::engine

#endif
