#ifndef MOCKER_API_IMPL_RESOURCES_IPP
#define MOCKER_API_IMPL_RESOURCES_IPP

#include <mocker/api/resources.hpp>

#include <mocker/api/filters.hpp>
#include <mocker/api/views.hpp>
#include <mocker/types/volume.hpp>

#include <algorithm>

namespace mocker::api {
namespace detail {

/// The predefined networks. The bridge has its addresses only once it was needed, which a list is not a reason for.
MOCKER_DECL std::vector<types::network> networks_of(engine::engine& e) {
    std::string subnet, gateway;
    auto const containers = e.list();
    for (auto const& c : containers)
        if (c->is_running() && c->endpoint) {
            if (auto const bridge = e.bridge()) {
                subnet = (*bridge)->subnet();
                gateway = (*bridge)->gateway();
            }
            break;
        }
    return network_views(containers, e.options().data_root, e.options().bridge.name, subnet, gateway);
}

/// GET /networks: 200; 400 bad filter.
MOCKER_DECL awaitable<result<>> list_networks(engine::engine& e, http::request& q, http::response& r) {
    MOCKER_TRY(f, filters::parse(q.query("filters").value_or(std::string()),
                                 {"dangling", "driver", "id", "label", "name", "scope", "type"}));
    MOCKER_TRY(dangling, f.flag("dangling"));
    std::vector<types::network> listed;
    for (auto& network : networks_of(e)) {
        auto const& ids = f.values("id");
        bool const id = ids.empty() || std::any_of(ids.begin(), ids.end(), [&](auto const& wanted) { return network.id.starts_with(wanted); });
        if (dangling.value_or(false) || !id || !f.matches("driver", network.driver) || !f.matches_labels(network.labels) ||
            !f.matches_expression("name", network.name) || !f.matches("scope", network.scope) || !f.matches("type", "builtin"))
            continue;
        network.containers.clear(); // details are for inspect
        listed.push_back(std::move(network));
    }
    co_return co_await send_json(r, 200, listed);
}

/// GET /networks/{id}: 200; 404 no such network.
MOCKER_DECL awaitable<result<>> inspect_network(engine::engine& e, http::request& q, http::response& r) {
    auto const& wanted = q.param("id");
    for (auto const& network : networks_of(e))
        if (network.name == wanted || network.id.starts_with(wanted)) co_return co_await send_json(r, 200, network);
    co_return error(errc::not_found, "network " + wanted + " not found");
}

MOCKER_DECL awaitable<result<>> create_network(engine::engine&, http::request&, http::response&) {
    co_return error(errc::unsupported, "networks other than bridge, host and none are not supported");
}

MOCKER_DECL types::volume volume_view(volume::info const& from) {
    types::volume view;
    view.created_at = to_rfc3339_nano(std::chrono::time_point_cast<std::chrono::nanoseconds>(from.created));
    view.driver = from.driver;
    if (!from.labels.empty()) view.labels = from.labels;
    view.mountpoint = from.mountpoint;
    view.name = from.name;
    if (!from.options.empty()) view.options = from.options;
    return view;
}

/// The containers that use the volume @p name.
MOCKER_DECL std::vector<std::string> users_of_volume(engine::engine& e, std::string_view name) {
    std::vector<std::string> users;
    for (auto const& c : e.list())
        if (std::any_of(c->mounts.begin(), c->mounts.end(), [&](auto const& m) { return m.name == name; })) users.push_back(c->id);
    return users;
}

/// GET /volumes: 200; 400 bad filter.
MOCKER_DECL awaitable<result<>> list_volumes(engine::engine& e, http::request& q, http::response& r) {
    MOCKER_TRY(f, filters::parse(q.query("filters").value_or(std::string()), {"dangling", "driver", "label", "name"}));
    MOCKER_TRY(dangling, f.flag("dangling"));
    std::vector<types::volume> listed;
    for (auto const& v : e.volumes().list()) {
        if (!f.matches_labels(v.labels) || !f.matches_expression("name", v.name) || !f.matches("driver", v.driver) ||
            (dangling && *dangling != users_of_volume(e, v.name).empty()))
            continue;
        listed.push_back(volume_view(v));
    }
    json::object body;
    body["Volumes"] = types::to_json(listed);
    body["Warnings"] = nullptr;
    co_return co_await send_json(r, 200, json::value(std::move(body)));
}

/// POST /volumes/create: 201, also if it exists; 400 bad name or option; 404 no such driver.
MOCKER_DECL awaitable<result<>> create_volume(engine::engine& e, http::request& q, http::response& r) {
    auto parsed = co_await json_body<types::volume_create_request>(q);
    if (!parsed) co_return parsed.error();
    if (!parsed->driver.empty() && parsed->driver != "local")
        co_return error(errc::not_found, "create " + parsed->name + ": error looking up volume plugin " + parsed->driver +
                                             ": plugin \"" + parsed->driver + "\" not found");
    volume::create_options options;
    options.name = parsed->name;
    if (parsed->labels) options.labels = *parsed->labels;
    if (parsed->driver_opts) options.options = *parsed->driver_opts;
    MOCKER_TRY(made, e.volumes().create(std::move(options)));
    co_return co_await send_json(r, 201, volume_view(made));
}

/// GET /volumes/{name}: 200; 404 no such volume.
MOCKER_DECL awaitable<result<>> inspect_volume(engine::engine& e, http::request& q, http::response& r) {
    MOCKER_TRY(found, e.volumes().find(q.param("name")));
    co_return co_await send_json(r, 200, volume_view(found));
}

/// DELETE /volumes/{name}: 204; 404, unless forced; 409 it is in use.
MOCKER_DECL awaitable<result<>> delete_volume(engine::engine& e, http::request& q, http::response& r) {
    auto const& name = q.param("name");
    auto const users = users_of_volume(e, name);
    if (!users.empty()) {
        std::string list;
        for (auto const& id : users) list += (list.empty() ? "" : ", ") + id;
        co_return error(errc::conflict, "remove " + name + ": volume is in use - [" + list + "]");
    }
    auto const removed = e.volumes().remove(name);
    if (!removed && !(removed.error().code() == errc::not_found && query_flag(q, "force"))) co_return removed.error();
    co_return co_await r.send(204);
}

} // namespace detail

MOCKER_DECL void add_resource_routes(http::router& routes, engine::engine& e) {
    using http::verb;
    add_route(routes, verb::get, "/networks", e, &detail::list_networks);
    add_route(routes, verb::get, "/networks/{id}", e, &detail::inspect_network);
    add_route(routes, verb::post, "/networks/create", e, &detail::create_network);
    add_route(routes, verb::get, "/volumes", e, &detail::list_volumes);
    add_route(routes, verb::post, "/volumes/create", e, &detail::create_volume);
    add_route(routes, verb::get, "/volumes/{name}", e, &detail::inspect_volume);
    add_route(routes, verb::delete_, "/volumes/{name}", e, &detail::delete_volume);
}

} // namespace mocker::api

#endif
