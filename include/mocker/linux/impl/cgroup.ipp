#ifndef MOCKER_LINUX_IMPL_CGROUP_IPP
#define MOCKER_LINUX_IMPL_CGROUP_IPP

#include <mocker/core/file.hpp>
#include <mocker/core/unique_fd.hpp>
#include <mocker/linux/cgroup.hpp>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

namespace mocker::linux_ {
namespace detail {

MOCKER_DECL std::vector<std::string_view> split_words(std::string_view text, char separator) {
    std::vector<std::string_view> words;
    for (std::size_t begin = 0; begin <= text.size();) {
        auto const end = std::min(text.find(separator, begin), text.size());
        words.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return words;
}

/// `\040` and the like of mountinfo.
MOCKER_DECL std::string unescape_mountinfo(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '7'; };
        if (text[i] == '\\' && i + 3 < text.size() && digit(i + 1) && digit(i + 2) && digit(i + 3)) {
            plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
            i += 3;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

inline constexpr std::array<std::string_view, 8> container_controllers{"memory", "pids",    "cpu",     "cpuacct",
                                                                       "cpuset", "devices", "freezer", "blkio"};

MOCKER_DECL result<> write_control(std::string const& path, std::string_view value) {
    MOCKER_TRY_RETURN(fd, open_file(path, O_WRONLY));
    if (::write(fd.get(), value.data(), value.size()) < 0) return error::from_errno(errno, "write " + path);
    return {};
}

/// Version 1: a cpuset group takes processes only once it has processors and memory; its children inherit them.
MOCKER_DECL result<> fill_cpuset(std::string const& above, std::string const& group) {
    for (char const* const file : {"/cpuset.cpus", "/cpuset.mems"}) {
        MOCKER_TRY_RETURN(own, read_file(group + file, 4096));
        if (own.size() > 1) continue;
        MOCKER_TRY_RETURN(theirs, read_file(above + file, 4096));
        MOCKER_CHECK_RETURN(write_control(group + file, theirs));
    }
    return write_control(group + "/cgroup.clone_children", "1");
}

/// Version 2: what is not available stays off.
MOCKER_DECL void enable_controllers(std::string const& group) {
    for (char const* const name : {"+cpuset", "+cpu", "+io", "+memory", "+pids"})
        (void)write_control(group + "/cgroup.subtree_control", name);
}

MOCKER_DECL void kill_cgroup(std::string const& group) {
    if (write_control(group + "/cgroup.kill", "1")) return;
    auto const text = read_file(group + "/cgroup.procs", 1 << 20);
    if (!text) return;
    for (auto const line : split_words(*text, '\n')) {
        pid_t pid = 0;
        std::from_chars(line.data(), line.data() + line.size(), pid);
        if (pid > 1 && pid != ::getpid()) ::kill(pid, SIGKILL);
    }
}

MOCKER_DECL result<> remove_group(std::string const& group) {
    for (int attempt = 0;; ++attempt) {
        if (::rmdir(group.c_str()) == 0 || errno == ENOENT) return {};
        if (errno != EBUSY || attempt == 2000) return error::from_errno(errno, "rmdir " + group);
        if (attempt % 20 == 0) kill_cgroup(group);
        ::poll(nullptr, 0, 1);
    }
}

} // namespace detail

MOCKER_DECL cgroup_hierarchy const* cgroup_layout::find(std::string_view controller) const {
    for (auto const& h : hierarchies)
        if (!h.unified && std::ranges::find(h.controllers, controller) != h.controllers.end()) return &h;
    return nullptr;
}

MOCKER_DECL cgroup_hierarchy const* cgroup_layout::unified() const {
    for (auto const& h : hierarchies)
        if (h.unified) return &h;
    return nullptr;
}

MOCKER_DECL bool cgroup_layout::is_v2() const { return unified() != nullptr && container_hierarchies().empty(); }

MOCKER_DECL std::vector<cgroup_hierarchy const*> cgroup_layout::container_hierarchies() const {
    std::vector<cgroup_hierarchy const*> all;
    for (auto const controller : detail::container_controllers) {
        auto const* const h = find(controller);
        if (h != nullptr && std::ranges::find(all, h) == all.end()) all.push_back(h);
    }
    return all;
}

MOCKER_DECL cgroup_layout parse_cgroup_layout(std::string_view mountinfo) {
    cgroup_layout layout;
    for (auto const line : detail::split_words(mountinfo, '\n')) {
        auto const dash = line.find(" - ");
        if (dash == std::string_view::npos) continue;
        auto const before = detail::split_words(line.substr(0, dash), ' ');
        auto const after = detail::split_words(line.substr(dash + 3), ' ');
        if (before.size() < 6 || after.size() < 3 || before[3] != "/") continue;
        bool const v2 = after[0] == "cgroup2";
        if (!v2 && after[0] != "cgroup") continue;
        cgroup_hierarchy h{detail::unescape_mountinfo(before[4]), {}, v2};
        bool const again =
            std::ranges::any_of(layout.hierarchies, [&](auto const& other) { return v2 && other.unified; });
        if (again) continue; // mounted a second time
        for (auto const option : detail::split_words(after[2], ','))
            if (!v2 && option != "rw" && option != "ro" && option != "xattr" && option != "clone_children")
                h.controllers.emplace_back(option);
        layout.hierarchies.push_back(std::move(h));
    }
    return layout;
}

MOCKER_DECL result<cgroup_layout> detect_cgroup_layout() {
    MOCKER_TRY_RETURN(text, read_file("/proc/self/mountinfo", 16 << 20));
    auto layout = parse_cgroup_layout(text);
    if (layout.hierarchies.empty()) return error(errc::unavailable, "no control groups are mounted at /sys/fs/cgroup");
    return layout;
}

MOCKER_DECL std::string find_cgroup(std::string_view proc_cgroup, std::string_view controller) {
    for (auto const line : detail::split_words(proc_cgroup, '\n')) {
        auto const first = line.find(':');
        auto const second = line.find(':', first + 1);
        if (first == std::string_view::npos || second == std::string_view::npos) continue;
        auto const names = detail::split_words(line.substr(first + 1, second - first - 1), ',');
        if (std::ranges::find(names, controller) != names.end()) return std::string(line.substr(second + 1));
    }
    return {};
}

MOCKER_DECL result<> prepare_cgroup_parents(cgroup_layout const& layout, std::string const& path) {
    bool const v2 = layout.is_v2();
    auto all = layout.container_hierarchies();
    if (v2) all.push_back(layout.unified());
    for (auto const* const h : all) {
        std::string above = h->mount_point;
        if (v2) detail::enable_controllers(above);
        for (auto at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
            auto const group = h->mount_point + path.substr(0, at);
            if (::mkdir(group.c_str(), 0755) != 0 && errno != EEXIST) return error::from_errno(errno, "mkdir " + group);
            if (v2)
                detail::enable_controllers(group);
            else if (h == layout.find("cpuset"))
                MOCKER_CHECK_RETURN(detail::fill_cpuset(above, group));
            above = group;
        }
    }
    return {};
}

MOCKER_DECL result<> remove_cgroup(cgroup_layout const& layout, std::string const& path) {
    if (path.size() < 2 || path[0] != '/' || path.find("..") != std::string::npos)
        return error(errc::malformed, "not a control group of a container: \"" + path + '"');
    result<> removed;
    for (auto const& h : layout.hierarchies)
        if (auto done = detail::remove_group(h.mount_point + path); !done) removed = done.error();
    return removed;
}

} // namespace mocker::linux_

#endif
