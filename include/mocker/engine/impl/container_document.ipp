#ifndef MOCKER_ENGINE_IMPL_CONTAINER_DOCUMENT_IPP
#define MOCKER_ENGINE_IMPL_CONTAINER_DOCUMENT_IPP

#include <mocker/engine/detail/container_document.hpp>

#include <array>
#include <string_view>

namespace mocker::engine::detail {

inline constexpr std::array<std::string_view, 3> mount_kinds{"bind", "volume", "tmpfs"};

MOCKER_DECL std::string to_document(container const& c) {
    container_document out{c.config, c.host_config, c.networking, c.image_id, c.image_name, c.layers, {}};
    for (auto const& m : c.mounts)
        out.mounts.push_back({std::string(mount_kinds[static_cast<std::size_t>(m.type)]), m.name, m.source, m.destination,
                              m.mode, m.propagation, m.writable, m.anonymous, m.copy_image_data, m.create_source,
                              m.recursive, m.options});
    return types::to_text(out);
}

MOCKER_DECL result<> from_document(std::string const& text, container& c) {
    MOCKER_TRY_RETURN(in, types::parse<container_document>(text));
    c.config = std::move(in.config);
    c.host_config = std::move(in.host_config);
    c.networking = std::move(in.networking);
    c.image_id = std::move(in.image_id);
    c.image_name = std::move(in.image_name);
    c.layers = std::move(in.layers);
    for (auto& m : in.mounts) {
        auto const kind = m.type == mount_kinds[0]   ? mount_point::kind::bind
                          : m.type == mount_kinds[1] ? mount_point::kind::volume
                                                     : mount_point::kind::tmpfs;
        c.mounts.push_back({kind, std::move(m.name), std::move(m.source), std::move(m.destination), std::move(m.mode),
                            m.writable, std::move(m.propagation), m.anonymous, m.copy_image_data, m.create_source,
                            m.recursive, std::move(m.options)});
    }
    return {};
}

MOCKER_DECL std::string endpoint_to_document(std::optional<network::endpoint> const& place) {
    if (!place) return {};
    return types::to_text(endpoint_document{place->container_id, place->host_interface, place->address, place->gateway,
                                            place->mac_address, place->prefix_length});
}

MOCKER_DECL result<std::optional<network::endpoint>> endpoint_from_document(std::string const& text) {
    if (text.empty()) return std::optional<network::endpoint>();
    MOCKER_TRY_RETURN(in, types::parse<endpoint_document>(text));
    return std::optional(network::endpoint{in.container_id, in.host_interface, in.address, in.gateway, in.mac_address,
                                           in.prefix_length});
}

} // namespace mocker::engine::detail

#endif
