#ifndef MOCKER_API_IMPL_IMAGES_IPP
#define MOCKER_API_IMPL_IMAGES_IPP

#include <mocker/api/images.hpp>

#include <mocker/api/filters.hpp>
#include <mocker/api/progress.hpp>
#include <mocker/api/views.hpp>
#include <mocker/registry/credentials.hpp>

#include <fnmatch.h>

#include <algorithm>

namespace mocker::api {
namespace detail {

MOCKER_DECL void emit_image_event(engine::engine& e, char const* action, std::string const& id, std::string const& name) {
    engine::event event;
    event.type = "image";
    event.action = action;
    event.actor_id = id;
    event.attributes.emplace_back("name", name);
    e.events().emit(std::move(event));
}

/// The body of the request as a stream of bytes.
MOCKER_DECL image::byte_source body_of(http::request& q) {
    return [&q](asio::mutable_buffer into) { return q.read_some(into); };
}

MOCKER_DECL result<std::optional<oci::platform>> platform_of(http::request const& q) {
    auto const text = q.query("platform");
    if (!text || text->empty()) return std::optional<oci::platform>();
    if (text->front() == '{') { // since API 1.47 some endpoints take a JSON document
        MOCKER_TRY_RETURN(document, parse_json(*text));
        auto const* fields = document.if_object();
        auto const part = [&](char const* name) {
            auto const* value = fields ? fields->if_contains(name) : nullptr;
            return value && value->is_string() ? std::string(value->get_string()) : std::string();
        };
        MOCKER_TRY_RETURN(parsed, oci::parse_platform(part("os") + '/' + part("architecture") +
                                                      (part("variant").empty() ? "" : '/' + part("variant"))));
        return std::optional<oci::platform>(parsed);
    }
    MOCKER_TRY_RETURN(parsed, oci::parse_platform(*text));
    return std::optional<oci::platform>(parsed);
}

/// `fromImage` and `tag`, where the tag may be a digest, or be part of `fromImage`.
MOCKER_DECL result<oci::reference> pulled_reference(http::request const& q) {
    auto name = q.query("fromImage").value_or(std::string());
    auto const tag = q.query("tag").value_or(std::string());
    if (!tag.empty()) name += (tag.starts_with("sha256:") ? '@' : ':') + tag;
    return oci::parse_reference(name);
}

/// What stream_progress runs for a pull. The functors here are no lambdas: g++ 12 warns of those in coroutines of headers.
struct pull_operation {
    engine::engine& e;
    oci::reference name;
    registry::credentials credentials;
    image::pull_options options;

    awaitable<result<std::vector<std::string>>> operator()(image::progress_callback progress) {
        options.progress = std::move(progress);
        MOCKER_TRY(pulled, co_await e.images().pull(name, credentials, options));
        emit_image_event(e, "pull", name.familiar(), name.familiar_name());
        co_return std::vector<std::string>();
    }
};

MOCKER_DECL awaitable<result<>> pull_image(engine::engine& e, http::request& q, http::response& r) {
    MOCKER_TRY(name, pulled_reference(q));
    MOCKER_TRY(platform, platform_of(q));
    auto credentials = registry::parse_registry_auth(q.header("X-Registry-Auth")); // an invalid one is none, as for Docker
    pull_operation pull{e, name, credentials ? *credentials : registry::credentials{}, {}};
    pull.options.platform = platform;
    pull.options.insecure_registries = e.options().insecure_registries;
    co_return co_await stream_progress(r, std::move(pull));
}

/// What stream_progress runs for an import.
struct import_operation {
    engine::engine& e;
    http::request& q;
    image::import_options options;

    awaitable<result<std::vector<std::string>>> operator()(image::progress_callback) {
        MOCKER_TRY(made, co_await e.images().import(body_of(q), options));
        emit_image_event(e, "import", made.id.text(), options.reference ? options.reference->familiar() : made.id.text());
        types::progress_message message;
        message.status = made.id.text();
        std::vector<std::string> lines;
        lines.push_back(types::to_text(message));
        co_return lines;
    }
};

MOCKER_DECL awaitable<result<>> import_image(engine::engine& e, http::request& q, http::response& r) {
    if (auto const source = q.query("fromSrc"); source && *source != "-")
        co_return error(errc::unsupported, "importing from a URL is not supported; send the archive (fromSrc=-)");
    import_operation import{e, q, {}};
    if (auto repository = q.query("repo").value_or(std::string()); !repository.empty()) {
        if (auto const tag = q.query("tag"); tag && !tag->empty()) repository += ':' + *tag;
        MOCKER_TRY(reference, oci::parse_reference(repository));
        import.options.reference = reference;
    }
    import.options.changes = q.query().find_all("changes");
    import.options.message = q.query("message").value_or(std::string());
    MOCKER_TRY(platform, platform_of(q));
    import.options.platform = platform;
    co_return co_await stream_progress(r, std::move(import));
}

/// POST /images/create: 200 and progress; 404 and others before the first message.
MOCKER_DECL awaitable<result<>> create_image(engine::engine& e, http::request& q, http::response& r) {
    auto const from = q.query("fromImage");
    if (from && !from->empty()) co_return co_await pull_image(e, q, r);
    co_return co_await import_image(e, q, r);
}

/// What stream_progress runs for a load.
struct load_operation {
    engine::engine& e;
    http::request& q;
    bool quiet;

    awaitable<result<std::vector<std::string>>> operator()(image::progress_callback progress) {
        image::load_options options;
        if (!quiet) options.progress = std::move(progress);
        MOCKER_TRY(names, co_await e.images().load(body_of(q), std::move(options)));
        std::vector<std::string> lines;
        for (auto const& name : names) {
            types::progress_message message;
            message.stream = (name.starts_with("sha256:") ? "Loaded image ID: " : "Loaded image: ") + name + '\n';
            lines.push_back(types::to_text(message));
            emit_image_event(e, "load", name, name);
        }
        co_return lines;
    }
};

/// POST /images/load: 200 and `Loaded image: X`; 400 no such archive.
MOCKER_DECL awaitable<result<>> load_images(engine::engine& e, http::request& q, http::response& r) {
    load_operation load{e, q, query_flag(q, "quiet", true)};
    co_return co_await stream_progress(r, std::move(load));
}

MOCKER_DECL std::vector<image::image_user> users_of_image(engine::engine& e, digest const& id) {
    std::vector<image::image_user> users;
    for (auto const& c : e.list())
        if (c->image_id == id.text()) users.push_back({c->id, c->is_running()});
    return users;
}

MOCKER_DECL image::users_of users_of_images(engine::engine& e) {
    return [&e](digest const& id) { return users_of_image(e, id); };
}

/// Whether one of the image's names, with or without tag, matches one of the shell patterns of `reference`.
MOCKER_DECL bool matches_reference(filters const& f, image::image const& i) {
    auto const& wanted = f.values("reference");
    return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](std::string const& pattern) {
        auto const names = [&](std::string const& name) {
            auto const bare = name.substr(0, name.rfind(name.find('@') == std::string::npos ? ':' : '@'));
            return ::fnmatch(pattern.c_str(), name.c_str(), FNM_PATHNAME) == 0 ||
                   ::fnmatch(pattern.c_str(), bare.c_str(), FNM_PATHNAME) == 0;
        };
        return std::any_of(i.repo_tags.begin(), i.repo_tags.end(), names) ||
               std::any_of(i.repo_digests.begin(), i.repo_digests.end(), names);
    });
}

/// GET /images/json: 200; 400 bad filter.
MOCKER_DECL awaitable<result<>> list_images(engine::engine& e, http::request& q, http::response& r) {
    auto filter_text = q.query("filters").value_or(std::string());
    MOCKER_TRY(f, filters::parse(filter_text, {"before", "dangling", "label", "reference", "since"}));
    MOCKER_TRY(dangling, f.flag("dangling"));
    std::optional<time_point> before, since;
    for (auto const& name : f.values("before")) {
        MOCKER_TRY(i, e.images().find(name));
        before = i.created;
    }
    for (auto const& name : f.values("since")) {
        MOCKER_TRY(i, e.images().find(name));
        since = i.created;
    }
    std::map<std::string, std::int64_t> containers;
    for (auto const& c : e.list()) ++containers[c->image_id];
    std::string body = "[";
    for (auto const& i : e.images().list()) {
        bool const is_dangling = i.repo_tags.empty();
        if ((dangling && *dangling != is_dangling) || !f.matches_labels(i.config.config.labels) || !matches_reference(f, i) ||
            (before && !(i.created < *before)) || (since && !(i.created > *since)))
            continue;
        if (body.size() > 1) body += ',';
        body += types::to_text(summary_view(i, containers[i.id.text()], version_of(q)));
    }
    co_return co_await r.send(200, body + "]\n");
}

/// GET /images/{name}/json: 200; 404 no such image.
MOCKER_DECL awaitable<result<>> inspect_image(engine::engine& e, http::request& q, http::response& r) {
    MOCKER_TRY(i, e.images().find(q.param("name")));
    co_return co_await send_json(r, 200, inspect_view(i, version_of(q)));
}

/// GET /images/{name}/history: 200, the newest step first; 404.
MOCKER_DECL awaitable<result<>> image_history(engine::engine& e, http::request& q, http::response& r) {
    MOCKER_TRY(i, e.images().find(q.param("name")));
    json::array steps;
    std::size_t layer = i.layer_sizes.size();
    for (auto step = i.config.history.rbegin(); step != i.config.history.rend(); ++step) {
        bool const newest = steps.empty();
        std::int64_t const size = step->empty_layer || layer == 0 ? 0 : i.layer_sizes[--layer];
        auto const created = step->created ? step->created->time_since_epoch().count() / 1'000'000'000 : 0;
        steps.push_back(json::object{{"Comment", step->comment},
                                     {"Created", created},
                                     {"CreatedBy", step->created_by},
                                     {"Id", newest ? i.id.text() : "<missing>"},
                                     {"Size", size},
                                     {"Tags", newest && !i.repo_tags.empty() ? types::to_json(i.repo_tags) : json::value()}});
    }
    co_return co_await send_json(r, 200, json::value(std::move(steps)));
}

/// POST /images/{name}/tag: 201; 400; 404.
MOCKER_DECL awaitable<result<>> tag_image(engine::engine& e, http::request& q, http::response& r) {
    auto target = q.query("repo").value_or(std::string());
    if (auto const tag = q.query("tag"); tag && !tag->empty()) target += ':' + *tag;
    MOCKER_TRY(reference, oci::parse_reference(target));
    MOCKER_TRY(source, e.images().find(q.param("name")));
    MOCKER_CHECK(co_await e.images().tag(q.param("name"), reference));
    emit_image_event(e, "tag", source.id.text(), reference.familiar());
    co_return co_await r.send(201);
}

/// DELETE /images/{name}: 200 and what was done; 404; 409 it is in use.
MOCKER_DECL awaitable<result<>> delete_image(engine::engine& e, http::request& q, http::response& r) {
    MOCKER_TRY(removed, co_await e.images().remove(q.param("name"), query_flag(q, "force"), users_of_images(e)));
    std::vector<types::image_delete_item> items;
    for (auto const& entry : removed) {
        bool const untagged = entry.kind == image::removed_entry::what::untagged;
        types::image_delete_item item;
        (untagged ? item.untagged : item.deleted) = entry.name;
        items.push_back(std::move(item));
        emit_image_event(e, untagged ? "untag" : "delete", entry.name, entry.name);
    }
    co_return co_await send_json(r, 200, items);
}

} // namespace detail

MOCKER_DECL void add_image_routes(http::router& routes, engine::engine& e) {
    using http::verb;
    add_route(routes, verb::post, "/images/create", e, &detail::create_image);
    add_route(routes, verb::post, "/images/load", e, &detail::load_images);
    add_route(routes, verb::get, "/images/json", e, &detail::list_images);
    add_route(routes, verb::get, "/images/{name:.*}/json", e, &detail::inspect_image);
    add_route(routes, verb::get, "/images/{name:.*}/history", e, &detail::image_history);
    add_route(routes, verb::post, "/images/{name:.*}/tag", e, &detail::tag_image);
    add_route(routes, verb::delete_, "/images/{name:.*}", e, &detail::delete_image);
}

} // namespace mocker::api

#endif
