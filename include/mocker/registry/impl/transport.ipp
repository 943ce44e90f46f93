#ifndef MOCKER_REGISTRY_IMPL_TRANSPORT_IPP
#define MOCKER_REGISTRY_IMPL_TRANSPORT_IPP

#include <mocker/async/with_timeout.hpp>
#include <mocker/registry/detail/transport.hpp>

#include <boost/asio/error.hpp>
#include <boost/beast/http/error.hpp>

#include <cstddef>
#include <filesystem>
#include <system_error>

namespace mocker::registry::detail {

inline constexpr int redirect_limit = 10;
inline constexpr std::size_t drain_limit = 64 * 1024;
inline constexpr std::chrono::seconds drain_timeout{5};

/// The certificates that an administrator has put into @p directory, as for Docker.
MOCKER_DECL http::tls_options certificates_in(std::string const& directory) {
    namespace fs = std::filesystem;
    http::tls_options out;
    std::error_code ignored;
    for (fs::directory_iterator entry(directory, ignored), end; !ignored && entry != end; entry.increment(ignored)) {
        auto const path = entry->path();
        if (path.extension() == ".crt" && out.ca_file.empty()) out.ca_file = path.string();
        auto key = path;
        key.replace_extension(".key");
        if (path.extension() != ".cert" || !fs::exists(key, ignored)) continue;
        out.certificate_file = path.string();
        out.key_file = key.string();
    }
    return out;
}

MOCKER_DECL transport::transport(asio::any_io_executor executor, client_options const& options)
    : executor_(std::move(executor)), options_(options), insecure_names_(options.insecure_registries),
      insecure_(insecure_names_) {}

MOCKER_DECL void transport::allow_insecure(std::string const& host) {
    insecure_names_.push_back(host);
    insecure_ = insecure_list(insecure_names_);
    std::erase_if(clients_, [&](auto const& entry) { return entry.first.host == host; });
}

MOCKER_DECL http::client& transport::client_of(origin const& where) {
    if (auto const found = clients_.find(where); found != clients_.end()) return found->second;
    http::client_options o;
    o.to = http::endpoint(where.tls ? http::endpoint::kind::tls : http::endpoint::kind::tcp, where.host, where.port);
    if (where.tls && !options_.certificates.empty())
        o.tls = certificates_in(options_.certificates + "/" + where.authority());
    if (insecure_.contains(where)) o.tls.verify = false;
    o.connect_timeout = options_.connect_timeout;
    o.idle_connections = options_.connections;
    o.common_headers.set("User-Agent", options_.user_agent);
    return clients_.emplace(where, http::client(executor_, std::move(o))).first->second;
}

MOCKER_DECL awaitable<result<http::open_reply>> transport::open_once(outgoing const& request) {
    if (!request.to.where.tls && !insecure_.contains(request.to.where))
        co_return error(errc::forbidden, "plain HTTP is only used with loopback and insecure registries");
    http::message m(request.method, request.to.target);
    m.header = request.header;
    m.header.set("Host", request.to.where.authority());
    m.body = request.body;
    auto& client = client_of(request.to.where);
    co_return co_await async::with_timeout(client.open(std::move(m)), options_.response_timeout);
}

MOCKER_DECL bool is_redirect(unsigned status) noexcept {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

MOCKER_DECL awaitable<result<http::open_reply>> transport::open(outgoing& request) {
    for (int hop = 0;; ++hop) {
        auto reply = co_await open_once(request);
        if (!reply || !is_redirect(reply->status()) || request.method == http::verb::post) co_return std::move(reply);
        if (hop == redirect_limit) co_return error(errc::malformed, "stopped after 10 redirects");
        MOCKER_TRY(next, resolve_location(request.to, reply->header("Location")));
        co_await drain(*reply);
        if (next.where != request.to.where) request.header.erase("Authorization");
        if (request.to.where.tls && !next.where.tls && !insecure_.contains(next.where))
            co_return error(errc::forbidden, "redirected from https to plain http: " + next.where.text());
        request.to = std::move(next);
    }
}

MOCKER_DECL awaitable<std::string> drain(http::open_reply& reply) {
    auto rest = co_await async::with_timeout(reply.read_all(drain_limit), drain_timeout);
    co_return rest ? std::move(*rest) : std::string();
}

MOCKER_DECL std::string challenges_of(http::open_reply const& reply) {
    std::string out;
    for (auto const& [name, value] : reply.fields())
        if (http::iequals(name, "WWW-Authenticate")) out += (out.empty() ? "" : ", ") + std::string(value);
    return out;
}

MOCKER_DECL bool is_transient(error const& why) noexcept {
    auto const& category = why.code().category();
    if (category == engine_category() || why.code() == asio::error::operation_aborted) return false;
    return std::string_view(category.name()) != "asio.ssl"; // a certificate does not become valid by asking again
}

/// Why @p where was not reached, as Go says it.
MOCKER_DECL std::string network_reason(origin const& where, error const& why) {
    auto const code = why.code();
    auto const dial = "dial tcp " + where.host + ":" + where.port + ": connect: ";
    if (code == asio::error::host_not_found || code == asio::error::host_not_found_try_again ||
        code == asio::error::no_data)
        return "dial tcp: lookup " + where.host + ": no such host";
    if (code == asio::error::connection_refused) return dial + "connection refused";
    if (code == asio::error::network_unreachable) return dial + "network is unreachable";
    if (code == asio::error::host_unreachable) return dial + "no route to host";
    if (code == asio::error::connection_reset) return "read: connection reset by peer";
    if (code == asio::error::eof || code == boost::beast::http::error::end_of_stream) return "EOF";
    if (code == boost::beast::http::error::partial_message) return "unexpected EOF";
    if (code == asio::error::timed_out)
        return "net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting "
               "headers)";
    auto text = why.message();
    if (text.find("wrong version number") != std::string::npos || text.find("http request") != std::string::npos)
        return "http: server gave HTTP response to HTTPS client";
    if (text.find("certificate verify failed") != std::string::npos)
        return "tls: failed to verify certificate: " + text;
    return text;
}

MOCKER_DECL error network_error(outgoing const& request, error const& why) {
    auto const method = request.method == http::verb::post   ? "Post"
                        : request.method == http::verb::head ? "Head"
                                                             : "Get";
    auto const path = request.to.target.substr(0, request.to.target.find('?'));
    auto const kind =
        why.code().category() == engine_category() ? static_cast<errc>(why.code().value()) : errc::internal;
    return {kind, method + std::string(" \"") + request.to.where.text() + path +
                      "\": " + network_reason(request.to.where, why)};
}

} // namespace mocker::registry::detail

#endif
