#ifndef MOCKER_API_IMPL_ROUTES_IPP
#define MOCKER_API_IMPL_ROUTES_IPP

#include <mocker/api/routes.hpp>

#include <mocker/api/containers.hpp>
#include <mocker/api/images.hpp>
#include <mocker/api/resources.hpp>
#include <mocker/api/streams.hpp>
#include <mocker/api/system.hpp>
#include <mocker/version.hpp>

#include <chrono>

namespace mocker::api {

MOCKER_DECL void add_routes(http::router& routes, engine::engine& e) {
    routes.rewrite([](std::string_view path) { return split_version(path).path; });
    add_system_routes(routes, e);
    add_container_routes(routes, e);
    add_stream_routes(routes, e);
    add_image_routes(routes, e);
    add_resource_routes(routes, e);
}

MOCKER_DECL http::server_options server_options() {
    http::server_options options;
    options.shutdown_limit = std::chrono::seconds(1); // attached clients and followers of logs would never end by themselves
    options.common_headers.set("Server", std::string("Docker/") + mocker::version + " (linux)");
    options.common_headers.set("Api-Version", mocker::api_version);
    options.common_headers.set("Ostype", "linux");
    options.common_headers.set("Docker-Experimental", "false");
    return options;
}

} // namespace mocker::api

#endif
