#ifndef MOCKER_IMAGE_IMPL_REMOVE_IPP
#define MOCKER_IMAGE_IMPL_REMOVE_IPP

#include <mocker/core/id.hpp>
#include <mocker/image/catalog.hpp>
#include <mocker/image/detail/store_state.hpp>
#include <mocker/image/store.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mocker::image {
namespace detail {

/// What a removal will do: names to take away, and perhaps the image.
struct removal {
    digest id{};
    std::vector<std::string> names{};
    bool image = false;
};

/// Whether all names belong to one repository and at most one of them has a tag (moby, `isSingleReference`).
MOCKER_DECL bool is_single_reference(std::set<std::string> const& names) {
    std::set<std::string_view> repositories;
    for (auto const& name : names) repositories.insert(repository_of(name));
    auto const tags = std::ranges::count_if(names, [](auto const& name) { return !is_digest_name(name); });
    return repositories.size() == 1 && tags <= 1;
}

MOCKER_DECL error delete_conflict(digest const& id, bool hard, std::string const& why) {
    return error(errc::conflict, "conflict: unable to delete " + short_id(id.text()) +
                                     (hard ? " (cannot be forced) - " : " (must be forced) - ") + why);
}

/// A container that keeps the image from being removed, whether it runs or not as asked.
MOCKER_DECL image_user const* user_of(std::vector<image_user> const& users, bool running) {
    auto const found = std::ranges::find_if(users, [&](auto const& user) { return user.running == running; });
    return found == users.end() ? nullptr : &*found;
}

/// Why the image @p id, which would keep @p names, must stay; moby's `checkImageDeleteConflict`.
MOCKER_DECL std::optional<error> find_conflict(digest const& id, std::size_t names, std::vector<image_user> const& users,
                                               bool force) {
    if (auto const* user = user_of(users, true)) {
        return delete_conflict(id, true, "image is being used by running container " + short_id(user->container_id));
    }
    if (force) return std::nullopt;
    if (names > 1) return delete_conflict(id, false, "image is referenced in multiple repositories");
    if (auto const* user = user_of(users, false)) {
        return delete_conflict(id, false, "image is being used by stopped container " + short_id(user->container_id));
    }
    return std::nullopt;
}

/// Names of the repository of @p untagged, all of them digests, go with its last tag.
MOCKER_DECL void untag_digests(std::set<std::string>& left, std::string const& untagged, std::vector<std::string>& names) {
    auto const repository = repository_of(untagged);
    auto const same = [&](std::string const& name) { return repository_of(name) == repository; };
    if (std::ranges::any_of(left, [&](auto const& name) { return same(name) && !is_digest_name(name); })) return;
    for (auto const& name : left) {
        if (same(name)) names.push_back(name);
    }
    std::erase_if(left, same);
}

/// Decides what removing @p name_or_id means, by moby's `ImageDelete`.
MOCKER_DECL result<removal> plan_removal(catalog const& images, std::string const& name_or_id, bool force, users_of const& users) {
    MOCKER_TRY_RETURN(found, images.find(name_or_id));
    removal plan;
    plan.id = found->record->id;
    auto left = found->names;
    auto const containers = users ? users(plan.id) : std::vector<image_user>();
    if (is_id_prefix(plan.id, name_or_id)) {
        bool const single = is_single_reference(left);
        if (auto conflict = find_conflict(plan.id, single ? 0 : left.size(), containers, force)) return *conflict;
        plan.names.assign(left.begin(), left.end());
        plan.image = true;
        return plan;
    }
    MOCKER_TRY_RETURN(name, oci::parse_reference(name_or_id));
    if (!force && is_single_reference(left) && !containers.empty()) {
        return error(errc::conflict, "conflict: unable to remove repository reference \"" + name_or_id + "\" (must force) - container " +
                                         short_id(containers.front().container_id) + " is using its referenced image " +
                                         short_id(plan.id.text()));
    }
    auto const key = catalog::key(name);
    left.erase(key);
    plan.names.push_back(key);
    if (!is_digest_name(key)) untag_digests(left, key, plan.names);
    if (!left.empty()) return plan;
    // The last name is gone; what a container still uses stays, without a name.
    plan.image = !find_conflict(plan.id, 0, containers, force);
    return plan;
}

} // namespace detail

MOCKER_DECL awaitable<result<std::vector<removed_entry>>> store::remove(std::string name_or_id, bool force, users_of users) {
    auto const s = state_;
    MOCKER_TRY(plan, detail::plan_removal(s->images, name_or_id, force, users));
    std::vector<removed_entry> done;
    for (auto const& name : plan.names) done.push_back({removed_entry::what::untagged, familiar(name)});
    auto const* entry = s->images.by_id(plan.id);
    auto const chain = entry->record->chain_ids;
    std::function<void(catalog&)> change = [plan](catalog& images) {
        for (auto const& name : plan.names) {
            auto const* at = images.by_name(name);
            if (at && at->record->id == plan.id) images.remove_name(name);
        }
        if (plan.image) images.remove(plan.id);
    };
    MOCKER_CHECK(co_await detail::commit(s, std::move(change)));
    if (!plan.image) co_return std::move(done);
    done.push_back({removed_entry::what::deleted, plan.id.text()});
    MOCKER_CHECK(co_await detail::collect(s));
    for (auto i = chain.size(); i-- > 0;) {
        if (!s->unpacked.contains(chain[i])) done.push_back({removed_entry::what::deleted, chain[i].text()});
    }
    co_return std::move(done);
}

} // namespace mocker::image

#endif
