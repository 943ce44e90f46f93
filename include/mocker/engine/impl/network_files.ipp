#ifndef MOCKER_ENGINE_IMPL_NETWORK_FILES_IPP
#define MOCKER_ENGINE_IMPL_NETWORK_FILES_IPP

#include <mocker/engine/network_files.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>
#include <cstdint>
#include <vector>

namespace mocker::engine {
namespace detail {

MOCKER_DECL bool is_port_number(std::string_view text) noexcept {
    std::uint32_t number = 0;
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failed == std::errc() && end == text.data() + text.size() && number >= 1 && number <= 65535;
}

/// The words of a line, without its comment.
MOCKER_DECL std::vector<std::string_view> words_of(std::string_view line) {
    line = line.substr(0, line.find_first_of("#;"));
    std::vector<std::string_view> words;
    while (true) {
        auto const begin = line.find_first_not_of(" \t\r");
        if (begin == std::string_view::npos) return words;
        line.remove_prefix(begin);
        auto const end = line.find_first_of(" \t\r");
        words.push_back(line.substr(0, end));
        if (end == std::string_view::npos) return words;
        line.remove_prefix(end);
    }
}

MOCKER_DECL bool is_loopback(std::string_view address) {
    return address.starts_with("127.") || address == "::1";
}

/// What a resolv.conf says.
struct resolver {
    std::vector<std::string> servers{}, search{}, options{};
};

MOCKER_DECL resolver parse_resolv_conf(std::string_view text) {
    resolver out;
    while (!text.empty()) {
        auto const newline = text.find('\n');
        auto const words = words_of(text.substr(0, newline));
        text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
        if (words.size() < 2) continue;
        if (words[0] == "nameserver") out.servers.emplace_back(words[1]);
        if (words[0] == "search" || words[0] == "domain") out.search.assign(words.begin() + 1, words.end());
        if (words[0] == "options") out.options.insert(out.options.end(), words.begin() + 1, words.end());
    }
    return out;
}

MOCKER_DECL void put_line(std::string& out, std::string_view name, std::vector<std::string> const& words) {
    if (words.empty()) return;
    out += name;
    for (auto const& word : words) out += ' ' + word;
    out += '\n';
}

} // namespace detail

MOCKER_DECL bool is_address(std::string_view text) {
    std::string const copy(text);
    in6_addr parsed{};
    return ::inet_pton(AF_INET, copy.c_str(), &parsed) == 1 || ::inet_pton(AF_INET6, copy.c_str(), &parsed) == 1;
}

MOCKER_DECL bool is_port(std::string_view text) {
    auto const slash = text.find('/');
    if (slash != std::string_view::npos) {
        auto const protocol = text.substr(slash + 1);
        if (protocol != "tcp" && protocol != "udp" && protocol != "sctp") return false;
    }
    auto const range = text.substr(0, slash);
    auto const dash = range.find('-');
    if (dash == std::string_view::npos) return detail::is_port_number(range);
    return detail::is_port_number(range.substr(0, dash)) && detail::is_port_number(range.substr(dash + 1));
}

MOCKER_DECL std::optional<std::pair<std::string, std::string>> split_extra_host(std::string_view entry) {
    auto const colon = entry.find_first_of(":=");
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    auto const name = entry.substr(0, colon);
    auto address = entry.substr(colon + 1);
    if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
    if (address != "host-gateway" && !is_address(address)) return std::nullopt;
    if (name.find_first_of(" \t\n") != std::string_view::npos) return std::nullopt;
    return std::pair{std::string(name), std::string(address)};
}

MOCKER_DECL std::string hosts_file(types::host_config const& host, std::string_view hostname, std::string_view domainname,
                                   std::string_view address, std::string_view gateway) {
    std::string out = "127.0.0.1\tlocalhost\n"
                      "::1\tlocalhost ip6-localhost ip6-loopback\n"
                      "fe00::\tip6-localnet\n"
                      "ff00::\tip6-mcastprefix\n"
                      "ff02::1\tip6-allnodes\n"
                      "ff02::2\tip6-allrouters\n";
    if (host.extra_hosts)
        for (auto const& entry : *host.extra_hosts) {
            auto const split = split_extra_host(entry);
            if (!split) continue; // refused at creation
            out += split->second == "host-gateway" ? std::string(gateway) : split->second;
            out += '\t' + split->first + '\n';
        }
    if (!address.empty()) {
        out += std::string(address) + '\t';
        if (!domainname.empty()) out += std::string(hostname) + '.' + std::string(domainname) + ' ';
        out += std::string(hostname) + '\n';
    }
    return out;
}

MOCKER_DECL std::string resolv_conf_file(types::host_config const& host, std::string_view host_file, bool own_network) {
    auto read = detail::parse_resolv_conf(host_file);
    if (own_network) {
        std::erase_if(read.servers, [](std::string const& s) { return detail::is_loopback(s); });
        if (read.servers.empty()) read.servers = {"8.8.8.8", "8.8.4.4"};
    }
    if (host.dns && !host.dns->empty()) read.servers = *host.dns;
    if (host.dns_search && !host.dns_search->empty()) read.search = *host.dns_search;
    if (read.search.size() == 1 && read.search[0] == ".") read.search.clear();
    if (host.dns_options && !host.dns_options->empty()) read.options = *host.dns_options;
    std::string out;
    for (auto const& server : read.servers) out += "nameserver " + server + '\n';
    detail::put_line(out, "search", read.search);
    detail::put_line(out, "options", read.options);
    return out;
}

} // namespace mocker::engine

#endif
