#ifndef MOCKER_SNAPSHOT_IMPL_SNAPSHOT_STORE_IPP
#define MOCKER_SNAPSHOT_IMPL_SNAPSHOT_STORE_IPP

#include <mocker/core/file.hpp>
#include <mocker/core/id.hpp>
#include <mocker/core/json.hpp>
#include <mocker/core/sha256.hpp>
#include <mocker/snapshot/snapshot_store.hpp>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace mocker::snapshot {
namespace detail {

inline constexpr std::string_view temporary_prefix = ".new-", removed_prefix = ".old-";

/// What tells this boot of the machine from others.
MOCKER_DECL std::string boot_id() {
    auto id = read_file("/proc/sys/kernel/random/boot_id");
    if (!id) return "unknown";
    while (!id->empty() && id->back() == '\n') id->pop_back();
    return std::move(*id);
}

/// The record of a snapshot: `{"size":1234,"boot":"…"}`, without `boot` once it is durable.
MOCKER_DECL std::string snapshot_record(std::int64_t size, std::string const& boot) {
    json::object record{{"size", size}};
    if (!boot.empty()) record["boot"] = boot;
    return json::serialize(record);
}

/// Reads a record; nothing if it is damaged or its snapshot may be.
MOCKER_DECL std::optional<snapshot_info> read_snapshot_record(std::string const& path, std::string const& boot) {
    auto const text = read_file(path, 4096);
    if (!text) return std::nullopt;
    auto const document = parse_json(*text);
    auto const* record = document ? document->if_object() : nullptr;
    auto const* size = record ? record->if_contains("size") : nullptr;
    if (!size || !size->is_int64()) return std::nullopt;
    auto const* written_in = record->if_contains("boot");
    if (written_in && (!written_in->is_string() || written_in->get_string() != boot)) return std::nullopt;
    return snapshot_info{size->get_int64(), written_in == nullptr};
}

MOCKER_DECL result<std::vector<std::string>> names_in(std::string const& path) {
    std::vector<std::string> names;
    std::error_code failed;
    for (std::filesystem::directory_iterator at(path, failed), end; !failed && at != end; at.increment(failed)) {
        names.push_back(at->path().filename().string());
    }
    if (failed) return error::from_errno(failed.value(), "list " + path);
    return names;
}

} // namespace detail

MOCKER_DECL std::vector<digest> chain_ids(std::vector<digest> const& diff_ids) {
    std::vector<digest> chain;
    chain.reserve(diff_ids.size());
    for (auto const& diff_id : diff_ids) {
        chain.push_back(chain.empty() ? diff_id : sha256_of(chain.back().text() + ' ' + diff_id.text()));
    }
    return chain;
}

MOCKER_DECL pending_snapshot::~pending_snapshot() {
    if (!path_.empty()) (void)remove_tree(path_);
}

MOCKER_DECL result<unique_fd> pending_snapshot::open() const { return open_file(path_, O_RDONLY | O_DIRECTORY); }

MOCKER_DECL result<snapshot_store> snapshot_store::open(std::string root) {
    MOCKER_CHECK_RETURN(make_directories(root, 0711));
    MOCKER_CHECK_RETURN(make_directories(root + "/.records", 0700));
    return snapshot_store(std::move(root));
}

MOCKER_DECL result<std::map<digest, snapshot_info>> snapshot_store::recover() const {
    std::map<digest, snapshot_info> whole;
    auto const boot = detail::boot_id();
    MOCKER_TRY_RETURN(names, detail::names_in(root_));
    for (auto const& name : names) {
        auto const path = root_ + '/' + name;
        if (name == ".records") continue;
        auto chain = digest::parse("sha256:" + name);
        auto const info = chain ? detail::read_snapshot_record(record_path(*chain), boot) : std::nullopt;
        if (info) {
            whole.emplace(std::move(*chain), *info);
        } else if (chain || name.starts_with(detail::temporary_prefix) || name.starts_with(detail::removed_prefix)) {
            MOCKER_CHECK_RETURN(remove_tree(path));
        }
    }
    MOCKER_TRY_RETURN(records, detail::names_in(root_ + "/.records"));
    for (auto const& name : records) {
        auto const chain = digest::parse("sha256:" + name);
        if (!chain || !whole.contains(*chain)) MOCKER_CHECK_RETURN(remove_tree(root_ + "/.records/" + name));
    }
    return whole;
}

MOCKER_DECL result<std::vector<digest>> snapshot_store::list() const {
    MOCKER_TRY_RETURN(names, detail::names_in(root_));
    std::vector<digest> published;
    for (auto const& name : names) {
        if (auto chain_id = digest::parse("sha256:" + name)) published.push_back(std::move(*chain_id));
    }
    return published;
}

MOCKER_DECL result<pending_snapshot> snapshot_store::begin() const {
    auto path = root_ + '/' + std::string(detail::temporary_prefix) + random_id().substr(0, 16);
    // Nobody may reach set-user-ID programs through it before the layer is verified.
    if (::mkdir(path.c_str(), 0700) != 0) return error::from_errno(errno, "mkdir " + path);
    return pending_snapshot(std::move(path));
}

MOCKER_DECL result<> snapshot_store::publish(pending_snapshot unpacked, digest const& chain_id, std::int64_t size) const {
    if (::access(path(chain_id).c_str(), F_OK) == 0) return {};
    auto const record = detail::snapshot_record(size, detail::boot_id());
    MOCKER_CHECK_RETURN(write_file_atomic(record_path(chain_id), record, 0600, durability::process));
    if (::rename(unpacked.path().c_str(), path(chain_id).c_str()) == 0) {
        unpacked.path_.clear();
        return {};
    }
    if (errno == EEXIST || errno == ENOTEMPTY) return {};
    return error::from_errno(errno, "rename " + unpacked.path());
}

MOCKER_DECL result<> snapshot_store::remove(digest const& chain_id) const {
    auto const away = root_ + '/' + std::string(detail::removed_prefix) + random_id().substr(0, 16);
    if (::rename(path(chain_id).c_str(), away.c_str()) != 0) {
        if (errno == ENOENT) return {};
        return error::from_errno(errno, "rename " + path(chain_id));
    }
    ::unlink(record_path(chain_id).c_str());
    return remove_tree(away);
}

MOCKER_DECL result<> snapshot_store::sync(std::map<digest, snapshot_info> const& snapshots) const {
    MOCKER_TRY_RETURN(directory, open_file(root_, O_RDONLY | O_DIRECTORY));
    if (::syncfs(directory.get()) != 0) return error::from_errno(errno, "syncfs " + root_);
    for (auto const& [chain_id, info] : snapshots) {
        if (::access(path(chain_id).c_str(), F_OK) != 0) continue; // removed meanwhile
        auto const record = detail::snapshot_record(info.size, {});
        MOCKER_CHECK_RETURN(write_file_atomic(record_path(chain_id), record, 0600, durability::process));
    }
    return {};
}

} // namespace mocker::snapshot

#endif
