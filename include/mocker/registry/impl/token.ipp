#ifndef MOCKER_REGISTRY_IMPL_TOKEN_IPP
#define MOCKER_REGISTRY_IMPL_TOKEN_IPP

#include <mocker/core/json.hpp>
#include <mocker/http/uri.hpp>
#include <mocker/registry/token.hpp>

#include <boost/json/object.hpp>

#include <algorithm>

namespace mocker::registry {
namespace detail {

inline constexpr std::string_view token_client_id = "mocker";
inline constexpr std::chrono::seconds shortest_token_lifetime{60}, longest_token_lifetime{24 * 3600};

MOCKER_DECL void append_parameter(std::string& query, std::string_view name, std::string_view value) {
    if (!query.empty()) query += '&';
    query.append(name).append("=").append(http::percent_encode(value));
}

MOCKER_DECL result<location> token_realm(challenge const& asked) {
    auto const realm = asked.parameter("realm");
    if (realm.empty()) return error(errc::malformed, "no realm specified for token auth challenge");
    auto url = parse_url(realm);
    if (!url) return url.error().within("invalid token auth challenge realm");
    return url;
}

MOCKER_DECL std::string joined(std::vector<std::string> const& words) {
    std::string out;
    for (auto const& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

/// Whether @p text can stand in a header as it is: visible ASCII.
MOCKER_DECL bool is_token_text(std::string_view text) noexcept {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c > 32 && c < 127; });
}

MOCKER_DECL std::chrono::seconds token_lifetime(json::object const& answer) {
    auto const* value = answer.if_contains("expires_in");
    auto const* seconds = value ? value->if_int64() : nullptr;
    return std::clamp(std::chrono::seconds(seconds ? *seconds : 0), shortest_token_lifetime, longest_token_lifetime);
}

} // namespace detail

MOCKER_DECL result<token_request> make_token_request(challenge const& asked, std::vector<std::string> const& scopes,
                                                     credentials const& who) {
    MOCKER_TRY_RETURN(realm, detail::token_realm(asked));
    token_request out{std::move(realm), {}, {}};
    std::string query;
    if (auto const service = asked.parameter("service"); !service.empty())
        detail::append_parameter(query, "service", service);
    for (auto const& scope : scopes) detail::append_parameter(query, "scope", scope);
    if (!who.username.empty()) {
        detail::append_parameter(query, "account", who.username);
        out.authorization = basic_authorization(who);
    }
    if (query.empty()) return out;
    out.to.target += (out.to.target.find('?') == std::string::npos ? "?" : "&") + query;
    return out;
}

MOCKER_DECL result<token_request> make_oauth_request(challenge const& asked, std::vector<std::string> const& scopes,
                                                     credentials const& who) {
    MOCKER_TRY_RETURN(realm, detail::token_realm(asked));
    token_request out{std::move(realm), {}, {}};
    bool const refresh = !who.identity_token.empty();
    detail::append_parameter(out.form, "grant_type", refresh ? "refresh_token" : "password");
    detail::append_parameter(out.form, "service", asked.parameter("service"));
    detail::append_parameter(out.form, "client_id", detail::token_client_id);
    if (!scopes.empty()) detail::append_parameter(out.form, "scope", detail::joined(scopes));
    if (refresh) {
        detail::append_parameter(out.form, "refresh_token", who.identity_token);
    } else {
        detail::append_parameter(out.form, "username", who.username);
        detail::append_parameter(out.form, "password", who.password);
    }
    return out;
}

MOCKER_DECL result<token> parse_token(std::string_view body) {
    auto const document = parse_json(body, 16);
    if (!document) return document.error().within("unable to decode token response");
    auto const* object = document->if_object();
    if (!object) return error(errc::malformed, "unable to decode token response: expected a JSON object");
    token out;
    for (auto const* name : {"token", "access_token"}) {
        auto const* value = object->if_contains(name);
        if (out.value.empty() && value && value->is_string()) out.value = std::string(value->get_string());
    }
    if (out.value.empty())
        return error(errc::malformed, "authorization server did not include a token in the response");
    if (!detail::is_token_text(out.value))
        return error(errc::malformed, "unable to decode token response: invalid token");
    out.lifetime = detail::token_lifetime(*object);
    return out;
}

} // namespace mocker::registry

#endif
