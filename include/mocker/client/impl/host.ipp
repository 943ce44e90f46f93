#ifndef MOCKER_CLIENT_IMPL_HOST_IPP
#define MOCKER_CLIENT_IMPL_HOST_IPP

#include <mocker/client/host.hpp>

#include <utility>

namespace mocker::client {

MOCKER_DECL result<host> host::parse(std::string_view text, bool use_tls) {
    host parsed;
    auto const separator = text.find("://");
    auto const scheme = separator == std::string_view::npos ? std::string_view("tcp") : text.substr(0, separator);
    auto const rest = separator == std::string_view::npos ? text : text.substr(separator + 3);
    parsed.text = separator == std::string_view::npos ? "tcp://" + std::string(text) : std::string(text);
    if (rest.empty()) return error(errc::malformed, "unable to parse docker host `" + std::string(text) + "`");
    if (scheme == "unix") {
        parsed.to = http::endpoint(http::endpoint::kind::unix_socket, std::string(rest));
        return parsed;
    }
    if (scheme == "ssh" || scheme == "fd" || scheme == "npipe")
        return error(errc::unsupported,
                     "a host of the kind " + std::string(scheme) + ":// is not supported: " + std::string(text));
    if (scheme != "tcp" && scheme != "http" && scheme != "https")
        return error(errc::malformed, "unable to parse docker host `" + std::string(text) + "`");
    bool const tls = use_tls || scheme == "https";
    auto const address = rest.substr(0, rest.find('/'));
    auto const bracket = address.rfind(']');
    auto const colon = address.rfind(':');
    bool const has_port = colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    auto name = address.substr(0, has_port ? colon : address.size());
    if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
    auto const port = has_port ? address.substr(colon + 1) : std::string_view(tls ? "2376" : "2375");
    if (port.empty() || port.find_first_not_of("0123456789") != std::string_view::npos)
        return error(errc::malformed, "invalid port in docker host: " + std::string(text));
    parsed.to = http::endpoint(tls ? http::endpoint::kind::tls : http::endpoint::kind::tcp,
                               name.empty() ? "127.0.0.1" : std::string(name), std::string(port));
    return parsed;
}

} // namespace mocker::client

#endif
