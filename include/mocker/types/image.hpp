/// @file Images of the Engine API: list, inspect, delete, progress (v1.51, `Image*`).
#ifndef MOCKER_TYPES_IMAGE_HPP
#define MOCKER_TYPES_IMAGE_HPP

#include <mocker/types/container.hpp>

namespace mocker::types {

/// One entry of `GET /images/json` (`ImageSummary`).
struct image_summary {
    std::int64_t containers = -1;
    std::int64_t created = 0; ///< seconds since the epoch
    std::string id;
    std::optional<string_map> labels;
    std::string parent_id;
    string_list repo_digests, repo_tags;
    std::int64_t shared_size = -1, size = 0; ///< bytes
    std::optional<std::int64_t> virtual_size; ///< API below 1.44

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Containers", self.containers);
        v("Created", self.created);
        v("Id", self.id);
        v("Labels", self.labels);
        v("ParentId", self.parent_id);
        v("RepoDigests", self.repo_digests);
        v("RepoTags", self.repo_tags);
        v("SharedSize", self.shared_size);
        v("Size", self.size);
        v.omit_empty("VirtualSize", self.virtual_size);
    }
};

/// What an image runs (`ImageConfig`): the part of @ref container_config that belongs to an image.
struct image_run_config {
    std::string user;
    name_set exposed_ports;
    std::optional<string_list> env;
    std::optional<word_list> entrypoint, cmd;
    std::optional<health_config> healthcheck;
    bool args_escaped = false;
    std::optional<name_set> volumes;
    std::string working_dir;
    std::optional<string_list> on_build;
    std::optional<string_map> labels;
    std::string stop_signal;
    std::optional<word_list> shell;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("User", self.user);
        v.omit_empty("ExposedPorts", self.exposed_ports);
        v("Env", self.env);
        v("Entrypoint", self.entrypoint);
        v("Cmd", self.cmd);
        v.omit_empty("Healthcheck", self.healthcheck);
        v.omit_empty("ArgsEscaped", self.args_escaped);
        v("Volumes", self.volumes);
        v("WorkingDir", self.working_dir);
        v("OnBuild", self.on_build);
        v("Labels", self.labels);
        v.omit_empty("StopSignal", self.stop_signal);
        v.omit_empty("Shell", self.shell);
    }
};

struct root_fs {
    std::string type = "layers";
    string_list layers;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v.omit_empty("Type", self.type);
        v.omit_empty("Layers", self.layers);
    }
};

struct image_metadata {
    std::string last_tag_time;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v.omit_empty("LastTagTime", self.last_tag_time);
    }
};

/// The answer to `GET /images/{name}/json` (`ImageInspect`).
struct image_inspect {
    std::string id;
    string_list repo_tags, repo_digests;
    std::string parent, comment, created, docker_version, author;
    image_run_config config;
    std::string architecture, variant, os;
    std::int64_t size = 0; ///< bytes
    std::optional<std::int64_t> virtual_size; ///< API below 1.44
    types::graph_driver graph_driver;
    types::root_fs root_fs;
    image_metadata metadata;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Id", self.id);
        v("RepoTags", self.repo_tags);
        v("RepoDigests", self.repo_digests);
        v("Parent", self.parent);
        v("Comment", self.comment);
        v.omit_empty("Created", self.created);
        v("DockerVersion", self.docker_version);
        v("Author", self.author);
        v("Config", self.config);
        v("Architecture", self.architecture);
        v.omit_empty("Variant", self.variant);
        v("Os", self.os);
        v("Size", self.size);
        v.omit_empty("VirtualSize", self.virtual_size);
        v("GraphDriver", self.graph_driver);
        v("RootFS", self.root_fs);
        v("Metadata", self.metadata);
    }
};

/// One entry of the answer to `DELETE /images/{name}`.
struct image_delete_item {
    std::string untagged, deleted;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v.omit_empty("Untagged", self.untagged);
        v.omit_empty("Deleted", self.deleted);
    }
};

struct progress_detail {
    std::int64_t current = 0, total = 0; ///< bytes

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v.omit_empty("current", self.current);
        v.omit_empty("total", self.total);
    }
};

struct error_detail {
    int code = 0;
    std::string message;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v.omit_empty("code", self.code);
        v("message", self.message);
    }
};

/// One message of a progress stream: pull, load, import (`CreateImageInfo`, Docker's JSONMessage).
struct progress_message {
    std::string stream, status;
    std::optional<types::progress_detail> progress_detail;
    std::string progress, id;
    std::optional<types::error_detail> error_detail;
    std::string error;
    json::value aux;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v.omit_empty("stream", self.stream);
        v.omit_empty("status", self.status);
        v.omit_empty("progressDetail", self.progress_detail);
        v.omit_empty("progress", self.progress);
        v.omit_empty("id", self.id);
        v.omit_empty("errorDetail", self.error_detail);
        v.omit_empty("error", self.error);
        v.omit_empty("aux", self.aux);
    }
};

} // namespace mocker::types

#endif
