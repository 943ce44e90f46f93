/// @file Volumes of the Engine API (v1.51, `Volume*`).
#ifndef MOCKER_TYPES_VOLUME_HPP
#define MOCKER_TYPES_VOLUME_HPP

#include <mocker/types/json_mapping.hpp>

namespace mocker::types {

/// A volume (`Volume`).
struct volume {
    std::string created_at, driver = "local";
    std::optional<string_map> labels;
    std::string mountpoint, name;
    std::optional<string_map> options;
    std::string scope = "local";

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v.omit_empty("CreatedAt", self.created_at);
        v("Driver", self.driver);
        v("Labels", self.labels);
        v("Mountpoint", self.mountpoint);
        v("Name", self.name);
        v("Options", self.options);
        v("Scope", self.scope);
    }
};

/// The body of `POST /volumes/create`.
struct volume_create_request {
    std::string name, driver;
    std::optional<string_map> driver_opts, labels;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Name", self.name);
        v("Driver", self.driver);
        v("DriverOpts", self.driver_opts);
        v("Labels", self.labels);
    }
};

} // namespace mocker::types

#endif
