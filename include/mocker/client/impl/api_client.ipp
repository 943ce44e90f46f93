#ifndef MOCKER_CLIENT_IMPL_API_CLIENT_IPP
#define MOCKER_CLIENT_IMPL_API_CLIENT_IPP

#include <mocker/client/api_client.hpp>
#include <mocker/core/error_table.hpp>
#include <mocker/http/uri.hpp>
#include <mocker/version.hpp>

#include <boost/json/serialize.hpp>

#include <cerrno>
#include <utility>

namespace mocker::client {
namespace detail {

MOCKER_DECL http::client_options http_options(host const& where) {
    http::client_options options;
    options.to = where.to;
    options.tls = where.tls;
    options.reply_limit = std::size_t(1) << 30;
    options.common_headers.set("User-Agent", "Docker-Client/" MOCKER_VERSION " (linux)");
    return options;
}

MOCKER_DECL std::string container_path(std::string_view id, std::string_view what) {
    return "/containers/" + http::percent_encode(id) + std::string(what);
}

} // namespace detail

MOCKER_DECL api_client::api_client(asio::any_io_executor executor, host where, std::string version)
    : host_(std::move(where)), version_(version.empty() ? mocker::api_version : std::move(version)),
      pinned_(version_ != mocker::api_version), http_(std::move(executor), detail::http_options(host_)) {}

MOCKER_DECL std::string api_client::target(std::string_view path) const { return "/v" + version_ + std::string(path); }

MOCKER_DECL error response_error(unsigned status, std::string_view body) {
    std::string text;
    if (auto parsed = parse_json(body)) {
        auto const* object = parsed->if_object();
        auto const* message = object ? object->if_contains("message") : nullptr;
        if (message && message->is_string()) text = std::string(message->get_string());
        if (text.empty()) text = "API returned a " + std::to_string(status) + " but provided no error-message";
    } else {
        while (!body.empty() && (body.back() == '\n' || body.back() == '\r')) body.remove_suffix(1);
        text = body.empty() ? "request returned " + std::to_string(status) +
                                  " for API route and version, check if the server "
                                  "supports the requested API version"
                            : std::string(body.substr(0, 4096));
    }
    return error(errc_from_http_status(status), "Error response from daemon: " + text);
}

MOCKER_DECL bool api_client::lower_version(unsigned status, std::string_view body) {
    constexpr std::string_view marker = "Maximum supported API version is ";
    auto const at = body.find(marker);
    if (status != 400 || pinned_ || at == std::string_view::npos) return false;
    auto known = body.substr(at + marker.size());
    known = known.substr(0, known.find_first_not_of("0123456789."));
    if (known.empty() || known == version_) return false;
    version_ = std::string(known);
    pinned_ = true;
    return true;
}

MOCKER_DECL error api_client::unreachable(error const& e) const {
    auto const code = e.code();
    if (code.category() != boost::system::system_category()) return e;
    if (code.value() == ENOENT || code.value() == ECONNREFUSED)
        return error(errc::unavailable,
                     "Cannot connect to the Docker daemon at " + host_.text + ". Is the docker daemon running?");
    if (code.value() == EACCES || code.value() == EPERM)
        return error(errc::forbidden, "permission denied while trying to connect to the Docker daemon socket at " +
                                          host_.text + ": connect: permission denied");
    return error(errc::unavailable, "error during connect: " + e.message());
}

MOCKER_DECL awaitable<std::optional<error>> api_client::recovered(error e) {
    auto failed = unreachable(e);
    auto const recover = std::exchange(recover_, nullptr);
    if (failed.code() != errc::unavailable || !recover) co_return std::optional<error>(std::move(failed));
    auto done = co_await recover();
    if (!done) co_return std::optional<error>(done.error());
    co_return std::nullopt;
}

MOCKER_DECL awaitable<result<http::reply>> api_client::exchange(http::verb method, std::string path,
                                                                std::optional<std::string> body) {
    for (;;) {
        http::message request(method, target(path));
        if (body) {
            request.set("Content-Type", "application/json");
            request.body = *body;
        }
        auto answer = co_await http_.send(std::move(request));
        if (!answer) {
            if (auto failed = co_await recovered(answer.error())) co_return std::move(*failed);
            continue;
        }
        if (answer->ok() || answer->status == 304) co_return std::move(*answer);
        if (lower_version(answer->status, answer->body)) continue;
        co_return response_error(answer->status, answer->body);
    }
}

/// Opens @p request, whose target becomes the versioned @p path. A body that is made while it is sent is sent once.
MOCKER_DECL awaitable<result<http::open_reply>> api_client::open(http::message& request, std::string path) {
    for (;;) {
        bool const once = static_cast<bool>(request.source);
        http::message attempt = request;
        attempt.target = target(path);
        auto answer = co_await http_.open(std::move(attempt));
        if (!answer) {
            if (auto failed = co_await recovered(answer.error())) co_return std::move(*failed);
            continue;
        }
        if (answer->ok()) co_return std::move(*answer);
        auto const status = answer->status();
        MOCKER_TRY(body, co_await answer->read_all(1 << 20));
        if (!once && lower_version(status, body)) continue;
        co_return response_error(status, body);
    }
}

MOCKER_DECL awaitable<result<attachment>> api_client::hijack(http::verb method, std::string path, std::string body) {
    for (;;) {
        http::message request(method, target(path));
        request.set("Content-Type", body.empty() ? "text/plain" : "application/json");
        request.body = body;
        auto answer = co_await http_.upgrade(std::move(request));
        if (!answer) {
            if (auto failed = co_await recovered(answer.error())) co_return std::move(*failed);
            continue;
        }
        if (answer->stream) {
            bool const raw = answer->header["Content-Type"] == "application/vnd.docker.raw-stream";
            co_return attachment(std::move(answer->stream), !raw);
        }
        if (lower_version(answer->status, answer->body)) continue;
        co_return response_error(answer->status, answer->body);
    }
}

MOCKER_DECL awaitable<result<>> api_client::post(std::string path) {
    MOCKER_TRY(answer, co_await exchange(http::verb::post, std::move(path), std::nullopt));
    (void)answer;
    co_return result<>{};
}

MOCKER_DECL awaitable<result<json::value>> api_client::get_json(std::string path) {
    MOCKER_TRY(answer, co_await exchange(http::verb::get, std::move(path), std::nullopt));
    co_return parse_json(answer.body);
}

MOCKER_DECL awaitable<result<std::string>> api_client::ping() {
    http::message request(http::verb::get, "/_ping");
    auto answer = co_await http_.send(std::move(request));
    if (!answer) co_return unreachable(answer.error());
    if (!answer->ok()) co_return response_error(answer->status, answer->body);
    co_return std::string(answer->header["Server"]);
}

MOCKER_DECL awaitable<result<json::value>> api_client::version() { return get_json("/version"); }
MOCKER_DECL awaitable<result<json::value>> api_client::info() { return get_json("/info"); }

MOCKER_DECL std::string encode_filters(filter_map const& filters) {
    if (filters.empty()) return {};
    json::object keys;
    for (auto const& [key, values] : filters) {
        json::object set;
        for (auto const& value : values) set[value] = true;
        keys[key] = std::move(set);
    }
    return json::serialize(keys);
}

} // namespace mocker::client

#endif
