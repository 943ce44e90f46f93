#ifndef MOCKER_CLI_IMPL_CONTAINER_LIST_IPP
#define MOCKER_CLI_IMPL_CONTAINER_LIST_IPP

#include <mocker/cli/container_list.hpp>
#include <mocker/cli/tab_writer.hpp>
#include <mocker/cli/timestamps.hpp>
#include <mocker/core/go_template_tree.hpp>
#include <mocker/core/id.hpp>
#include <mocker/core/size.hpp>
#include <mocker/core/time.hpp>
#include <mocker/oci/reference.hpp>

#include <algorithm>
#include <tuple>
#include <utility>

namespace mocker::cli {

MOCKER_DECL std::string ellipsis(std::string_view text, std::size_t width) {
    if (text_width(text) <= width) return std::string(text);
    std::string out;
    std::size_t characters = 0;
    for (char const c : text) {
        if ((c & 0xc0) != 0x80 && ++characters == width) break;
        out += c;
    }
    return out + "…";
}

namespace detail {

MOCKER_DECL std::string join(std::vector<std::string> const& parts, std::string_view separator) {
    std::string out;
    for (auto const& part : parts) {
        if (&part != parts.data()) out += separator;
        out += part;
    }
    return out;
}

MOCKER_DECL std::string join_labels(std::optional<types::string_map> const& labels) {
    std::vector<std::string> parts;
    if (labels)
        for (auto const& [key, value] : *labels) parts.push_back(key + "=" + value);
    return join(parts, ",");
}

MOCKER_DECL std::string ago(std::int64_t seconds) {
    return human_duration(now() - time_point(std::chrono::seconds(seconds))) + " ago";
}

MOCKER_DECL std::string container_names(types::container_summary const& container, bool truncate) {
    std::vector<std::string> names;
    for (auto const& full : container.names) {
        auto name = full.starts_with('/') ? full.substr(1) : full;
        if (!truncate)
            names.push_back(std::move(name));
        else if (name.find('/') == std::string::npos)
            return name; // the others are links
    }
    return join(names, ",");
}

MOCKER_DECL std::string container_image(types::container_summary const& container, bool truncate) {
    if (container.image.empty()) return "<no image>";
    if (!truncate) return container.image;
    if (container.image == container.image_id || short_id(container.image) == short_id(container.image_id))
        return short_id(container.image_id);
    if (auto const at = container.image.find('@'); at != std::string::npos) return container.image.substr(0, at);
    return container.image;
}

MOCKER_DECL std::string container_mounts(types::container_summary const& container, bool truncate) {
    std::vector<std::string> names;
    for (auto const& mount : container.mounts) {
        auto const& name = mount.name.empty() ? mount.source : mount.name;
        names.push_back(truncate ? ellipsis(name, 15) : name);
    }
    return join(names, ",");
}

MOCKER_DECL std::string container_size(types::container_summary const& container) {
    auto out = human_size(static_cast<double>(container.size_rw.value_or(0)), 3);
    auto const whole = container.size_root_fs.value_or(0);
    return whole > 0 ? out + " (virtual " + human_size(static_cast<double>(whole), 3) + ")" : out;
}

MOCKER_DECL std::optional<json::value> container_cell(types::container_summary const& c, bool truncate,
                                                      std::string_view name) {
    if (name == "ID") return json::value(truncate ? short_id(c.id) : c.id);
    if (name == "Image") return json::value(container_image(c, truncate));
    if (name == "Command") return json::value(mocker::detail::go_quote(truncate ? ellipsis(c.command, 20) : c.command));
    if (name == "RunningFor") return json::value(ago(c.created));
    if (name == "Status") return json::value(c.status);
    if (name == "Ports") return json::value(displayable_ports(c.ports));
    if (name == "Names") return json::value(container_names(c, truncate));
    if (name == "CreatedAt") return json::value(go_local_time(c.created));
    if (name == "State") return json::value(c.state);
    if (name == "Size") return json::value(container_size(c));
    if (name == "Labels") return json::value(join_labels(c.labels));
    if (name == "Mounts") return json::value(container_mounts(c, truncate));
    if (name == "LocalVolumes") {
        auto const local =
            std::count_if(c.mounts.begin(), c.mounts.end(), [](auto const& m) { return m.driver == "local"; });
        return json::value(std::to_string(local));
    }
    if (name == "Networks") {
        std::vector<std::string> networks;
        for (auto const& [network, settings] : c.network_settings.networks) networks.push_back(network);
        return json::value(join(networks, ","));
    }
    if (name == "Platform") return json::value(nullptr);
    return std::nullopt;
}

/// The ports that are shown as ranges, by protocol and, where published, by the address of the host.
MOCKER_DECL std::string form_group(std::string const& key, unsigned first, unsigned last) {
    auto const slash = key.find('/');
    auto const address = slash == std::string::npos ? std::string() : key.substr(0, slash);
    auto const protocol = slash == std::string::npos ? key : key.substr(slash + 1);
    auto range = std::to_string(first);
    if (first != last) range += "-" + std::to_string(last);
    if (!address.empty()) range = address + ":" + range + "->" + range;
    return range + "/" + protocol;
}

MOCKER_DECL std::string host_address(std::string const& ip) {
    return ip.find(':') == std::string::npos ? ip : "[" + ip + "]";
}

} // namespace detail

MOCKER_DECL std::string displayable_ports(std::vector<types::port_summary> ports) {
    std::sort(ports.begin(), ports.end(), [](auto const& a, auto const& b) {
        return std::tie(a.private_port, a.ip, a.public_port, a.type) <
               std::tie(b.private_port, b.ip, b.public_port, b.type);
    });
    struct group {
        unsigned first = 0, last = 0;
    };
    std::vector<std::string> out, mappings;
    std::vector<std::pair<std::string, group>> groups;
    for (auto const& port : ports) {
        std::string key = port.type;
        if (!port.ip.empty()) {
            if (port.public_port != port.private_port) {
                mappings.push_back(detail::host_address(port.ip) + ":" + std::to_string(port.public_port) + "->" +
                                   std::to_string(port.private_port) + "/" + port.type);
                continue;
            }
            key = detail::host_address(port.ip) + "/" + port.type;
        }
        auto const at = std::find_if(groups.begin(), groups.end(), [&](auto const& g) { return g.first == key; });
        if (at == groups.end()) {
            groups.emplace_back(key, group{port.private_port, port.private_port});
        } else if (port.private_port == at->second.last + 1u) {
            at->second.last = port.private_port;
        } else {
            out.push_back(detail::form_group(key, at->second.first, at->second.last));
            at->second = {port.private_port, port.private_port};
        }
    }
    for (auto const& [key, range] : groups) out.push_back(detail::form_group(key, range.first, range.last));
    out.insert(out.end(), mappings.begin(), mappings.end());
    return detail::join(out, ", ");
}

MOCKER_DECL list_shape container_shape(bool size) {
    list_shape shape;
    shape.type_name = "*formatter.ContainerContext";
    shape.columns = {{"ID", "CONTAINER ID", true},
                     {"Image", "IMAGE", true},
                     {"Command", "COMMAND", true},
                     {"RunningFor", "CREATED", true},
                     {"Status", "STATUS", true},
                     {"Ports", "PORTS", true},
                     {"Names", "NAMES", true},
                     {"Size", "SIZE", size},
                     {"CreatedAt", "CREATED AT"},
                     {"State", "STATE"},
                     {"Labels", "LABELS"},
                     {"Mounts", "MOUNTS"},
                     {"LocalVolumes", "LOCAL VOLUMES"},
                     {"Networks", "NETWORKS"},
                     {"Platform", "PLATFORM"}};
    return shape;
}

MOCKER_DECL list_row container_row(types::container_summary const& container, bool truncate) {
    return [&container, truncate](std::string_view name,
                                  std::span<json::value const> arguments) -> std::optional<json::value> {
        if (name != "Label")
            return arguments.empty() ? detail::container_cell(container, truncate, name) : std::nullopt;
        if (arguments.size() != 1 || !arguments[0].is_string()) return std::nullopt;
        auto const at = container.labels.find(std::string(arguments[0].get_string()));
        return json::value(at == container.labels.end() ? "" : at->second);
    };
}

} // namespace mocker::cli

#endif
