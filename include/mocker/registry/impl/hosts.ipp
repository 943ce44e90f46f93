#ifndef MOCKER_REGISTRY_IMPL_HOSTS_IPP
#define MOCKER_REGISTRY_IMPL_HOSTS_IPP

#include <mocker/registry/hosts.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>

namespace mocker::registry {
namespace detail {

namespace ip = boost::asio::ip;

MOCKER_DECL std::optional<ip::address> numeric_address(std::string_view host) {
    boost::system::error_code failed;
    auto const address = ip::make_address(std::string(host), failed);
    if (failed) return std::nullopt;
    if (address.is_v6() && address.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    return address;
}

MOCKER_DECL std::vector<unsigned char> address_bytes(ip::address const& address) {
    if (address.is_v4()) {
        auto const bytes = address.to_v4().to_bytes();
        return {bytes.begin(), bytes.end()};
    }
    auto const bytes = address.to_v6().to_bytes();
    return {bytes.begin(), bytes.end()};
}

/// Whether the first @p bits of both are equal.
MOCKER_DECL bool in_block(ip::address const& address, ip::address const& block, unsigned bits) {
    if (address.is_v4() != block.is_v4()) return false;
    auto const a = address_bytes(address), b = address_bytes(block);
    for (unsigned i = 0; i < bits; ++i)
        if ((a[i / 8] ^ b[i / 8]) >> (7 - i % 8) & 1) return false;
    return true;
}

MOCKER_DECL std::optional<unsigned> parse_number(std::string_view text, unsigned most) {
    unsigned number = 0;
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc() || end != text.data() + text.size() || number > most) return std::nullopt;
    return number;
}

MOCKER_DECL std::string lower_host(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

MOCKER_DECL error url_error(std::string_view url, std::string_view why) {
    std::string shown(url.substr(0, 256));
    std::ranges::replace_if(
        shown, [](char c) { return static_cast<unsigned char>(c) < 32; }, ' ');
    return {errc::malformed, "invalid URL \"" + shown + "\": " + std::string(why)};
}

/// Splits `host[:port]`; the port becomes the usual one of the scheme if there is none.
MOCKER_DECL result<origin> parse_authority(std::string_view text, bool tls) {
    origin out{tls, {}, tls ? "443" : "80"};
    std::string_view host = text, rest;
    if (text.starts_with('[')) {
        auto const bracket = text.find(']');
        if (bracket == std::string_view::npos) return url_error(text, "missing ']' in host");
        host = text.substr(1, bracket - 1);
        rest = text.substr(bracket + 1);
        if (!numeric_address(host)) return url_error(text, "invalid address");
    } else if (auto const colon = text.find(':'); colon != std::string_view::npos) {
        host = text.substr(0, colon);
        rest = text.substr(colon);
    }
    bool const plain = std::ranges::all_of(host, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
               c == '_' || c == ':';
    });
    if (host.empty() || !plain) return url_error(text, "invalid host");
    out.host = lower_host(host);
    if (rest.empty()) return out;
    auto const port = rest.starts_with(':') ? parse_number(rest.substr(1), 65535) : std::nullopt;
    if (!port || *port == 0) return url_error(text, "invalid port");
    out.port = std::to_string(*port);
    return out;
}

MOCKER_DECL bool is_target(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) > 32 && c != 127; });
}

} // namespace detail

MOCKER_DECL std::string origin::authority() const {
    auto const bracketed = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return port == (tls ? "443" : "80") ? bracketed : bracketed + ":" + port;
}

MOCKER_DECL std::string origin::text() const { return (tls ? "https://" : "http://") + authority(); }

MOCKER_DECL result<origin> registry_origin(std::string_view domain, bool tls) {
    return detail::parse_authority(domain == "docker.io" ? "registry-1.docker.io" : domain, tls);
}

MOCKER_DECL result<location> parse_url(std::string_view url) {
    auto const colon = url.find("://");
    auto const scheme = detail::lower_host(url.substr(0, colon));
    if (colon == std::string_view::npos || (scheme != "http" && scheme != "https"))
        return detail::url_error(url, "expected http or https");
    auto const rest = url.substr(colon + 3);
    auto const end = rest.find_first_of("/?#");
    MOCKER_TRY_RETURN(where, detail::parse_authority(rest.substr(0, end), scheme == "https"));
    std::string target(end == std::string_view::npos ? "/" : rest.substr(end, rest.find('#') - end));
    if (!target.starts_with('/')) target.insert(0, "/");
    if (!detail::is_target(target)) return detail::url_error(url, "invalid character");
    return location{std::move(where), std::move(target)};
}

MOCKER_DECL result<location> resolve_location(location const& base, std::string_view text) {
    auto const scheme_end = text.find_first_of(":/?#");
    if (scheme_end != std::string_view::npos && text[scheme_end] == ':') return parse_url(text);
    if (text.starts_with("//")) return parse_url((base.where.tls ? "https:" : "http:") + std::string(text));
    text = text.substr(0, text.find('#'));
    if (!detail::is_target(text)) return detail::url_error(text, "invalid character");
    if (text.starts_with('/')) return location{base.where, std::string(text)};
    auto const path = std::string_view(base.target).substr(0, base.target.find('?'));
    if (text.empty()) return location{base.where, base.target};
    auto const directory = text.starts_with('?') ? path : path.substr(0, path.rfind('/') + 1);
    return location{base.where, std::string(directory) + std::string(text)};
}

MOCKER_DECL bool is_loopback(std::string_view host) {
    if (host == "localhost" || host.ends_with(".localhost")) return true;
    auto const address = detail::numeric_address(host);
    return address && address->is_loopback();
}

MOCKER_DECL insecure_list::insecure_list(std::vector<std::string> const& entries) {
    for (std::string_view entry : entries) {
        if (entry.starts_with("http://")) entry.remove_prefix(7);
        if (entry.starts_with("https://")) entry.remove_prefix(8);
        auto const slash = entry.find('/');
        auto const address =
            slash == std::string_view::npos ? std::nullopt : detail::numeric_address(entry.substr(0, slash));
        auto const bits =
            address ? detail::parse_number(entry.substr(slash + 1), address->is_v4() ? 32 : 128) : std::nullopt;
        if (bits)
            blocks_.emplace_back(*address, *bits);
        else
            hosts_.push_back(detail::lower_host(entry.substr(0, slash)));
    }
}

MOCKER_DECL bool insecure_list::contains(boost::asio::ip::address const& address) const {
    if (address.is_loopback()) return true;
    return std::ranges::any_of(blocks_,
                               [&](auto const& block) { return detail::in_block(address, block.first, block.second); });
}

MOCKER_DECL bool insecure_list::contains(origin const& where) const {
    if (is_loopback(where.host)) return true;
    auto const bracketed = where.host.find(':') == std::string::npos ? where.host : "[" + where.host + "]";
    for (auto const& host : hosts_)
        if (host == where.host || host == bracketed || host == bracketed + ":" + where.port) return true;
    auto const address = detail::numeric_address(where.host);
    return address && contains(*address);
}

} // namespace mocker::registry

#endif
