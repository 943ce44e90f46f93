#ifndef MOCKER_CLIENT_IMPL_API_CONTAINERS_IPP
#define MOCKER_CLIENT_IMPL_API_CONTAINERS_IPP

#include <mocker/client/api_client.hpp>
#include <mocker/http/uri.hpp>

#include <utility>

namespace mocker::client {
namespace detail {

MOCKER_DECL std::string stop_query(stop_options const& options) {
    http::query_builder query;
    if (!options.signal.empty()) query.add("signal", options.signal);
    if (options.timeout) query.add("t", std::to_string(*options.timeout));
    return query.text();
}

MOCKER_DECL std::string size_query(unsigned rows, unsigned columns) {
    return "?h=" + std::to_string(rows) + "&w=" + std::to_string(columns);
}

} // namespace detail

MOCKER_DECL awaitable<result<types::container_create_response>>
api_client::create_container(types::container_create_request const& request, std::string name, std::string platform) {
    http::query_builder query;
    if (!name.empty()) query.add("name", name);
    if (!platform.empty()) query.add("platform", platform);
    std::optional<std::string> body(types::to_text(request));
    MOCKER_TRY(answer, co_await exchange(http::verb::post, "/containers/create" + query.text(), std::move(body)));
    co_return types::parse<types::container_create_response>(answer.body);
}

MOCKER_DECL awaitable<result<>> api_client::start_container(std::string id) {
    return post(detail::container_path(id, "/start"));
}

MOCKER_DECL awaitable<result<>> api_client::stop_container(std::string id, stop_options options) {
    return post(detail::container_path(id, "/stop") + detail::stop_query(options));
}

MOCKER_DECL awaitable<result<>> api_client::restart_container(std::string id, stop_options options) {
    return post(detail::container_path(id, "/restart") + detail::stop_query(options));
}

MOCKER_DECL awaitable<result<>> api_client::kill_container(std::string id, std::string signal) {
    http::query_builder query;
    if (!signal.empty()) query.add("signal", signal);
    return post(detail::container_path(id, "/kill") + query.text());
}

MOCKER_DECL awaitable<result<>> api_client::rename_container(std::string id, std::string name) {
    http::query_builder query;
    query.add("name", name);
    return post(detail::container_path(id, "/rename") + query.text());
}

MOCKER_DECL awaitable<result<>> api_client::remove_container(std::string id, remove_options options) {
    http::query_builder query;
    if (options.volumes) query.add("v", "1");
    if (options.force) query.add("force", "1");
    if (options.link) query.add("link", "1");
    MOCKER_TRY(answer,
               co_await exchange(http::verb::delete_, detail::container_path(id, "") + query.text(), std::nullopt));
    (void)answer;
    co_return result<>{};
}

MOCKER_DECL awaitable<result<>> api_client::resize_container(std::string id, unsigned rows, unsigned columns) {
    return post(detail::container_path(id, "/resize") + detail::size_query(rows, columns));
}

MOCKER_DECL awaitable<result<json::value>> api_client::inspect_container(std::string id, bool size) {
    return get_json(detail::container_path(id, size ? "/json?size=1" : "/json"));
}

MOCKER_DECL awaitable<result<std::vector<types::container_summary>>> api_client::list_containers(list_options options) {
    http::query_builder query;
    if (options.all) query.add("all", "1");
    if (options.last > 0) query.add("limit", std::to_string(options.last));
    if (options.size) query.add("size", "1");
    if (!options.filters.empty()) query.add("filters", encode_filters(options.filters));
    MOCKER_TRY(answer, co_await exchange(http::verb::get, "/containers/json" + query.text(), std::nullopt));
    co_return types::parse<std::vector<types::container_summary>>(answer.body);
}

MOCKER_DECL awaitable<result<pending_wait>> api_client::wait_container(std::string id, std::string condition) {
    http::message request(http::verb::post, {});
    http::query_builder query;
    if (!condition.empty()) query.add("condition", condition);
    MOCKER_TRY(reply, co_await open(request, detail::container_path(id, "/wait") + query.text()));
    co_return pending_wait(std::move(reply));
}

MOCKER_DECL awaitable<result<types::wait_response>> pending_wait::get() {
    MOCKER_TRY(body, co_await reply_.read_all(1 << 20));
    co_return types::parse<types::wait_response>(body);
}

MOCKER_DECL awaitable<result<attachment>> api_client::attach_container(std::string id, attach_options options) {
    http::query_builder query;
    if (!options.detach_keys.empty()) query.add("detachKeys", options.detach_keys);
    if (options.stream) query.add("stream", "1");
    if (options.in) query.add("stdin", "1");
    if (options.out) query.add("stdout", "1");
    if (options.err) query.add("stderr", "1");
    if (options.logs) query.add("logs", "1");
    return hijack(http::verb::post, detail::container_path(id, "/attach") + query.text(), {});
}

MOCKER_DECL awaitable<result<http::open_reply>> api_client::container_logs(std::string id, log_options options) {
    http::query_builder query;
    if (options.out) query.add("stdout", "1");
    if (options.err) query.add("stderr", "1");
    if (options.follow) query.add("follow", "1");
    if (options.timestamps) query.add("timestamps", "1");
    if (options.details) query.add("details", "1");
    if (!options.since.empty()) query.add("since", options.since);
    if (!options.until.empty()) query.add("until", options.until);
    query.add("tail", options.tail.empty() ? "all" : options.tail);
    http::message request;
    co_return co_await open(request, detail::container_path(id, "/logs") + query.text());
}

MOCKER_DECL awaitable<result<types::id_response>> api_client::create_exec(std::string container,
                                                                          types::exec_config const& config) {
    std::optional<std::string> body(types::to_text(config));
    MOCKER_TRY(answer,
               co_await exchange(http::verb::post, detail::container_path(container, "/exec"), std::move(body)));
    co_return types::parse<types::id_response>(answer.body);
}

MOCKER_DECL awaitable<result<attachment>> api_client::start_exec(std::string id,
                                                                 types::exec_start_config const& config) {
    return hijack(http::verb::post, "/exec/" + http::percent_encode(id) + "/start", types::to_text(config));
}

MOCKER_DECL awaitable<result<>> api_client::start_exec_detached(std::string id,
                                                                types::exec_start_config const& config) {
    std::optional<std::string> body(types::to_text(config));
    MOCKER_TRY(answer,
               co_await exchange(http::verb::post, "/exec/" + http::percent_encode(id) + "/start", std::move(body)));
    (void)answer;
    co_return result<>{};
}

MOCKER_DECL awaitable<result<json::value>> api_client::inspect_exec(std::string id) {
    return get_json("/exec/" + http::percent_encode(id) + "/json");
}

MOCKER_DECL awaitable<result<>> api_client::resize_exec(std::string id, unsigned rows, unsigned columns) {
    return post("/exec/" + http::percent_encode(id) + "/resize" + detail::size_query(rows, columns));
}

} // namespace mocker::client

#endif
