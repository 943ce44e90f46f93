#ifndef MOCKER_API_IMPL_CONTAINERS_IPP
#define MOCKER_API_IMPL_CONTAINERS_IPP

#include <mocker/api/containers.hpp>

#include <mocker/api/filters.hpp>
#include <mocker/api/views.hpp>

#include <algorithm>
#include <charconv>

namespace mocker::api {
namespace detail {

/// POST /containers/create: 201; 400 bad parameter; 404 no such image; 409 the name is taken.
MOCKER_DECL awaitable<result<>> create_container(engine::engine& e, http::request& q, http::response& r) {
    auto parsed = co_await json_body<types::container_create_request>(q);
    if (!parsed) co_return parsed.error();
    if (parsed->config.image.empty() && !parsed->config.cmd && !parsed->config.entrypoint && !parsed->config.env)
        co_return error(errc::malformed, "config cannot be empty in order to create a container");
    auto name = q.query("name").value_or(std::string());
    if (name.starts_with('/')) name.erase(0, 1);
    if (auto const platform = q.query("platform"); platform && !platform->empty()) {
        MOCKER_TRY(wanted, oci::parse_platform(*platform));
        if (auto const image = e.images().find(parsed->config.image); image && !oci::compatibility(wanted, image->config.platform()))
            co_return error(errc::not_found, "image with reference " + parsed->config.image + " was found but its platform (" +
                                                 image->config.platform().text() + ") does not match the specified platform (" +
                                                 wanted.text() + ")");
    }
    MOCKER_TRY(made, co_await e.create(std::move(name), std::move(*parsed)));
    types::container_create_response answer;
    answer.id = made.id;
    answer.warnings = made.warnings;
    co_return co_await send_json(r, 201, answer);
}

/// Whether @p c is of the image that @p ancestor names.
MOCKER_DECL bool descends_from(engine::engine& e, engine::container const& c, std::string const& ancestor) {
    if (c.image_name == ancestor) return true;
    auto const image = e.images().find(ancestor);
    return image && image->id.text() == c.image_id;
}

MOCKER_DECL bool is_on_network(engine::engine& e, engine::container const& c, std::string const& wanted) {
    auto const mode = c.network_mode();
    return wanted == mode || (wanted.size() >= 12 && network_id(e.options().data_root, mode).starts_with(wanted));
}

MOCKER_DECL bool has_volume(engine::container const& c, std::string const& wanted) {
    return std::any_of(c.mounts.begin(), c.mounts.end(), [&](engine::mount_point const& m) {
        return m.name == wanted || m.destination == wanted || (!m.source.empty() && m.source == wanted);
    });
}

/// Whether one of the values of @p key, or none given, satisfies @p test.
template <class Test>
bool any_value(filters const& f, std::string_view key, Test test) {
    auto const& wanted = f.values(key);
    return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), test);
}

/// `before` and `since`, resolved once for a whole list.
struct creation_range {
    std::optional<time_point> before{}, since{};
};

MOCKER_DECL result<creation_range> creation_range_of(engine::engine& e, filters const& f) {
    creation_range range;
    for (auto const& name : f.values("before")) {
        MOCKER_TRY_RETURN(c, e.find(name));
        range.before = c->created;
    }
    for (auto const& name : f.values("since")) {
        MOCKER_TRY_RETURN(c, e.find(name));
        range.since = c->created;
    }
    return range;
}

MOCKER_DECL bool is_listed(engine::engine& e, engine::container const& c, filters const& f, creation_range const& range) {
    static types::string_map const no_labels;
    auto const exited = c.state == engine::status::exited && c.finished_at;
    return f.matches("status", engine::status_name(c.state)) && f.matches_labels(c.config.labels ? *c.config.labels : no_labels) &&
           (f.matches_expression("name", '/' + c.name) || f.matches_expression("name", c.name)) &&
           any_value(f, "id", [&](auto const& id) { return c.id.starts_with(id); }) &&
           any_value(f, "exited", [&](auto const& code) { return exited && code == std::to_string(c.exit_code); }) &&
           any_value(f, "ancestor", [&](auto const& image) { return descends_from(e, c, image); }) &&
           any_value(f, "network", [&](auto const& network) { return is_on_network(e, c, network); }) &&
           any_value(f, "volume", [&](auto const& volume) { return has_volume(c, volume); }) &&
           any_value(f, "health", [&](auto const& health) { return health == "none"; }) &&
           (!range.before || c.created < *range.before) && (!range.since || c.created > *range.since);
}

MOCKER_DECL result<> check_list_filters(filters const& f) {
    for (auto const& s : f.values("status"))
        if (s != "created" && s != "running" && s != "paused" && s != "restarting" && s != "removing" && s != "exited" && s != "dead")
            return error(errc::malformed, "invalid filter 'status=[" + s + "]'");
    for (auto const& code : f.values("exited")) {
        int number = 0;
        auto const [end, failed] = std::from_chars(code.data(), code.data() + code.size(), number);
        if (failed != std::errc() || end != code.data() + code.size())
            return error(errc::malformed, "invalid filter 'exited=[" + code + "]'");
    }
    return {};
}

/// GET /containers/json: 200; 400 bad filter.
MOCKER_DECL awaitable<result<>> list_containers(engine::engine& e, http::request& q, http::response& r) {
    MOCKER_TRY(f, filters::parse(q.query("filters").value_or(std::string()),
                                 {"ancestor", "before", "exited", "health", "id", "is-task", "label", "name", "network", "since",
                                  "status", "volume"}));
    MOCKER_CHECK(check_list_filters(f));
    MOCKER_TRY(range, creation_range_of(e, f));
    MOCKER_TRY(limit, query_integer(q, "limit"));
    bool const all = query_flag(q, "all") || limit.value_or(0) > 0 || f.has("status") || f.has("exited");
    auto const at = now();
    std::string body = "[";
    long listed = 0;
    for (auto const& c : e.list()) {
        if ((!all && !c->is_running()) || !is_listed(e, *c, f, range)) continue;
        if (listed++ > 0) body += ',';
        body += types::to_text(summary_view(*c, e.options().data_root, at));
        if (limit.value_or(0) > 0 && listed == *limit) break;
    }
    body += "]\n";
    co_return co_await r.send(200, std::move(body));
}

/// GET /containers/{id}/json: 200; 404 no such container.
MOCKER_DECL awaitable<result<>> inspect_container(engine::engine& e, http::request& q, http::response& r) {
    MOCKER_TRY(c, e.find(q.param("id")));
    co_return co_await send_json(r, 200, inspect_view(*c, e.options().data_root, e.exec_ids(c->id)));
}

/// POST /containers/{id}/start: 204; 304 it runs already; 404.
MOCKER_DECL awaitable<result<>> start_container(engine::engine& e, http::request& q, http::response& r) {
    if (q.content_length().value_or(0) > 7)
        co_return error(errc::malformed, "starting container with non-empty request body was deprecated since API v1.22 and "
                                         "removed in v1.24");
    MOCKER_CHECK(co_await e.start(q.param("id")));
    co_return co_await r.send(204);
}

MOCKER_DECL result<std::optional<int>> timeout_of(http::request const& q) {
    MOCKER_TRY_RETURN(seconds, query_integer(q, "t"));
    if (!seconds) return std::optional<int>();
    return std::optional<int>(static_cast<int>(std::clamp(*seconds, -1L, 1'000'000'000L)));
}

/// POST /containers/{id}/stop: 204; 304 it is down already; 404.
MOCKER_DECL awaitable<result<>> stop_container(engine::engine& e, http::request& q, http::response& r) {
    MOCKER_TRY(timeout, timeout_of(q));
    MOCKER_CHECK(co_await e.stop(q.param("id"), q.query("signal"), timeout));
    co_return co_await r.send(204);
}

/// POST /containers/{id}/restart: 204; 404.
MOCKER_DECL awaitable<result<>> restart_container(engine::engine& e, http::request& q, http::response& r) {
    MOCKER_TRY(timeout, timeout_of(q));
    MOCKER_CHECK(co_await e.restart(q.param("id"), q.query("signal"), timeout));
    co_return co_await r.send(204);
}

/// POST /containers/{id}/kill: 204; 404; 409 it does not run.
MOCKER_DECL awaitable<result<>> kill_container(engine::engine& e, http::request& q, http::response& r) {
    MOCKER_CHECK(co_await e.kill(q.param("id"), q.query("signal").value_or(std::string())));
    co_return co_await r.send(204);
}

MOCKER_DECL result<engine::wait_condition> wait_condition_of(http::request const& q) {
    auto const text = q.query("condition").value_or(std::string());
    if (text.empty() || text == "not-running") return engine::wait_condition::not_running;
    if (text == "next-exit") return engine::wait_condition::next_exit;
    if (text == "removed") return engine::wait_condition::removed;
    return error(errc::malformed, "invalid condition: \"" + text + "\"");
}

/** POST /containers/{id}/wait: 200 at once, the exit status when it is known; 400 bad condition; 404.
    The waiter is registered before the header is sent: `docker run` starts the container after that. */
MOCKER_DECL awaitable<result<>> wait_container(engine::engine& e, http::request& q, http::response& r) {
    MOCKER_TRY(condition, wait_condition_of(q));
    MOCKER_TRY(waiter, e.register_wait(q.param("id"), condition));
    bool const header_first = version_of(q) >= version{1, 30};
    if (header_first) MOCKER_CHECK(co_await r.begin(200));
    MOCKER_TRY(ended, co_await waiter.get());
    types::wait_response answer;
    answer.status_code = ended.status_code;
    if (!ended.error.empty()) answer.failure.emplace().message = ended.error;
    if (!header_first) co_return co_await send_json(r, 200, answer);
    co_return co_await r.write(types::to_text(answer) + '\n');
}

/// POST /containers/{id}/resize: 200; 404; 409 it does not run.
MOCKER_DECL awaitable<result<>> resize_container(engine::engine& e, http::request& q, http::response& r) {
    MOCKER_TRY(size, terminal_size_of(q));
    MOCKER_CHECK(co_await e.resize(q.param("id"), size.first, size.second));
    co_return co_await r.send(200);
}

/// DELETE /containers/{id}: 204; 404; 409 it runs.
MOCKER_DECL awaitable<result<>> delete_container(engine::engine& e, http::request& q, http::response& r) {
    if (query_flag(q, "link")) co_return error(errc::unsupported, "removing links is not supported");
    MOCKER_CHECK(co_await e.remove(q.param("id"), query_flag(q, "force"), query_flag(q, "v")));
    co_return co_await r.send(204);
}

} // namespace detail

MOCKER_DECL void add_container_routes(http::router& routes, engine::engine& e) {
    using http::verb;
    add_route(routes, verb::post, "/containers/create", e, &detail::create_container);
    add_route(routes, verb::get, "/containers/json", e, &detail::list_containers);
    add_route(routes, verb::get, "/containers/{id}/json", e, &detail::inspect_container);
    add_route(routes, verb::post, "/containers/{id}/start", e, &detail::start_container);
    add_route(routes, verb::post, "/containers/{id}/stop", e, &detail::stop_container);
    add_route(routes, verb::post, "/containers/{id}/restart", e, &detail::restart_container);
    add_route(routes, verb::post, "/containers/{id}/kill", e, &detail::kill_container);
    add_route(routes, verb::post, "/containers/{id}/wait", e, &detail::wait_container);
    add_route(routes, verb::post, "/containers/{id}/resize", e, &detail::resize_container);
    add_route(routes, verb::delete_, "/containers/{id}", e, &detail::delete_container);
}

} // namespace mocker::api

#endif
