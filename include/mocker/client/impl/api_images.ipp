#ifndef MOCKER_CLIENT_IMPL_API_IMAGES_IPP
#define MOCKER_CLIENT_IMPL_API_IMAGES_IPP

#include <mocker/client/api_client.hpp>
#include <mocker/http/uri.hpp>

#include <utility>

namespace mocker::client {
namespace detail {

/// Names of images keep their slashes and colons in a path.
MOCKER_DECL std::string image_path(std::string_view name, std::string_view what) {
    return "/images/" + http::percent_encode(name, "/:@") + std::string(what);
}

} // namespace detail

MOCKER_DECL awaitable<result<std::vector<types::image_summary>>> api_client::list_images(bool all, filter_map filters) {
    http::query_builder query;
    if (all) query.add("all", "1");
    if (!filters.empty()) query.add("filters", encode_filters(filters));
    MOCKER_TRY(answer, co_await exchange(http::verb::get, "/images/json" + query.text(), std::nullopt));
    co_return types::parse<std::vector<types::image_summary>>(answer.body);
}

MOCKER_DECL awaitable<result<json::value>> api_client::inspect_image(std::string name) {
    return get_json(detail::image_path(name, "/json"));
}

MOCKER_DECL awaitable<result<std::vector<types::image_delete_item>>>
api_client::remove_image(std::string name, bool force, bool no_prune) {
    http::query_builder query;
    if (force) query.add("force", "1");
    if (no_prune) query.add("noprune", "1");
    MOCKER_TRY(answer,
               co_await exchange(http::verb::delete_, detail::image_path(name, "") + query.text(), std::nullopt));
    co_return types::parse<std::vector<types::image_delete_item>>(answer.body);
}

MOCKER_DECL awaitable<result<>> api_client::tag_image(std::string source, std::string repository, std::string tag) {
    http::query_builder query;
    query.add("repo", repository);
    if (!tag.empty()) query.add("tag", tag);
    return post(detail::image_path(source, "/tag") + query.text());
}

MOCKER_DECL awaitable<result<progress_stream>> api_client::pull_image(std::string name, std::string tag,
                                                                      std::string platform, std::string authorization) {
    http::query_builder query;
    query.add("fromImage", name);
    if (!tag.empty()) query.add("tag", tag);
    if (!platform.empty()) query.add("platform", platform);
    http::message request(http::verb::post, {});
    if (!authorization.empty()) request.set("X-Registry-Auth", authorization);
    MOCKER_TRY(reply, co_await open(request, "/images/create" + query.text()));
    co_return progress_stream(std::move(reply));
}

MOCKER_DECL awaitable<result<progress_stream>> api_client::import_image(import_options options,
                                                                        http::body_source archive) {
    http::query_builder query;
    query.add("fromSrc", options.source);
    if (!options.repository.empty()) query.add("repo", options.repository);
    if (!options.tag.empty()) query.add("tag", options.tag);
    if (!options.message.empty()) query.add("message", options.message);
    if (!options.platform.empty()) query.add("platform", options.platform);
    for (auto const& change : options.changes) query.add("changes", change);
    http::message request(http::verb::post, {});
    request.set("Content-Type", "text/plain");
    request.source = std::move(archive);
    MOCKER_TRY(reply, co_await open(request, "/images/create" + query.text()));
    co_return progress_stream(std::move(reply));
}

MOCKER_DECL awaitable<result<progress_stream>> api_client::load_images(http::body_source archive, bool quiet) {
    http::message request(http::verb::post, {});
    request.set("Content-Type", "application/x-tar");
    request.source = std::move(archive);
    MOCKER_TRY(reply, co_await open(request, std::string("/images/load?quiet=") + (quiet ? "1" : "0")));
    co_return progress_stream(std::move(reply));
}

} // namespace mocker::client

#endif
