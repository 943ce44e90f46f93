#ifndef MOCKER_RUNTIME_IMPL_USERS_IPP
#define MOCKER_RUNTIME_IMPL_USERS_IPP

#include <mocker/core/file.hpp>
#include <mocker/linux/mount.hpp>
#include <mocker/linux/overlay.hpp>
#include <mocker/runtime/users.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

namespace mocker::runtime {
namespace detail {

inline constexpr std::size_t user_file_limit = 4 << 20;

struct user_line {
    std::string_view name{};
    std::vector<std::string_view> fields{};
};

MOCKER_DECL std::vector<std::string_view> split_fields(std::string_view line, char separator) {
    std::vector<std::string_view> fields;
    for (std::size_t begin = 0; begin <= line.size();) {
        auto const end = std::min(line.find(separator, begin), line.size());
        fields.push_back(line.substr(begin, end - begin));
        begin = end + 1;
    }
    return fields;
}

MOCKER_DECL std::optional<std::uint32_t> id_number(std::string_view text) {
    std::uint32_t number = 0;
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    // Docker's limit: ids are signed 32-bit numbers to it.
    if (failed != std::errc() || end != text.data() + text.size() || text.empty() || number > 0x7fffffff)
        return std::nullopt;
    return number;
}

struct passwd_entry {
    std::uint32_t uid, gid;
    std::string name, home;
};

/// The first line of passwd(5) of that name, else the first with that number.
MOCKER_DECL std::optional<passwd_entry> find_passwd(std::string_view passwd, std::string_view name,
                                                    std::optional<std::uint32_t> number) {
    std::optional<passwd_entry> by_number;
    for (auto const line : split_fields(passwd, '\n')) {
        auto const fields = split_fields(line, ':');
        if (fields.size() < 4) continue;
        auto const uid = id_number(fields[2]);
        auto const gid = id_number(fields[3]);
        if (!uid || !gid) continue;
        passwd_entry entry{*uid, *gid, std::string(fields[0]),
                           fields.size() > 5 ? std::string(fields[5]) : std::string()};
        if (!name.empty() && fields[0] == name) return entry;
        if (number && *uid == *number && !by_number) by_number = std::move(entry);
    }
    return by_number;
}

MOCKER_DECL std::optional<std::uint32_t> find_group(std::string_view group, std::string_view name) {
    auto const number = id_number(name);
    std::optional<std::uint32_t> found = number;
    for (auto const line : split_fields(group, '\n')) {
        auto const fields = split_fields(line, ':');
        if (fields.size() < 3) continue;
        auto const gid = id_number(fields[2]);
        if (gid && fields[0] == name) return gid;
    }
    return found;
}

/// The groups of group(5) that list @p user.
MOCKER_DECL std::vector<std::uint32_t> groups_of(std::string_view group, std::string const& user) {
    std::vector<std::uint32_t> groups;
    for (auto const line : split_fields(group, '\n')) {
        auto const fields = split_fields(line, ':');
        if (fields.size() < 4 || user.empty()) continue;
        auto const members = split_fields(fields[3], ',');
        auto const gid = id_number(fields[2]);
        if (gid && std::ranges::find(members, user) != members.end() && std::ranges::find(groups, *gid) == groups.end())
            groups.push_back(*gid);
    }
    return groups;
}

/// A file that is not there, or no file, counts as empty.
MOCKER_DECL std::string overlay_text(rootfs const& root, std::string const& path) {
    auto layers = root.lower;
    if (!root.upper.empty()) layers.insert(layers.begin(), root.upper);
    auto text = linux_::read_overlay_file(layers, path, user_file_limit);
    return text ? std::move(*text) : std::string();
}

MOCKER_DECL std::string process_text(int root, std::string const& path) {
    auto const place = linux_::open_in_root(root, path, O_PATH); // first looked at: opening a FIFO would wait
    struct stat what {};
    if (!place || ::fstat(place->get(), &what) != 0 || !S_ISREG(what.st_mode)) return {};
    auto text = read_file("/proc/self/fd/" + std::to_string(place->get()), user_file_limit);
    return text ? std::move(*text) : std::string();
}

} // namespace detail

MOCKER_DECL result<resolved_user> find_user(std::string_view text, std::string_view passwd, std::string_view group) {
    auto const colon = text.find(':');
    auto const user = text.substr(0, colon);
    auto const wanted_group = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
    auto const number = user.empty() ? std::optional<std::uint32_t>(0) : detail::id_number(user);
    auto const entry = detail::find_passwd(passwd, user, number);
    if (!entry && !number)
        return error(errc::malformed,
                     "unable to find user " + std::string(user) + ": no matching entries in passwd file");
    resolved_user found;
    found.user.uid = entry ? entry->uid : *number;
    found.user.gid = entry ? entry->gid : 0;
    if (entry && !entry->home.empty()) found.home = entry->home;
    if (!wanted_group.empty()) {
        auto const gid = detail::find_group(group, wanted_group);
        if (!gid)
            return error(errc::malformed,
                         "unable to find group " + std::string(wanted_group) + ": no matching entries in group file");
        found.user.gid = *gid;
    } else if (entry) {
        found.user.additional_gids = detail::groups_of(group, entry->name);
    }
    // As Docker does since CVE-2022-36109: the group counts as well where only supplementary ones are looked at.
    auto& groups = found.user.additional_gids;
    std::erase(groups, found.user.gid);
    groups.insert(groups.begin(), found.user.gid);
    return found;
}

MOCKER_DECL result<resolved_user> find_user(std::string_view text, rootfs const& root) {
    auto const passwd = detail::overlay_text(root, "/etc/passwd");
    auto const group = detail::overlay_text(root, "/etc/group");
    return find_user(text, passwd, group);
}

MOCKER_DECL result<resolved_user> find_user(std::string_view text, pid_t pid) {
    MOCKER_TRY_RETURN(root, open_file("/proc/" + std::to_string(pid) + "/root", O_PATH | O_DIRECTORY));
    auto const passwd = detail::process_text(root.get(), "/etc/passwd");
    auto const group = detail::process_text(root.get(), "/etc/group");
    return find_user(text, passwd, group);
}

} // namespace mocker::runtime

#endif
