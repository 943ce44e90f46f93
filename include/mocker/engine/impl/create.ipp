#ifndef MOCKER_ENGINE_IMPL_CREATE_IPP
#define MOCKER_ENGINE_IMPL_CREATE_IPP

#include <mocker/async/offload.hpp>
#include <mocker/core/file.hpp>
#include <mocker/core/id.hpp>
#include <mocker/engine/config.hpp>
#include <mocker/engine/detail/core.hpp>
#include <mocker/engine/detail/fill_volume.hpp>
#include <mocker/engine/mounts.hpp>
#include <mocker/engine/names.hpp>
#include <mocker/runtime/docker_defaults.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

namespace mocker::engine {
namespace detail {

MOCKER_DECL result<> make_directory(std::string const& path, mode_t mode) {
    if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return error::from_errno(errno, "mkdir " + path);
    return {};
}

/// What is not the user's to say: where the container's things lie.
MOCKER_DECL void set_paths(container& c, engine_options const& options) {
    c.directory = options.data_root + "/containers/" + c.id;
    c.state_directory = options.exec_root + "/containers/" + c.id;
    bool const logged = c.host_config.log_config.type != "none";
    c.log_path = logged ? c.directory + "/" + c.id + "-json.log" : std::string();
}

MOCKER_DECL bool has_volumes(container const& c) {
    return std::any_of(c.mounts.begin(), c.mounts.end(), [](auto const& m) { return m.type == mount_point::kind::volume; });
}

MOCKER_DECL result<> make_directories_of(container const& c) {
    MOCKER_CHECK_RETURN(make_directory(c.directory, 0710));
    for (auto const* part : {"/upper", "/work", "/root"}) MOCKER_CHECK_RETURN(make_directory(c.directory + part, 0755));
    return {};
}

/// The paths of /proc and /sys that Docker hides or protects, where the user did not say which.
MOCKER_DECL void set_hidden_paths(types::host_config& host) {
    static auto const defaults = runtime::docker_default_spec().linux_;
    if (!host.masked_paths) host.masked_paths = host.privileged ? types::string_list() : defaults.masked_paths;
    if (!host.readonly_paths) host.readonly_paths = host.privileged ? types::string_list() : defaults.readonly_paths;
}

} // namespace detail

MOCKER_DECL result<std::string> engine::core::choose_name(std::string const& wanted, std::string const& id) const {
    static constexpr unsigned attempts = 6;
    if (wanted.empty()) {
        for (unsigned i = 0; i < attempts; ++i)
            if (auto name = random_name(i); !by_name.contains(name)) return name;
        return short_id(id);
    }
    std::string name(without_slash(wanted));
    MOCKER_CHECK_RETURN(check_container_name(name));
    if (auto const other = by_name.find(name); other != by_name.end())
        return error(errc::conflict, "Conflict. The container name \"/" + name + "\" is already in use by container \"" +
                                         other->second->info.id + "\". You have to remove (or rename) that container to "
                                         "be able to reuse that name.");
    return name;
}

MOCKER_DECL awaitable<result<created>> engine::core::create(std::string name, types::container_create_request request) {
    created made;
    MOCKER_TRY(warnings, check_request(request));
    made.warnings = std::move(warnings);
    MOCKER_TRY(image, find_image(request.config.image));
    auto const r = std::make_shared<record>(executor);
    auto& c = r->info;
    c.id = random_id();
    MOCKER_TRY(chosen, choose_name(name, c.id));
    c.name = std::move(chosen);
    c.created = now();
    c.image_name = request.config.image;
    c.image_id = image.id.text();
    c.layers = std::move(image.layer_directories);
    bool const own_health = request.config.healthcheck.has_value();
    MOCKER_TRY(config, merge_config(std::move(request.config), image.config));
    c.config = std::move(config);
    c.host_config = std::move(request.host_config);
    c.networking = std::move(request.networking_config);
    if (c.host_config.cgroupns_mode.empty()) c.host_config.cgroupns_mode = environment.cgroup_v2 ? "private" : "host";
    if (c.config.healthcheck && !own_health)
        made.warnings.emplace_back("The image's health check is not run by this engine");
    if (c.config.hostname.empty()) c.config.hostname = effective_hostname(c, environment);
    MOCKER_TRY(mounts, plan_mounts(c.config, c.host_config));
    c.mounts = std::move(mounts);
    detail::set_hidden_paths(c.host_config);
    detail::set_paths(c, options);
    MOCKER_CHECK(co_await build_container(r));
    made.id = c.id;
    emit(*r, "create");
    co_return made;
}

/** The row first, then what it stands for, then the row again. Without volumes the directory comes first, since the next
    engine takes away one that has no row: a commit less. */
MOCKER_DECL awaitable<result<>> engine::core::build_container(record_ptr r) {
    auto& c = r->info;
    auto const lock_held = co_await r->mutex.lock(); // nobody starts half a container
    for (auto& m : c.mounts)
        if (m.type == mount_point::kind::volume && m.name.empty()) m.name = random_id();
    bool const with_volumes = detail::has_volumes(c);
    c.doing = step::creating;
    by_id.emplace(c.id, r);
    by_name.emplace(c.name, r);
    auto done = with_volumes ? table.insert(c) : result<>();
    if (done) done = detail::make_directories_of(c);
    if (done && with_volumes) done = make_volumes(c);
    if (done && with_volumes) done = co_await fill_volumes(c);
    if (done) {
        c.doing = step::none;
        done = with_volumes ? save(*r) : table.insert(c);
    }
    if (!done) {
        remove_anonymous_volumes(c);
        static_cast<void>(remove_tree(c.directory));
        static_cast<void>(table.erase(c.id)); // else the next engine does it
        forget(*r);
    }
    co_return done;
}

MOCKER_DECL result<> engine::core::make_volumes(container& c) {
    for (auto& m : c.mounts) {
        if (m.type != mount_point::kind::volume) continue;
        volume::create_options wanted;
        wanted.name = m.name;
        if (m.anonymous) wanted.labels["com.docker.volume.anonymous"] = "";
        bool const known = volumes->find(m.name).has_value();
        MOCKER_TRY_RETURN(made, volumes->create(std::move(wanted)));
        m.source = made.mountpoint;
        if (!known) events.emit({"volume", "create", m.name, {{"driver", "local"}}, {}});
    }
    return table.update_document(c);
}

MOCKER_DECL awaitable<result<>> engine::core::fill_volumes(container const& c) {
    for (auto const& m : c.mounts) {
        if (m.type != mount_point::kind::volume || !m.copy_image_data) continue;
        detail::fill_volume_job job{c.layers, m.destination, m.source};
        MOCKER_CHECK(co_await async::offload(pool, std::move(job)));
    }
    co_return result<>{};
}

} // namespace mocker::engine

#endif
