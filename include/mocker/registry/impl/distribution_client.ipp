#ifndef MOCKER_REGISTRY_IMPL_DISTRIBUTION_CLIENT_IPP
#define MOCKER_REGISTRY_IMPL_DISTRIBUTION_CLIENT_IPP

#include <mocker/registry/detail/distribution_client.hpp>
#include <mocker/registry/detail/flag_guard.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <algorithm>

namespace mocker::registry::detail {

MOCKER_DECL distribution_client::distribution_client(asio::any_io_executor executor, std::string domain,
                                                     credentials who, client_options options)
    : domain_(std::move(domain)), options_(std::move(options)), net_(executor, options_),
      auth_(executor, net_, std::move(who)), discovered_(executor) {}

MOCKER_DECL awaitable<result<origin>> distribution_client::discover() {
    while (discovering_) co_await discovered_.wait();
    if (origin_) co_return *origin_;
    flag_guard const discovering(discovering_, discovered_);
    MOCKER_TRY(secure, registry_origin(domain_, true));
    MOCKER_TRY(plain, registry_origin(domain_, false));
    std::vector<origin> candidates{secure};
    if (is_loopback(secure.host))
        candidates = {plain, secure};
    else if (net_.insecure().contains(secure))
        candidates = {secure, plain};
    auto found = co_await try_origins(candidates);
    if (!found && candidates.size() == 1 && co_await resolves_to_insecure(secure)) {
        net_.allow_insecure(secure.host);
        candidates = {secure, plain};
        found = co_await try_origins(candidates);
    }
    if (found) origin_ = *found;
    co_return found;
}

/// The first of @p candidates that answers; else the error of plain HTTP, if that was tried, as Docker shows it.
MOCKER_DECL awaitable<result<origin>> distribution_client::try_origins(std::vector<origin> candidates) {
    std::optional<error> failed;
    for (auto const& candidate : candidates) {
        auto const answered = co_await ping(candidate);
        if (answered) co_return candidate;
        if (!failed || !candidate.tls) failed = answered.error();
    }
    co_return *failed;
}

MOCKER_DECL awaitable<result<>> distribution_client::ping(origin const& where) {
    outgoing request(http::verb::get, location{where, "/v2/"});
    auto reply = co_await net_.open(request);
    if (!reply) co_return network_error(request, reply.error());
    auto const status = reply->status();
    auto const challenges = challenges_of(*reply);
    co_await drain(*reply);
    if (status == 400 && !where.tls)
        co_return network_error(request, error(errc::internal, "the server does not speak plain HTTP"));
    if (status == 401) auth_.learn(challenges);
    co_return result<>{};
}

/// Whether the name of @p where means this machine, or a block that was declared insecure.
MOCKER_DECL awaitable<bool> distribution_client::resolves_to_insecure(origin const& where) {
    asio::ip::tcp::resolver resolver(co_await asio::this_coro::executor);
    auto const [failed, found] = co_await resolver.async_resolve(where.host, where.port, as_awaitable_tuple);
    if (failed) co_return false;
    co_return std::any_of(found.begin(), found.end(),
                          [&](auto const& entry) { return net_.insecure().contains(entry.endpoint().address()); });
}

MOCKER_DECL awaitable<result<http::open_reply>> distribution_client::open(outgoing& request,
                                                                          std::string const& repository) {
    MOCKER_TRY(where, co_await discover());
    auto const target = request.to.target;
    auto const scope = "repository:" + repository + ":pull";
    for (bool again = false;; again = true) {
        request.to = location{where, target};
        auto const authorization = co_await auth_.authorization(scope);
        if (!authorization) co_return authorization.error();
        request.header.erase("Authorization");
        if (!authorization->empty()) request.header.set("Authorization", *authorization);
        auto reply = co_await net_.open(request);
        if (!reply || reply->status() != 401 || again || request.to.where != where) co_return std::move(reply);
        if (!auth_.learn(challenges_of(*reply), scope, *authorization)) co_return std::move(reply);
        co_await drain(*reply);
    }
}

MOCKER_DECL std::chrono::milliseconds distribution_client::delay_before(unsigned next_attempt,
                                                                        attempt const& last) const {
    auto const doubled = options_.retry_delay * (1 << std::min(next_attempt - 2, 6u));
    return std::max<std::chrono::milliseconds>(doubled, last.least_delay);
}

MOCKER_DECL attempt distribution_client::unanswered(outgoing const& request, error const& why) {
    auto const text = why.message();
    bool const worded = request.to.where.host.empty() || text.starts_with("Get \"") || text.starts_with("Post \"");
    return {worded ? why : network_error(request, why), is_transient(why), {}};
}

MOCKER_DECL attempt distribution_client::refused(http::open_reply const& reply, std::string_view body,
                                                 oci::reference const& name, std::string_view missing) const {
    auto what = parse_failure(reply.status(), body, missing);
    what.retry_after = parse_retry_after(reply.header("Retry-After"));
    bool const wait = what.retry_after.value_or(std::chrono::seconds(0)) <= options_.retry_after_limit;
    attempt out{pull_error(what, name), what.transient() && wait, {}};
    out.least_delay = what.retry_after.value_or(std::chrono::seconds(0));
    return out;
}

} // namespace mocker::registry::detail

#endif
