#ifndef MOCKER_VOLUME_IMPL_STORE_IPP
#define MOCKER_VOLUME_IMPL_STORE_IPP

#include <mocker/core/file.hpp>
#include <mocker/core/id.hpp>
#include <mocker/core/json.hpp>
#include <mocker/core/time.hpp>
#include <mocker/volume/store.hpp>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

namespace mocker::volume {
namespace detail {

inline constexpr std::string_view unfinished = ".new-";  ///< a volume that is being made
inline constexpr std::string_view discarded = ".gone-";  ///< one whose content is being deleted

MOCKER_DECL std::map<std::string, std::string> text_map(json::object const& document, std::string_view key) {
    std::map<std::string, std::string> map;
    auto const* const value = document.if_contains(key);
    if (value == nullptr || !value->is_object()) return map;
    for (auto const& entry : value->get_object()) {
        if (entry.value().is_string()) map.emplace(entry.key(), std::string(entry.value().get_string()));
    }
    return map;
}

MOCKER_DECL std::string to_document(info const& volume) {
    json::object document{{"name", volume.name}, {"created", to_rfc3339_nano(volume.created)}, {"anonymous", volume.anonymous}};
    auto& labels = document["labels"].emplace_object();
    for (auto const& [key, value] : volume.labels) labels[key] = value;
    auto& options = document["options"].emplace_object();
    for (auto const& [key, value] : volume.options) options[key] = value;
    return json::serialize(document) + "\n";
}

/// What the volume at @p directory is. Data counts for more than its description: one that is missing or broken gives a
/// volume without labels, as old as its directory.
MOCKER_DECL info read_volume(std::string const& directory, std::string name) {
    info volume;
    volume.mountpoint = directory + "/_data";
    volume.name = std::move(name);
    struct stat status;
    if (::stat(directory.c_str(), &status) == 0) {
        volume.created = time_point(std::chrono::seconds(status.st_mtim.tv_sec) + std::chrono::nanoseconds(status.st_mtim.tv_nsec));
    }
    auto const text = read_file(directory + "/volume.json", 16 << 20);
    auto const document = text ? parse_json(*text) : result<json::value>(text.error());
    if (!document || !document->is_object()) return volume;
    auto const& object = document->get_object();
    volume.labels = text_map(object, "labels");
    volume.options = text_map(object, "options");
    if (auto const* const anonymous = object.if_contains("anonymous")) {
        volume.anonymous = anonymous->is_bool() && anonymous->get_bool();
    }
    if (auto const* const created = object.if_contains("created"); created != nullptr && created->is_string()) {
        auto const when = parse_rfc3339(std::string(created->get_string()));
        if (when && *when) volume.created = **when;
    }
    return volume;
}

/// Makes the directory of a volume, whole and on disk, under a name that nobody sees.
MOCKER_DECL result<> write_volume(std::string const& directory, info const& volume) {
    MOCKER_CHECK_RETURN(make_directories(directory, 0701));
    MOCKER_CHECK_RETURN(make_directories(directory + "/_data", 0755));
    MOCKER_CHECK_RETURN(write_file_atomic(directory + "/volume.json", to_document(volume), 0600, durability::power));
    return sync_directory(directory);
}

MOCKER_DECL result<> rename_durably(std::string const& from, std::string const& to, std::string const& parent) {
    if (std::rename(from.c_str(), to.c_str()) != 0) return error::from_errno(errno, "rename " + from + " to " + to);
    return sync_directory(parent);
}

} // namespace detail

MOCKER_DECL result<> check_name(std::string_view name) {
    auto const alphanumeric = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    auto const allowed = [&](char c) { return alphanumeric(c) || c == '_' || c == '.' || c == '-'; };
    if (name.size() == 1) {
        return error(errc::malformed, "create " + std::string(name) +
                     ": volume name is too short, names should be at least two alphanumeric characters");
    }
    if (name.empty() || !alphanumeric(name.front()) || !std::all_of(name.begin(), name.end(), allowed)) {
        std::string const text(name);
        return error(errc::malformed, "create " + text + ": \"" + text + "\" includes invalid characters for a local volume name, "
                     "only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path");
    }
    return {};
}

MOCKER_DECL result<store> store::open(std::string root) {
    MOCKER_CHECK_RETURN(make_directories(root, 0701));
    store opened(std::move(root));
    std::error_code failed;
    std::filesystem::directory_iterator entries(opened.root_, failed);
    for (; !failed && entries != std::filesystem::directory_iterator(); entries.increment(failed)) {
        auto name = entries->path().filename().string();
        auto const directory = opened.root_ + "/" + name;
        if (name.starts_with(detail::unfinished) || name.starts_with(detail::discarded)) {
            MOCKER_CHECK_RETURN(remove_tree(directory));
        } else if (std::filesystem::is_directory(entries->symlink_status()) && check_name(name)) {
            auto volume = detail::read_volume(directory, name);
            opened.volumes_.emplace(std::move(name), std::move(volume));
        }
    }
    if (failed) return error::from_errno(failed.value(), "read " + opened.root_);
    return opened;
}

MOCKER_DECL result<info> store::create(create_options wanted) {
    bool const anonymous = wanted.name.empty();
    if (anonymous) wanted.name = random_id();
    MOCKER_CHECK_RETURN(check_name(wanted.name));
    if (auto const known = volumes_.find(wanted.name); known != volumes_.end()) return known->second;
    if (!wanted.options.empty()) {
        return error(errc::malformed, "create " + wanted.name + ": invalid option: \"" + wanted.options.begin()->first + "\"");
    }
    info volume;
    volume.name = wanted.name;
    volume.mountpoint = root_ + "/" + wanted.name + "/_data";
    volume.created = now();
    volume.labels = std::move(wanted.labels);
    volume.anonymous = anonymous;
    std::string const draft = root_ + "/" + std::string(detail::unfinished) + random_id().substr(0, 16);
    auto made = detail::write_volume(draft, volume);
    if (made) made = detail::rename_durably(draft, root_ + "/" + wanted.name, root_);
    if (!made) {
        (void)remove_tree(draft);
        return made.error();
    }
    return volumes_.emplace(std::move(wanted.name), std::move(volume)).first->second;
}

MOCKER_DECL result<info> store::find(std::string_view name) const {
    auto const volume = volumes_.find(name);
    if (volume == volumes_.end()) return error(errc::not_found, "get " + std::string(name) + ": no such volume");
    return volume->second;
}

MOCKER_DECL std::vector<info> store::list() const {
    std::vector<info> all;
    for (auto const& entry : volumes_) all.push_back(entry.second);
    return all;
}

MOCKER_DECL result<std::string> store::discard(std::string_view name) {
    auto const volume = volumes_.find(name);
    if (volume == volumes_.end()) return error(errc::not_found, "get " + std::string(name) + ": no such volume");
    std::string grave = root_ + "/" + std::string(detail::discarded) + random_id().substr(0, 16);
    auto const gone = detail::rename_durably(root_ + "/" + volume->first, grave, root_);
    if (!gone && gone.error().code().value() != ENOENT) return gone.error(); // else somebody has deleted it by hand
    volumes_.erase(volume);
    return grave;
}

MOCKER_DECL result<> store::remove(std::string_view name) {
    MOCKER_TRY_RETURN(grave, discard(name));
    return remove_tree(grave);
}

} // namespace mocker::volume

#endif
