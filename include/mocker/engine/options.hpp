#ifndef MOCKER_ENGINE_OPTIONS_HPP
#define MOCKER_ENGINE_OPTIONS_HPP

#include <mocker/image/store.hpp>
#include <mocker/network/bridge.hpp>
#include <mocker/runtime/runtime.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::engine {

/// Where an engine keeps its things, and what it calls them.
struct engine_options {
    std::string data_root = "/var/lib/mocker";       ///< images, snapshots, containers, volumes, engine.db
    std::string exec_root = "/run/mocker";           ///< state of running containers; gone after a reboot
    std::string shim_path{};                         ///< mocker-shim; empty: beside this program, then in `PATH`
    std::string cgroup_parent = "/mocker";           ///< the cgroup that holds one cgroup for each container
    network::bridge_options bridge{};                ///< the network `bridge`; made when the first container needs it
    std::vector<std::string> insecure_registries{};  ///< `HOST[:PORT]` or CIDR of registries to use without TLS
};

/** Replaces parts of an engine, for tests and for programs that bring their own. What is empty is made by the engine. */
struct engine_services {
    std::unique_ptr<runtime::runtime> runtime{};                              ///< runs processes
    std::function<result<image::image>(std::string_view)> find_image{};      ///< instead of image::store::find
};

} // namespace mocker::engine

#endif
