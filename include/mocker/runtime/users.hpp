/** @file
    Users and groups of an image: `name`, `uid`, `name:group`, `uid:gid` as `docker run --user` takes them. */
#ifndef MOCKER_RUNTIME_USERS_HPP
#define MOCKER_RUNTIME_USERS_HPP

#include <mocker/runtime/launch.hpp>

#include <string>
#include <string_view>

namespace mocker::runtime {

/// A user of a container, looked up.
struct resolved_user {
    oci::process_user user{};
    std::string home = "/"; ///< from `/etc/passwd`
};

/** Looks @p text up in the contents of a `/etc/passwd` and a `/etc/group`, as Docker does. Empty text is root.
    @par Errors errc::malformed: `unable to find user X: no matching entries in passwd file`, and so for groups. */
MOCKER_DECL result<resolved_user> find_user(std::string_view text, std::string_view passwd, std::string_view group);

/// The same in a root that is not mounted yet: the topmost layer that has the files counts; nothing leaves the layers.
MOCKER_DECL result<resolved_user> find_user(std::string_view text, rootfs const& root);

/// The same in the root of the running process @p pid.
MOCKER_DECL result<resolved_user> find_user(std::string_view text, pid_t pid);

} // namespace mocker::runtime

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/runtime/impl/users.ipp>
#endif
#endif
