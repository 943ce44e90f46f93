#ifndef MOCKER_RUNTIME_IMPL_COMPILE_MOUNTS_IPP
#define MOCKER_RUNTIME_IMPL_COMPILE_MOUNTS_IPP

#include <mocker/linux/mount.hpp>
#include <mocker/runtime/detail/compile_parts.hpp>

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <map>

namespace mocker::runtime::detail {

MOCKER_DECL bool is_cgroup_mount(oci::mount const& mount) { return mount.type == "cgroup" || mount.type == "cgroup2"; }

MOCKER_DECL result<> add_root(plan_builder& to, launch_request const& request) {
    // Nothing we mount may reach the host. What the host mounts later reaches binds that ask for it.
    bool wants_events = false;
    for (auto const& mount : request.spec.mounts)
        for (auto const& option : mount.options)
            wants_events = wants_events || option.ends_with("slave") || option.ends_with("shared");
    to.init.push_back(make_step(plan::op::propagation, 0, 0, 0, (wants_events ? MS_SLAVE : MS_PRIVATE) | MS_REC));
    auto const& root = request.root;
    for (auto const& layer : root.lower) {
        MOCKER_TRY_RETURN(clean, clean_path(layer));
        to.init.push_back(make_step(plan::op::overlay_lower, to.text(clean)));
    }
    MOCKER_TRY_RETURN(upper, clean_path(root.upper));
    MOCKER_TRY_RETURN(work, clean_path(root.work));
    MOCKER_TRY_RETURN(mount_point, clean_path(root.mount_point));
    to.init.push_back(
        make_step(plan::op::overlay, to.text(upper), to.text(work), to.text(mount_point), root.lower.size()));
    return {};
}

MOCKER_DECL result<> add_bind(plan_builder& to, oci::mount const& mount, linux_::mount_options const& options) {
    if (!options.data.empty()) return error(errc::malformed, "invalid option \"" + options.data + "\" of a bind mount");
    MOCKER_TRY_RETURN(source, clean_path(mount.source));
    MOCKER_TRY_RETURN(destination, clean_path(mount.destination));
    if (destination == "/") return error(errc::malformed, "invalid mount: destination can't be '/'");
    auto const propagation = options.propagation & ~std::uint64_t(MS_REC);
    to.init.push_back(make_step(plan::op::bind, to.text(source), to.text(destination), 0, options.attributes,
                                propagation != 0 ? propagation : std::uint64_t(MS_PRIVATE),
                                options.recursive ? plan::recursive : 0));
    return {};
}

MOCKER_DECL result<> add_mounts(plan_builder& to, launch_request const& request) {
    for (auto const& mount : request.spec.mounts) {
        if (is_cgroup_mount(mount)) continue;
        MOCKER_TRY_RETURN(options, linux_::parse_mount_options(mount.options));
        if (options.bind || mount.type == "bind") {
            MOCKER_CHECK_RETURN(add_bind(to, mount, options));
            continue;
        }
        if (mount.type.empty()) return error(errc::malformed, "mount at " + mount.destination + " has no type");
        MOCKER_TRY_RETURN(destination, clean_path(mount.destination));
        if (destination == "/") return error(errc::malformed, "invalid mount: destination can't be '/'");
        bool const kernel_interface = mount.type == "proc" || mount.type == "sysfs";
        to.init.push_back(make_step(plan::op::mount, to.text(mount.type), to.text(destination),
                                    options.data.empty() ? 0 : to.text(options.data), options.flags,
                                    to.text(mount.source.empty() ? mount.type : mount.source),
                                    kernel_interface ? plan::real_directory : 0));
    }
    return {};
}

/// A device node, by the directory it is in.
struct device_node {
    std::string name;
    std::uint64_t mode, number;
    std::uint32_t uid, gid;
};

MOCKER_DECL result<device_node> make_node(oci::linux_device const& device, std::string const& path) {
    device_node node{path.substr(path.rfind('/') + 1), device.file_mode.value_or(0666), 0, device.uid.value_or(0),
                     device.gid.value_or(0)};
    if (device.type == "c" || device.type == "u")
        node.mode |= S_IFCHR;
    else if (device.type == "b")
        node.mode |= S_IFBLK;
    else if (device.type == "p")
        node.mode |= S_IFIFO;
    else
        return error(errc::malformed, "invalid type of device " + device.path + ": \"" + device.type + '"');
    if (device.type != "p")
        node.number = makedev(static_cast<unsigned>(device.major), static_cast<unsigned>(device.minor));
    return node;
}

MOCKER_DECL result<> add_devices(plan_builder& to, launch_request const& request) {
    std::map<std::string, std::vector<device_node>> directories;
    struct {
        char const* name;
        unsigned major, minor;
    } const always[] = {{"null", 1, 3},   {"zero", 1, 5},    {"full", 1, 7},
                        {"random", 1, 8}, {"urandom", 1, 9}, {"tty", 5, 0}};
    for (auto const& device : always)
        directories["/dev"].push_back({device.name, S_IFCHR | 0666, makedev(device.major, device.minor), 0, 0});
    for (auto const& device : request.spec.linux_.devices) {
        MOCKER_TRY_RETURN(path, clean_path(device.path));
        if (path == "/") return error(errc::malformed, "invalid path of a device");
        MOCKER_TRY_RETURN(node, make_node(device, path));
        auto const parent = path.substr(0, path.rfind('/'));
        auto& nodes = directories[parent.empty() ? "/" : parent];
        bool const known = std::ranges::any_of(nodes, [&](auto const& other) { return other.name == node.name; });
        if (!known) nodes.push_back(std::move(node));
    }
    for (auto const& [directory, nodes] : directories) {
        to.init.push_back(make_step(plan::op::directory, to.text(directory)));
        for (auto const& node : nodes)
            to.init.push_back(
                make_step(plan::op::node, to.text(node.name), node.uid, node.gid, node.mode, node.number));
        if (directory != "/dev") continue;
        std::pair<char const*, char const*> const links[] = {
            {"/proc/self/fd", "fd"},       {"/proc/self/fd/0", "stdin"}, {"/proc/self/fd/1", "stdout"},
            {"/proc/self/fd/2", "stderr"}, {"/proc/kcore", "core"},      {"pts/ptmx", "ptmx"}};
        for (auto const& [target, name] : links)
            to.init.push_back(make_step(plan::op::link, to.text(target), to.text(name)));
    }
    if (request.io.terminal) {
        to.init.push_back(make_step(plan::op::open_terminal));
        to.init.push_back(make_step(plan::op::console));
    }
    return {};
}

MOCKER_DECL result<> add_restrictions(plan_builder& to, oci::linux_section const& section) {
    for (auto const& path : section.masked_paths) {
        MOCKER_TRY_RETURN(clean, clean_path(path));
        to.init.push_back(make_step(plan::op::mask, to.text(clean)));
    }
    for (auto const& path : section.readonly_paths) {
        MOCKER_TRY_RETURN(clean, clean_path(path));
        to.init.push_back(make_step(plan::op::read_only, to.text(clean)));
    }
    return {};
}

/// Version 1: a small tmpfs with the container's group of each controller, as Docker lays it out.
MOCKER_DECL void add_v1_mounts(plan_builder& to, machine const& on, std::string const& destination,
                               std::string const& path, linux_::mount_options const& options) {
    auto const flags = options.flags & ~std::uint64_t(MS_RDONLY);
    to.init.push_back(make_step(plan::op::mount, to.text("tmpfs"), to.text(destination), to.text("mode=755,size=64k"),
                                flags, to.text("cgroup")));
    for (auto const* const h : on.cgroups.container_hierarchies()) {
        auto const target = destination + h->mount_point.substr(h->mount_point.rfind('/'));
        to.init.push_back(make_step(plan::op::bind, to.text(h->mount_point + path), to.text(target), 0,
                                    options.attributes, MS_PRIVATE));
    }
    if (std::ranges::any_of(on.cgroups.container_hierarchies(),
                            [](auto const* h) { return h->controllers.size() > 1; })) {
        to.init.push_back(make_step(plan::op::directory, to.text(destination)));
        for (auto const* const h : on.cgroups.container_hierarchies()) {
            auto const name = h->mount_point.substr(h->mount_point.rfind('/') + 1);
            for (auto const& controller : h->controllers) // /cpu leads to /cpu,cpuacct
                if (controller != name)
                    to.init.push_back(make_step(plan::op::link, to.text(name), to.text(controller)));
        }
    }
    if ((options.flags & MS_RDONLY) != 0)
        to.init.push_back(make_step(plan::op::read_only, to.text(destination), 0, 0, 0, 0, plan::in_place));
}

MOCKER_DECL result<> add_cgroup_mounts(plan_builder& to, launch_request const& request, machine const& on,
                                       bool own_namespace) {
    for (auto const& mount : request.spec.mounts) {
        if (!is_cgroup_mount(mount)) continue;
        MOCKER_TRY_RETURN(options, linux_::parse_mount_options(mount.options));
        MOCKER_TRY_RETURN(destination, clean_path(mount.destination));
        if (!on.cgroups.is_v2()) {
            add_v1_mounts(to, on, destination, request.cgroup_path, options);
        } else if (own_namespace) {
            to.init.push_back(make_step(plan::op::mount, to.text("cgroup2"), to.text(destination), 0, options.flags,
                                        to.text("cgroup")));
        } else {
            to.init.push_back(make_step(plan::op::bind, to.text(on.cgroups.unified()->mount_point),
                                        to.text(destination), 0, options.attributes, MS_PRIVATE));
        }
    }
    return {};
}

} // namespace mocker::runtime::detail

#endif
