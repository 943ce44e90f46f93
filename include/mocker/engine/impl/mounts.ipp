#ifndef MOCKER_ENGINE_IMPL_MOUNTS_IPP
#define MOCKER_ENGINE_IMPL_MOUNTS_IPP

#include <mocker/engine/mounts.hpp>
#include <mocker/volume/store.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace mocker::engine {
namespace detail {

MOCKER_DECL std::vector<std::string> split_text(std::string_view text, char at) {
    std::vector<std::string> parts;
    for (;;) {
        auto const end = text.find(at);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

MOCKER_DECL bool is_propagation(std::string_view word) {
    static constexpr std::array<std::string_view, 6> known{"private", "rprivate", "shared", "rshared", "slave", "rslave"};
    return std::find(known.begin(), known.end(), word) != known.end();
}

/// Takes the options of a bind, `ro,z`, over into @p out.
MOCKER_DECL result<> apply_bind_mode(mount_point& out, std::string const& mode) {
    out.mode = mode;
    for (auto const& word : split_text(mode, ',')) {
        if (word == "ro") out.writable = false;
        else if (word == "nocopy" && out.type == mount_point::kind::volume) out.copy_image_data = false;
        else if (is_propagation(word) && out.type == mount_point::kind::bind) out.propagation = word;
        else if (word != "rw" && word != "z" && word != "Z" && word != "consistent" && word != "cached" && word != "delegated")
            return error(errc::malformed, "invalid mode: " + mode);
    }
    return {};
}

MOCKER_DECL result<> check_target(std::string const& target, std::string_view spec) {
    if (target.empty() || target[0] != '/')
        return error(errc::malformed, "invalid volume specification: '" + std::string(spec) +
                                          "': invalid mount config for type \"volume\": invalid mount path: '" + target +
                                          "' mount path must be absolute");
    if (clean_path(target) == "/")
        return error(errc::malformed, "invalid volume specification: '" + std::string(spec) +
                                          "': invalid mount config for type \"volume\": invalid specification: destination can't be '/'");
    return {};
}

/// The options of a tmpfs that mount(2) or the kernel's tmpfs knows.
MOCKER_DECL result<> check_tmpfs_options(std::string const& options) {
    static constexpr std::array<std::string_view, 22> flags{
        "rw",     "ro",     "exec",    "noexec", "suid",  "nosuid",      "dev",         "nodev",     "sync",    "async",    "atime",
        "noatime", "diratime", "nodiratime", "relatime", "norelatime", "strictatime", "nostrictatime", "private", "rprivate", "dirsync", "mand"};
    static constexpr std::array<std::string_view, 8> values{"size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol", "huge"};
    for (auto const& word : split_text(options, ',')) {
        if (word.empty()) continue;
        auto const equals = word.find('=');
        auto const name = std::string_view(word).substr(0, equals);
        bool const known = equals == std::string::npos ? std::find(flags.begin(), flags.end(), name) != flags.end()
                                                       : std::find(values.begin(), values.end(), name) != values.end();
        if (!known) return error(errc::malformed, "invalid tmpfs option [\"" + word + "\"]");
    }
    return {};
}

MOCKER_DECL error mount_error(types::mount const& m, std::string const& why) {
    return {errc::malformed, "invalid mount config for type \"" + m.type + "\": " + why};
}

MOCKER_DECL result<mount_point> bind_mount(types::mount const& m) {
    if (m.source.empty()) return mount_error(m, "field Source must not be empty");
    if (m.source[0] != '/') return mount_error(m, "invalid mount path: '" + m.source + "' mount path must be absolute");
    if (m.volume_options) return mount_error(m, "field VolumeOptions must not be specified");
    if (m.tmpfs_options) return mount_error(m, "field TmpfsOptions must not be specified");
    mount_point out{.type = mount_point::kind::bind, .source = clean_path(m.source), .propagation = "rprivate"};
    auto const options = m.bind_options.value_or(types::bind_options());
    if (!options.propagation.empty()) {
        if (!is_propagation(options.propagation))
            return mount_error(m, "invalid propagation mode: " + options.propagation);
        out.propagation = options.propagation;
    }
    if (options.read_only_force_recursive)
        return error(errc::unsupported, "BindOptions.ReadOnlyForceRecursive is not supported by this engine");
    out.recursive = !options.non_recursive;
    out.create_source = options.create_mountpoint;
    struct stat info {};
    if (!out.create_source && ::stat(out.source.c_str(), &info) != 0)
        return mount_error(m, "bind source path does not exist: " + m.source);
    return out;
}

MOCKER_DECL result<mount_point> volume_mount(types::mount const& m) {
    if (m.bind_options) return mount_error(m, "field BindOptions must not be specified");
    if (m.tmpfs_options) return mount_error(m, "field TmpfsOptions must not be specified");
    mount_point out{.type = mount_point::kind::volume, .name = m.source, .anonymous = m.source.empty(), .copy_image_data = true};
    auto const options = m.volume_options.value_or(types::volume_options());
    out.copy_image_data = !options.no_copy;
    if (!options.subpath.empty()) return error(errc::unsupported, "VolumeOptions.Subpath is not supported by this engine");
    if (!options.labels.empty()) return error(errc::unsupported, "VolumeOptions.Labels is not supported by this engine");
    auto const driver = options.driver_config.value_or(types::volume_driver());
    if (!driver.name.empty() && driver.name != "local")
        return error(errc::not_found, "error looking up volume plugin " + driver.name + ": plugin \"" + driver.name + "\" not found");
    if (!driver.options.empty())
        return error(errc::unsupported, "VolumeOptions.DriverConfig.Options is not supported by this engine");
    if (!out.name.empty()) MOCKER_CHECK_RETURN(volume::check_name(out.name));
    return out;
}

MOCKER_DECL result<mount_point> tmpfs_mount(types::mount const& m) {
    if (!m.source.empty()) return mount_error(m, "field Source must not be specified");
    if (m.bind_options) return mount_error(m, "field BindOptions must not be specified");
    if (m.volume_options) return mount_error(m, "field VolumeOptions must not be specified");
    mount_point out{.type = mount_point::kind::tmpfs, .options = {"noexec", "nosuid", "nodev"}};
    auto const options = m.tmpfs_options.value_or(types::tmpfs_options());
    if (options.size_bytes < 0) return mount_error(m, "invalid value for TmpfsOptions.SizeBytes");
    if (options.size_bytes > 0) out.options.push_back("size=" + std::to_string(options.size_bytes));
    if (options.mode != 0) {
        std::array<char, 24> octal{};
        std::snprintf(octal.data(), octal.size(), "mode=%o", options.mode);
        out.options.emplace_back(octal.data());
    }
    for (auto const& pair : options.options) {
        if (pair.empty() || pair.size() > 2) return mount_error(m, "invalid option array length");
        auto const option = pair.size() == 2 ? pair[0] + '=' + pair[1] : pair[0];
        MOCKER_CHECK_RETURN(check_tmpfs_options(option));
        out.options.push_back(option);
    }
    return out;
}

MOCKER_DECL result<mount_point> from_mount(types::mount const& m) {
    if (m.target.empty()) return mount_error(m, "field Target must not be empty");
    if (m.target[0] != '/') return mount_error(m, "invalid mount path: '" + m.target + "' mount path must be absolute");
    if (clean_path(m.target) == "/") return mount_error(m, "invalid specification: destination can't be '/'");
    auto made = [&]() -> result<mount_point> {
        if (m.type == "bind") return bind_mount(m);
        if (m.type == "volume" || m.type.empty()) return volume_mount(m);
        if (m.type == "tmpfs") return tmpfs_mount(m);
        if (m.type == "image" || m.type == "npipe" || m.type == "cluster")
            return error(errc::unsupported, "mounts of type \"" + m.type + "\" are not supported by this engine");
        return mount_error(m, "mount type unknown");
    }();
    if (!made) return made;
    made->destination = clean_path(m.target);
    made->writable = !m.read_only;
    return made;
}

MOCKER_DECL result<> add_mount(std::vector<mount_point>& to, mount_point m) {
    for (auto const& other : to)
        if (other.destination == m.destination) return error(errc::malformed, "Duplicate mount point: " + m.destination);
    to.push_back(std::move(m));
    return {};
}

} // namespace detail

MOCKER_DECL std::string clean_path(std::string_view path) {
    std::vector<std::string> kept;
    for (auto& part : detail::split_text(path, '/')) {
        if (part.empty() || part == ".") continue;
        if (part != "..") kept.push_back(std::move(part));
        else if (!kept.empty()) kept.pop_back();
    }
    std::string out;
    for (auto const& part : kept) out += '/' + part;
    return out.empty() ? "/" : out;
}

MOCKER_DECL result<mount_point> parse_bind(std::string_view spec) {
    auto const parts = detail::split_text(spec, ':');
    auto const invalid = error(errc::malformed, "invalid volume specification: '" + std::string(spec) + "'");
    if (parts.size() > 3 || std::any_of(parts.begin(), parts.end(), [](auto const& p) { return p.empty(); })) return invalid;
    mount_point out{.type = mount_point::kind::volume, .anonymous = true, .copy_image_data = true};
    auto const& target = parts.size() == 1 ? parts[0] : parts[1];
    MOCKER_CHECK_RETURN(detail::check_target(target, spec));
    out.destination = clean_path(target);
    if (parts.size() == 1) return out;
    out.anonymous = false;
    if (parts[0][0] == '/') {
        out.type = mount_point::kind::bind;
        out.source = clean_path(parts[0]);
        out.create_source = true;
        out.copy_image_data = false;
        out.propagation = "rprivate";
    } else {
        out.name = parts[0];
        MOCKER_CHECK_RETURN(volume::check_name(out.name));
    }
    if (parts.size() == 3) MOCKER_CHECK_RETURN(detail::apply_bind_mode(out, parts[2]));
    return out;
}

MOCKER_DECL result<std::vector<mount_point>> plan_mounts(types::container_config const& config,
                                                         types::host_config const& host) {
    std::vector<mount_point> all;
    if (host.binds)
        for (auto const& spec : *host.binds) {
            MOCKER_TRY_RETURN(bind, parse_bind(spec));
            MOCKER_CHECK_RETURN(detail::add_mount(all, std::move(bind)));
        }
    for (auto const& wanted : host.mounts) {
        MOCKER_TRY_RETURN(mount, detail::from_mount(wanted));
        MOCKER_CHECK_RETURN(detail::add_mount(all, std::move(mount)));
    }
    for (auto const& [target, options] : host.tmpfs) {
        MOCKER_CHECK_RETURN(detail::check_target(target, target));
        MOCKER_CHECK_RETURN(detail::check_tmpfs_options(options));
        mount_point tmpfs{.type = mount_point::kind::tmpfs, .destination = clean_path(target), .options = {"noexec", "nosuid", "nodev"}};
        for (auto& word : detail::split_text(options, ','))
            if (!word.empty()) tmpfs.options.push_back(std::move(word));
        MOCKER_CHECK_RETURN(detail::add_mount(all, std::move(tmpfs)));
    }
    if (config.volumes)
        for (auto const& target : *config.volumes) {
            MOCKER_CHECK_RETURN(detail::check_target(target, target));
            mount_point anonymous{.type = mount_point::kind::volume, .destination = clean_path(target), .anonymous = true,
                                  .copy_image_data = true};
            bool const taken = std::any_of(all.begin(), all.end(),
                                           [&](auto const& m) { return m.destination == anonymous.destination; });
            if (!taken) all.push_back(std::move(anonymous));
        }
    std::stable_sort(all.begin(), all.end(), [](auto const& a, auto const& b) {
        return std::count(a.destination.begin(), a.destination.end(), '/') < std::count(b.destination.begin(), b.destination.end(), '/');
    });
    return all;
}

} // namespace mocker::engine

#endif
