#ifndef MOCKER_API_IMPL_SYSTEM_IPP
#define MOCKER_API_IMPL_SYSTEM_IPP

#include <mocker/api/system.hpp>

#include <mocker/api/filters.hpp>
#include <mocker/async/event.hpp>
#include <mocker/async/with_timeout.hpp>
#include <mocker/core/file.hpp>
#include <mocker/core/sha256.hpp>
#include <mocker/oci/platform.hpp>
#include <mocker/version.hpp>

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

namespace mocker::api {
namespace detail {

/// The value of `KEY=value` in /etc/os-release, without quotes.
MOCKER_DECL std::string os_release(std::string_view key) {
    auto const text = read_file("/etc/os-release", 65536);
    if (!text) return {};
    std::string_view rest = *text;
    while (!rest.empty()) {
        auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        if (!line.starts_with(key) || line.size() <= key.size() || line[key.size()] != '=') continue;
        line.remove_prefix(key.size() + 1);
        if (line.size() >= 2 && (line.front() == '"' || line.front() == '\'')) line = line.substr(1, line.size() - 2);
        return std::string(line);
    }
    return {};
}

/// Whether the kernel has the cgroup controller @p name, of either version.
MOCKER_DECL bool has_controller(std::string_view name) {
    for (auto const* path : {"/sys/fs/cgroup/cgroup.controllers", "/proc/cgroups"}) {
        auto const text = read_file(path, 65536);
        if (text && text->find(name) != std::string::npos) return true;
    }
    return false;
}

MOCKER_DECL std::int64_t total_memory() {
    return static_cast<std::int64_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::int64_t>(::sysconf(_SC_PAGESIZE));
}

/// The machine's name of the architecture, and Go's.
MOCKER_DECL std::string machine_architecture() {
    struct utsname name {};
    return ::uname(&name) == 0 ? name.machine : "unknown";
}

MOCKER_DECL std::string kernel_version() {
    struct utsname name {};
    return ::uname(&name) == 0 ? name.release : "unknown";
}

/// HEAD and GET /_ping: 200.
MOCKER_DECL awaitable<result<>> ping(engine::engine&, http::request& q, http::response& r) {
    std::string body;
    if (q.method() != http::verb::head) body = "OK";
    r.set("Builder-Version", "1");
    r.set("Swarm", "inactive");
    r.set("Cache-Control", "no-cache, no-store, must-revalidate");
    r.set("Pragma", "no-cache");
    co_return co_await r.send(200, std::move(body), "text/plain; charset=utf-8");
}

MOCKER_DECL awaitable<result<>> get_version(engine::engine&, http::request&, http::response& r) {
    co_return co_await send_json(r, 200, version_view());
}

MOCKER_DECL awaitable<result<>> get_info(engine::engine& e, http::request&, http::response& r) {
    co_return co_await send_json(r, 200, info_view(e));
}

/// Whether a client that sent @p f wants @p event.
MOCKER_DECL bool wants_event(filters const& f, engine::event const& event) {
    auto const attribute = [&](char const* name) { return event.attribute(name).value_or(std::string()); };
    auto const is = [&](char const* key, char const* type) {
        auto const& wanted = f.values(key);
        return wanted.empty() || (event.type == type && std::any_of(wanted.begin(), wanted.end(), [&](auto const& value) {
            return event.actor_id == value || attribute("name") == value || (value.size() >= 4 && event.actor_id.starts_with(value));
        }));
    };
    std::map<std::string, std::string> labels;
    for (auto const& [name, value] : event.attributes) labels.emplace(name, value);
    auto const action = event.action.substr(0, event.action.find(':'));
    auto const& images = f.values("image");
    bool const image = images.empty() || std::any_of(images.begin(), images.end(), [&](auto const& name) {
        return event.type == "image" ? event.actor_id == name || attribute("name") == name : attribute("image") == name;
    });
    return f.matches("type", event.type) && (f.matches("event", action) || f.matches("event", event.action)) &&
           is("container", "container") && is("network", "network") && is("volume", "volume") && image && f.matches_labels(labels) &&
           f.matches("scope", "local");
}

MOCKER_DECL awaitable<result<>> send_event(http::response& r, filters const& f, engine::event const& event) {
    if (!wants_event(f, event)) co_return result<>{};
    co_return co_await r.write(types::to_text(event_view(event)) + '\n');
}

MOCKER_DECL awaitable<void> follow_events(http::response& r, filters const& f, engine::event_subscription& subscription,
                                          result<>& outcome) {
    for (;;) {
        auto next = co_await subscription.next();
        if (!next) {
            outcome = next.error();
            co_return;
        }
        if (!*next) co_return;
        if (outcome = co_await send_event(r, f, **next); !outcome) co_return;
    }
}

/// GET /events: 200, the header at once; 400 bad filter or times.
MOCKER_DECL awaitable<result<>> get_events(engine::engine& e, http::request& q, http::response& r) {
    MOCKER_TRY(f, filters::parse(q.query("filters").value_or(std::string()),
                                 {"config", "container", "daemon", "event", "image", "label", "network", "node", "plugin", "scope",
                                  "secret", "service", "type", "volume"}));
    std::optional<time_point> since, until;
    for (auto const& [name, moment] : {std::pair("since", &since), std::pair("until", &until)}) {
        auto const text = q.query(name);
        if (!text || text->empty()) continue;
        MOCKER_TRY(parsed, parse_timestamp(*text));
        *moment = parsed;
    }
    if (since && until && *since > *until)
        co_return error(errc::malformed, "`since` time (" + *q.query("since") + ") cannot be after `until` time (" +
                                             *q.query("until") + ")");
    auto const subscription = e.events().subscribe(); // before the header: a client acts once it has that
    auto const past = e.events().past();
    MOCKER_CHECK(co_await r.begin(200));
    if (since)
        for (auto const& event : past)
            if (event.time >= *since && (!until || event.time <= *until)) MOCKER_CHECK(co_await send_event(r, f, event));
    result<> outcome;
    if (!until) co_await follow_events(r, f, *subscription, outcome);
    else if (auto const left = *until - now(); left.count() > 0) co_await async::race(follow_events(r, f, *subscription, outcome), left);
    co_return outcome;
}

/// Swarm is for orchestrators above this engine.
MOCKER_DECL awaitable<result<>> no_swarm(engine::engine&, http::request&, http::response&) {
    co_return error(errc::unavailable, "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect "
                                       "this node to swarm and try again.");
}

MOCKER_DECL awaitable<result<>> no_plugins(engine::engine&, http::request&, http::response& r) {
    co_return co_await r.send(200, "[]\n");
}

MOCKER_DECL awaitable<result<>> allow_options(engine::engine&, http::request&, http::response& r) { co_return co_await r.send(200); }

} // namespace detail

MOCKER_DECL types::system_version version_view() {
    types::system_version view;
    auto const arch = oci::host_platform().architecture;
    view.platform.name = "mocker";
    view.version = mocker::version;
    view.api_version = mocker::api_version;
    view.min_api_version = min_api_version;
    view.git_commit = "";
    view.go_version = "";
    view.os = "linux";
    view.arch = arch;
    view.kernel_version = detail::kernel_version();
    view.build_time = "";
    types::component_version engine;
    engine.name = "Engine";
    engine.version = view.version;
    engine.details = {{"ApiVersion", view.api_version}, {"Arch", arch},       {"BuildTime", ""},
                      {"Experimental", "false"},        {"GitCommit", ""},    {"GoVersion", ""},
                      {"KernelVersion", view.kernel_version}, {"MinAPIVersion", view.min_api_version}, {"Os", "linux"}};
    view.components.push_back(std::move(engine));
    return view;
}

MOCKER_DECL types::system_info info_view(engine::engine& e) {
    types::system_info view;
    auto const hash = std::string(sha256_of("engine " + e.options().data_root).hex());
    view.id = hash.substr(0, 8) + '-' + hash.substr(8, 4) + '-' + hash.substr(12, 4) + '-' + hash.substr(16, 4) + '-' + hash.substr(20, 12);
    for (auto const& c : e.list()) {
        ++view.containers;
        if (c->state == engine::status::paused) ++view.containers_paused;
        else if (c->is_running()) ++view.containers_running;
        else ++view.containers_stopped;
    }
    view.images = static_cast<int>(e.images().list().size());
    view.driver_status = {{"Backing Filesystem", "extfs"}, {"Supports d_type", "true"}, {"Native Overlay Diff", "true"}};
    view.memory_limit = view.swap_limit = detail::has_controller("memory");
    view.cpu_cfs_period = view.cpu_cfs_quota = view.cpu_shares = detail::has_controller("cpu");
    view.cpu_set = detail::has_controller("cpuset");
    view.pids_limit = detail::has_controller("pids");
    auto const forwarding = read_file("/proc/sys/net/ipv4/ip_forward", 16);
    view.ipv4_forwarding = forwarding && forwarding->starts_with('1');
    view.system_time = to_rfc3339_nano(now());
    view.cgroup_version = ::access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0 ? "2" : "1";
    view.kernel_version = detail::kernel_version();
    view.operating_system = detail::os_release("PRETTY_NAME");
    view.os_version = detail::os_release("VERSION_ID");
    view.architecture = detail::machine_architecture();
    view.registry_config = json::object{{"IndexConfigs", json::object()}, {"InsecureRegistryCIDRs", json::array{"::1/128", "127.0.0.0/8"}},
                                        {"Mirrors", nullptr}};
    view.ncpu = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    view.mem_total = detail::total_memory();
    view.docker_root_dir = e.options().data_root;
    char host[256] = {};
    if (::gethostname(host, sizeof host - 1) == 0) view.name = host;
    view.server_version = mocker::version;
    view.runtimes = {{"native", json::object{{"path", "mocker-shim"}}}};
    view.default_runtime = "native";
    view.security_options = {"name=seccomp,profile=builtin"};
    return view;
}

MOCKER_DECL types::event_message event_view(engine::event const& e) {
    types::event_message view;
    view.type = e.type;
    view.action = e.action;
    view.actor.id = e.actor_id;
    for (auto const& [name, value] : e.attributes) view.actor.attributes.emplace(name, value);
    if (e.type == "container" || e.type == "image") {
        view.status = e.action;
        view.id = e.actor_id;
        if (e.type == "container") view.from = e.attribute("image").value_or(std::string());
    }
    view.time_nano = e.time.time_since_epoch().count();
    view.time = view.time_nano / 1'000'000'000;
    return view;
}

MOCKER_DECL void add_system_routes(http::router& routes, engine::engine& e) {
    using http::verb;
    add_route(routes, verb::get, "/_ping", e, &detail::ping);
    add_route(routes, verb::get, "/version", e, &detail::get_version);
    add_route(routes, verb::get, "/info", e, &detail::get_info);
    add_route(routes, verb::get, "/events", e, &detail::get_events);
    for (auto const* path : {"/swarm", "/nodes", "/services", "/tasks", "/secrets", "/configs"})
        add_route(routes, verb::get, path, e, &detail::no_swarm);
    add_route(routes, verb::get, "/plugins", e, &detail::no_plugins);
    add_route(routes, verb::options, "/{path:.*}", e, &detail::allow_options);
}

} // namespace mocker::api

#endif
