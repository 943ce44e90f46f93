#ifndef MOCKER_ENGINE_DETAIL_CONTAINER_DOCUMENT_HPP
#define MOCKER_ENGINE_DETAIL_CONTAINER_DOCUMENT_HPP

#include <mocker/engine/container.hpp>
#include <mocker/types/container.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mocker::engine::detail {

/// A mount of a container as its row keeps it.
struct mount_document {
    std::string type, name, source, destination, mode, propagation;
    bool writable = true, anonymous = false, copy_image_data = false, create_source = false, recursive = true;
    std::vector<std::string> options;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("type", self.type);
        v.omit_empty("name", self.name);
        v.omit_empty("source", self.source);
        v("destination", self.destination);
        v.omit_empty("mode", self.mode);
        v.omit_empty("propagation", self.propagation);
        v("writable", self.writable);
        v.omit_empty("anonymous", self.anonymous);
        v.omit_empty("copy_image_data", self.copy_image_data);
        v.omit_empty("create_source", self.create_source);
        v("recursive", self.recursive);
        v.omit_empty("options", self.options);
    }
};

/// The part of a container's row that does not change after its creation.
struct container_document {
    types::container_config config;
    types::host_config host_config;
    types::networking_config networking;
    std::string image_id, image_name;
    std::vector<std::string> layers;
    std::vector<mount_document> mounts;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("config", self.config);
        v("host_config", self.host_config);
        v("networking", self.networking);
        v("image_id", self.image_id);
        v("image_name", self.image_name);
        v("layers", self.layers);
        v("mounts", self.mounts);
    }
};

/// Where a running container is on the bridge.
struct endpoint_document {
    std::string container_id, host_interface, address, gateway, mac_address;
    unsigned prefix_length = 0;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("container_id", self.container_id);
        v("host_interface", self.host_interface);
        v("address", self.address);
        v("gateway", self.gateway);
        v("mac_address", self.mac_address);
        v("prefix_length", self.prefix_length);
    }
};

MOCKER_DECL std::string to_document(container const& c);
MOCKER_DECL result<> from_document(std::string const& text, container& c);
MOCKER_DECL std::string endpoint_to_document(std::optional<network::endpoint> const& place);
MOCKER_DECL result<std::optional<network::endpoint>> endpoint_from_document(std::string const& text);

} // namespace mocker::engine::detail

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/engine/impl/container_document.ipp>
#endif
#endif
