#ifndef MOCKER_CLI_IMPL_CONTEXT_IPP
#define MOCKER_CLI_IMPL_CONTEXT_IPP

#include <mocker/cli/context.hpp>
#include <mocker/core/file.hpp>
#include <mocker/core/json.hpp>

#include <boost/beast/core/detail/base64.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <cstdlib>

namespace mocker::cli {

MOCKER_DECL std::string context::environment_api_version() {
    char const* const pinned = std::getenv("DOCKER_API_VERSION");
    return pinned ? pinned : "";
}

MOCKER_DECL int report(context& c, error const& e) {
    c.out.flush();
    c.err.line(e.message());
    return exit_status::failure;
}

MOCKER_DECL void report_with_hint(context& c, error const& e) {
    c.out.flush();
    c.err.write("mocker: " + e.message() + "\n\nRun 'mocker " + c.command + " --help' for more information\n");
}

MOCKER_DECL int start_exit_status(error const& e, int otherwise) {
    auto const text = e.message();
    auto const says = [&](char const* part) { return text.find(part) != std::string::npos; };
    if (says("executable file not found") || says("no such file or directory") ||
        says("system cannot find the file specified"))
        return exit_status::not_found;
    if (e.code() == errc::forbidden) return otherwise; // of the socket, not of the command
    if (says("permission denied") || says("is a directory")) return exit_status::cannot_execute;
    return otherwise;
}

MOCKER_DECL result<std::string> parse_filter(std::string_view text) {
    if (!text.empty() && text.find('=') == std::string_view::npos)
        return error(errc::malformed, "bad format of filter (expected name=value)");
    return std::string(text);
}

MOCKER_DECL result<client::filter_map> parse_filters(std::vector<std::string> const& values) {
    client::filter_map filters;
    for (auto const& value : values) {
        auto const equals = value.find('=');
        if (equals == std::string::npos) continue;
        std::string key;
        for (char const c : value.substr(0, equals))
            if (c != ' ') key += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        filters[key].push_back(value.substr(equals + 1));
    }
    return filters;
}

namespace detail {

MOCKER_DECL std::string base64_decode(std::string_view text) {
    std::string out(boost::beast::detail::base64::decoded_size(text.size()), '\0');
    out.resize(boost::beast::detail::base64::decode(out.data(), text.data(), text.size()).first);
    return out;
}

MOCKER_DECL std::string base64_encode_url(std::string_view text) {
    std::string out(boost::beast::detail::base64::encoded_size(text.size()), '\0');
    out.resize(boost::beast::detail::base64::encode(out.data(), text.data(), text.size()));
    for (auto& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return out;
}

} // namespace detail

MOCKER_DECL std::string registry_authorization(std::string const& config_directory, std::string const& domain) {
    auto const content = read_file(config_directory + "/config.json", 1 << 20);
    if (!content) return {};
    auto const parsed = parse_json(*content);
    if (!parsed || !parsed->is_object()) return {};
    auto const* auths = parsed->get_object().if_contains("auths");
    if (!auths || !auths->is_object()) return {};
    std::string const key = domain == "docker.io" ? "https://index.docker.io/v1/" : domain;
    auto const* entry = auths->get_object().if_contains(key);
    if (!entry) entry = auths->get_object().if_contains("https://" + domain);
    if (!entry || !entry->is_object()) return {};
    auto const text = [&](char const* name) {
        auto const* value = entry->get_object().if_contains(name);
        return value && value->is_string() ? std::string(value->get_string()) : std::string();
    };
    json::object credentials;
    auto const decoded = detail::base64_decode(text("auth"));
    if (auto const colon = decoded.find(':'); colon != std::string::npos) {
        credentials["username"] = decoded.substr(0, colon);
        credentials["password"] = decoded.substr(colon + 1);
    }
    if (auto token = text("identitytoken"); !token.empty()) credentials["identitytoken"] = token;
    if (auto token = text("registrytoken"); !token.empty()) credentials["registrytoken"] = token;
    if (credentials.empty()) return {};
    credentials["serveraddress"] = key;
    return detail::base64_encode_url(json::serialize(credentials));
}

} // namespace mocker::cli

#endif
