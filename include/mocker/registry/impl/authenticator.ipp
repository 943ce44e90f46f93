#ifndef MOCKER_REGISTRY_IMPL_AUTHENTICATOR_IPP
#define MOCKER_REGISTRY_IMPL_AUTHENTICATOR_IPP

#include <mocker/async/with_timeout.hpp>
#include <mocker/registry/detail/authenticator.hpp>
#include <mocker/registry/detail/flag_guard.hpp>
#include <mocker/registry/failure.hpp>

#include <algorithm>
#include <cstddef>

namespace mocker::registry::detail {

inline constexpr std::size_t token_answer_limit = 1 << 20;
inline constexpr std::chrono::seconds token_answer_timeout{30};
inline constexpr std::chrono::seconds token_margin{10};
inline constexpr int token_attempts = 3;

MOCKER_DECL authenticator::authenticator(asio::any_io_executor executor, transport& net, credentials who)
    : net_(net), who_(std::move(who)), fetched_(std::move(executor)) {}

/// The challenge that we prefer among those of @p header: bearer, else basic.
MOCKER_DECL std::optional<challenge> preferred_challenge(std::string_view header) {
    std::optional<challenge> basic;
    for (auto& candidate : parse_challenges(header)) {
        if (candidate.scheme == "bearer" && !candidate.parameter("realm").empty()) return std::move(candidate);
        if (candidate.scheme == "basic" && !basic) basic = std::move(candidate);
    }
    return basic;
}

MOCKER_DECL void authenticator::learn(std::string_view header) {
    if (auto asked = preferred_challenge(header)) asked_ = std::move(asked);
}

MOCKER_DECL bool authenticator::learn(std::string_view header, std::string const& scope,
                                      std::string const& authorization) {
    auto asked = preferred_challenge(header);
    if (!asked || !who_.registry_token.empty()) return false;
    asked_ = std::move(asked);
    if (asked_->scheme == "basic") return !authorization.starts_with("Basic ");
    auto& held = tokens_[scope];
    held.extra_scopes = asked_->parameter("scope");
    if (authorization == "Bearer " + held.value) held.value.clear(); // another request may have renewed it meanwhile
    return true;
}

/// @p own and the scopes in @p extra, a list separated by blanks, each once.
MOCKER_DECL std::vector<std::string> all_scopes(std::string const& own, std::string_view extra) {
    std::vector<std::string> out{own};
    while (!extra.empty()) {
        std::string const scope(extra.substr(0, extra.find(' ')));
        extra.remove_prefix(std::min(extra.size(), scope.size() + 1));
        if (!scope.empty() && std::find(out.begin(), out.end(), scope) == out.end()) out.push_back(scope);
    }
    return out;
}

MOCKER_DECL awaitable<result<std::string>> authenticator::authorization(std::string scope) {
    if (!who_.registry_token.empty()) co_return "Bearer " + who_.registry_token;
    if (!asked_) co_return std::string();
    if (asked_->scheme == "basic") {
        if (who_.username.empty()) co_return error(errc::unauthorized, "no basic auth credentials");
        co_return basic_authorization(who_);
    }
    auto& held = tokens_[scope]; // entries of a map stay where they are
    while (held.fetching) co_await fetched_.wait();
    if (!held.value.empty() && std::chrono::steady_clock::now() < held.expires) co_return "Bearer " + held.value;
    flag_guard const fetching(held.fetching, fetched_);
    MOCKER_TRY(fresh, co_await fetch(all_scopes(scope, held.extra_scopes)));
    held.value = std::move(fresh.value);
    held.expires = std::chrono::steady_clock::now() + fresh.lifetime - token_margin;
    co_return "Bearer " + held.value;
}

MOCKER_DECL awaitable<result<token>> authenticator::fetch(std::vector<std::string> scopes) {
    challenge const asked = *asked_;
    bool no_such_method = false;
    if (!who_.identity_token.empty()) {
        MOCKER_TRY(post, make_oauth_request(asked, scopes, who_));
        auto got = co_await ask(std::move(post), no_such_method);
        if (got || !no_such_method) co_return std::move(got);
    }
    MOCKER_TRY(get, make_token_request(asked, scopes, who_));
    co_return co_await ask(std::move(get), no_such_method);
}

MOCKER_DECL awaitable<result<token>> authenticator::ask(token_request what, bool& no_such_method) {
    for (int attempt = 1;; ++attempt) {
        outgoing request(what.form.empty() ? http::verb::get : http::verb::post, what.to);
        request.body = what.form;
        if (!what.form.empty()) request.header.set("Content-Type", "application/x-www-form-urlencoded");
        if (!what.authorization.empty()) request.header.set("Authorization", what.authorization);
        auto reply = co_await net_.open(request);
        if (!reply && is_transient(reply.error()) && attempt < token_attempts) continue;
        if (!reply) co_return network_error(request, reply.error());
        auto const status = reply->status();
        auto const body = co_await async::with_timeout(reply->read_all(token_answer_limit), token_answer_timeout);
        if (!body) co_return network_error(request, body.error());
        if (status == 200) co_return parse_token(*body);
        no_such_method = status == 404 || status == 405;
        auto const failed = parse_failure(status, *body, "");
        if (failed.transient() && attempt < token_attempts) continue;
        auto const kind = status == 401 || status == 403 ? errc::unauthorized : errc::internal;
        co_return network_error(request, error(kind, failed.text()));
    }
}

} // namespace mocker::registry::detail

#endif
