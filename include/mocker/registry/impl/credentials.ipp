#ifndef MOCKER_REGISTRY_IMPL_CREDENTIALS_IPP
#define MOCKER_REGISTRY_IMPL_CREDENTIALS_IPP

#include <mocker/core/json.hpp>
#include <mocker/registry/credentials.hpp>
#include <mocker/registry/detail/base64.hpp>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace mocker::registry {
namespace detail {

/// The text member @p name of @p object; nothing if it is of another kind. Names compare as Go's decoder does.
MOCKER_DECL result<std::string> auth_text(json::object const& object, std::string_view name) {
    auto const same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
    for (auto const& member : object) {
        std::string_view const key = member.key();
        if (key.size() != name.size() || !std::equal(key.begin(), key.end(), name.begin(), same)) continue;
        if (auto const* text = member.value().if_string()) return std::string(*text);
        if (!member.value().is_null()) return json_type_error(name, "string", member.value());
    }
    return std::string();
}

/// Splits `auth`, base64 of `user:password`, as a configuration file holds it.
MOCKER_DECL result<> read_auth(std::string_view auth, credentials& into) {
    if (auth.empty()) return {};
    auto const decoded = base64_decode(auth);
    auto const colon = decoded ? decoded->find(':') : std::string::npos;
    if (colon == std::string::npos) return error(errc::malformed, "invalid auth configuration file");
    into.username = decoded->substr(0, colon);
    into.password = decoded->substr(colon + 1);
    while (into.password.ends_with('\0')) into.password.pop_back();
    return {};
}

} // namespace detail

MOCKER_DECL result<credentials> parse_registry_auth(std::string_view header) {
    if (header.empty()) return credentials();
    auto const text = detail::base64_decode(header);
    if (!text)
        return error(errc::malformed, "invalid X-Registry-Auth header: must be a valid base64url-encoded string");
    auto document = parse_json(*text, 8);
    if (!document) return document.error().within("invalid X-Registry-Auth header");
    auto const* object = document->if_object();
    if (!object) return error(errc::malformed, "invalid X-Registry-Auth header: expected a JSON object");
    credentials out;
    MOCKER_TRY_RETURN(auth, detail::auth_text(*object, "auth"));
    MOCKER_CHECK_RETURN(detail::read_auth(auth, out));
    MOCKER_TRY_RETURN(username, detail::auth_text(*object, "username"));
    MOCKER_TRY_RETURN(password, detail::auth_text(*object, "password"));
    MOCKER_TRY_RETURN(identity_token, detail::auth_text(*object, "identitytoken"));
    MOCKER_TRY_RETURN(registry_token, detail::auth_text(*object, "registrytoken"));
    MOCKER_TRY_RETURN(server_address, detail::auth_text(*object, "serveraddress"));
    if (!username.empty()) out.username = std::move(username);
    if (!password.empty()) out.password = std::move(password);
    out.identity_token = std::move(identity_token);
    out.registry_token = std::move(registry_token);
    out.server_address = std::move(server_address);
    if (out.username == "<token>") { // how credential helpers mark an identity token
        out.identity_token = std::move(out.password);
        out.username.clear();
        out.password.clear();
    }
    return out;
}

MOCKER_DECL std::string to_registry_auth(credentials const& who) {
    json::object out;
    if (!who.username.empty()) out["username"] = who.username;
    if (!who.password.empty()) out["password"] = who.password;
    if (!who.server_address.empty()) out["serveraddress"] = who.server_address;
    if (!who.identity_token.empty()) out["identitytoken"] = who.identity_token;
    if (!who.registry_token.empty()) out["registrytoken"] = who.registry_token;
    return detail::base64_encode(json::serialize(out), true);
}

MOCKER_DECL std::string basic_authorization(credentials const& who) {
    return "Basic " + detail::base64_encode(who.username + ":" + who.password);
}

} // namespace mocker::registry

#endif
