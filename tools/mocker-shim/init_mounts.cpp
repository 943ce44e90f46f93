#include <linux/magic.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

#include "init_state.hpp"
#include "system.hpp"

namespace shim {
namespace {

int set_attributes(int tree, uint64_t set, uint64_t propagation, bool recursive) {
    if (set == 0 && propagation == 0) return 0;
    mount_attr attributes{};
    attributes.attr_set = set;
    attributes.propagation = propagation;
    return static_cast<int>(call(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0),
                                 &attributes, sizeof attributes));
}

int place(int tree, int destination) {
    return static_cast<int>(
        call(SYS_move_mount, tree, "", destination, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH));
}

int configure(int filesystem, char const* key, char const* value) {
    return static_cast<int>(call(SYS_fsconfig, filesystem, FSCONFIG_SET_STRING, key, value, 0));
}

/// The mount API of Linux 6.8: any number of layers, no escaping.
int overlay_by_descriptors(init_state& s, plan::step const& overlay, char const* mount_point) {
    int const filesystem = static_cast<int>(call(SYS_fsopen, "overlay", FSOPEN_CLOEXEC));
    if (filesystem < 0) return filesystem;
    int failed = configure(filesystem, "source", "overlay");
    // Without an index, a container can start again while the kernel still takes down its mount of the run before.
    if (failed == 0) failed = configure(filesystem, "index", "off");
    auto const* const first = &overlay - overlay.x;
    for (auto const* layer = first; failed == 0 && layer != &overlay; ++layer)
        failed = configure(filesystem, "lowerdir+", s.view.text(layer->a));
    if (failed == 0) failed = configure(filesystem, "upperdir", s.view.text(overlay.a));
    if (failed == 0) failed = configure(filesystem, "workdir", s.view.text(overlay.b));
    if (failed == 0)
        failed = static_cast<int>(call(SYS_fsconfig, filesystem, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0));
    int tree = -1;
    if (failed == 0) tree = static_cast<int>(call(SYS_fsmount, filesystem, FSMOUNT_CLOEXEC, 0));
    ::close(filesystem);
    if (failed != 0) return failed;
    if (tree < 0) return tree;
    failed = static_cast<int>(call(SYS_move_mount, tree, "", AT_FDCWD, mount_point, MOVE_MOUNT_F_EMPTY_PATH));
    s.root = tree;
    return failed;
}

/// mount(2) takes one page of options: short symbolic links stand for the directories, which also spares escaping.
int overlay_by_links(init_state& s, plan::step const& overlay, char const* mount_point) {
    if (::mount("tmpfs", mount_point, "tmpfs", 0, "size=1m,mode=700") != 0 || ::chdir(mount_point) != 0) return -errno;
    if (::symlink(s.view.text(overlay.a), "u") != 0 || ::symlink(s.view.text(overlay.b), "w") != 0) return -errno;
    char options[4096];
    char* end = put_text(options, "index=off,upperdir=u,workdir=w,lowerdir=");
    for (uint64_t i = 0; i < overlay.x; ++i) {
        if (end - options > 4000) return -E2BIG;
        if (i > 0) *end++ = ':';
        char* const name = end;
        end = put_number(end, i);
        *end = 0;
        if (::symlink(s.view.text((&overlay - overlay.x + i)->a), name) != 0) return -errno;
    }
    *end = 0;
    if (::mount("overlay", mount_point, "overlay", 0, options) != 0) return -errno;
    s.root = ::open(mount_point, O_PATH | O_DIRECTORY | O_CLOEXEC);
    return s.root < 0 ? -errno : 0;
}

int copy_tree(int of, bool recursive) {
    unsigned const flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0);
    return static_cast<int>(call(SYS_open_tree, of, "", flags));
}

int new_empty_filesystem() {
    int const filesystem = static_cast<int>(call(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC));
    if (filesystem < 0) return filesystem;
    int failed = configure(filesystem, "source", "tmpfs");
    if (failed == 0) failed = configure(filesystem, "size", "0k");
    if (failed == 0) failed = configure(filesystem, "nr_inodes", "2");
    if (failed == 0)
        failed = static_cast<int>(call(SYS_fsconfig, filesystem, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0));
    int const tree =
        failed != 0 ? failed : static_cast<int>(call(SYS_fsmount, filesystem, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY));
    ::close(filesystem);
    return tree;
}

/// A mount to lay over a directory; one filesystem serves all of them.
int empty_directory(init_state& s) {
    if (s.empty_directory >= 0) return copy_tree(s.empty_directory, false);
    int const tree = new_empty_filesystem();
    if (tree < 0) return tree;
    s.empty_directory = ::fcntl(tree, F_DUPFD_CLOEXEC, 3);
    return s.empty_directory < 0 ? -errno : tree;
}

int empty_file(init_state& s) {
    int const null = open_in_root(s.root, "/dev/null", O_PATH);
    if (null < 0) return null;
    struct stat what;
    bool const real = ::fstat(null, &what) == 0 && S_ISCHR(what.st_mode) && what.st_rdev == makedev(1, 3);
    int const tree = real ? copy_tree(null, false) : -ENODEV; // of an image it could be anything (CVE-2025-31133)
    ::close(null);
    return tree;
}

/// Makes the last part of @p path, the usual case of a missing destination. -ENOENT: more is missing, or a link is in
/// the way.
int make_last(int root, char const* path, bool directory) {
    char above[4096];
    size_t size = strlen(path);
    while (size > 0 && path[size - 1] == '/') --size;
    size_t begin = size;
    while (begin > 0 && path[begin - 1] != '/') --begin;
    if (begin == size || size >= sizeof above || path[size] != 0) return -ENOENT;
    memcpy(above, path, begin);
    above[begin] = 0;
    int const parent = open_in_root(root, begin == 0 ? "/" : above, O_PATH | O_DIRECTORY);
    if (parent < 0) return parent;
    int made = directory ? ::mkdirat(parent, path + begin, 0755)
                         : ::openat(parent, path + begin, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (made < 0)
        made = errno == EEXIST ? -ENOENT : -errno;
    else if (!directory)
        made = ::close(made);
    ::close(parent);
    return made < 0 ? made : open_in_root(root, path, O_PATH);
}

int make_path(int root, char const* path, bool directory, int links_left = 40);

/// As make_path, where the part of @p path from @p begin to @p end is a link to what is not there: makes that, and the
/// rest below it. The result is resolved inside the root again.
int make_path_through_link(int root, int parent, char const* path, size_t begin, size_t end, bool directory,
                           int links_left) {
    char whole[4096], target[4096], name[256];
    if (links_left == 0) return -ELOOP;
    if (end - begin >= sizeof name) return -ENAMETOOLONG;
    memcpy(name, path + begin, end - begin);
    name[end - begin] = 0;
    ssize_t const got = ::readlinkat(parent, name, target, sizeof target);
    if (got < 0) return -errno;
    size_t const before = target[0] == '/' ? 0 : begin, length = static_cast<size_t>(got),
                 rest = strlen(path + end) + 1;
    if (before + length + rest > sizeof whole) return -ENAMETOOLONG;
    memcpy(whole, path, before);
    memcpy(whole + before, target, length);
    memcpy(whole + before + length, path + end, rest);
    return make_path(root, whole, directory, links_left - 1);
}

/// Makes the missing parts of @p path, each below the one before it: nothing leaves the root.
int make_path(int root, char const* path, bool directory, int links_left) {
    char prefix[4096];
    size_t const size = strlen(path);
    if (size >= sizeof prefix) return -ENAMETOOLONG;
    int parent = open_in_root(root, "/", O_PATH | O_DIRECTORY);
    for (size_t end = 0; parent >= 0 && end < size;) {
        while (path[end] == '/') ++end;
        size_t const begin = end;
        while (end < size && path[end] != '/') ++end;
        if (end == begin) break;
        memcpy(prefix, path, end);
        prefix[end] = 0;
        bool const last = path[end] == 0 || path[end + strspn(path + end, "/")] == 0;
        int next = open_in_root(root, prefix, O_PATH);
        if (next == -ENOENT) {
            int made;
            if (last && !directory) {
                made = ::openat(parent, prefix + begin, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
                if (made >= 0) made = ::close(made);
            } else {
                made = ::mkdirat(parent, prefix + begin, 0755);
            }
            if (made < 0 && errno == EEXIST) { // a link to what is not there
                int const through = make_path_through_link(root, parent, path, begin, end, directory, links_left);
                ::close(parent);
                return through;
            }
            next = made < 0 ? -errno : open_in_root(root, prefix, O_PATH);
        }
        ::close(parent);
        parent = next;
    }
    return parent;
}

} // namespace

int open_destination(init_state& s, char const* path, bool directory, uint64_t resolve) {
    int place = open_in_root(s.root, path, O_PATH, resolve);
    if (place == -ENOENT) place = make_last(s.root, path, directory);
    return place == -ENOENT ? make_path(s.root, path, directory) : place;
}

int mount_overlay(init_state& s, plan::step const& overlay) {
    char const* const mount_point = s.view.text(overlay.c);
    int const done = overlay_by_descriptors(s, overlay, mount_point);
    bool const old_kernel = done == -EINVAL || done == -ENOSYS || done == -EPERM;
    return old_kernel ? overlay_by_links(s, overlay, mount_point) : done;
}

int mount_filesystem(init_state& s, plan::step const& step) {
    bool const real = (step.flags & plan::real_directory) != 0;
    int const destination = open_destination(s, s.view.text(step.b), true, real ? RESOLVE_NO_SYMLINKS : 0);
    if (destination == -ELOOP && real) return -ENOTDIR;
    if (destination < 0) return destination;
    char const* const type = s.view.text(step.a);
    char const* const data = step.c != 0 ? s.view.text(step.c) : nullptr;
    int failed = ::fchdir(destination) != 0 ? -errno : 0;
    ::close(destination);
    if (failed != 0) return failed;
    return ::mount(s.view.text(static_cast<uint32_t>(step.y)), ".", type, step.x, data) != 0 ? -errno : 0;
}

int bind_mount(init_state& s, plan::step const& step) {
    bool const recursive = (step.flags & plan::recursive) != 0;
    int const tree = static_cast<int>(call(SYS_open_tree, AT_FDCWD, s.view.text(step.a),
                                           OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (recursive ? AT_RECURSIVE : 0)));
    if (tree < 0) return (step.flags & plan::optional) != 0 && tree == -ENOENT ? 0 : tree;
    struct stat what;
    int failed = ::fstat(tree, &what) != 0 ? -errno : 0;
    if (failed == 0) failed = set_attributes(tree, step.x, step.y, recursive);
    if (failed == 0) {
        int const destination = open_destination(s, s.view.text(step.b), S_ISDIR(what.st_mode));
        struct stat where;
        failed = destination < 0 ? destination : ::fstat(destination, &where) != 0 ? -errno : 0;
        if (failed == 0 && S_ISDIR(what.st_mode) != S_ISDIR(where.st_mode)) failed = -ENOTDIR; // move_mount says EINVAL
        if (failed == 0) failed = place(tree, destination);
        if (destination >= 0) ::close(destination);
    }
    ::close(tree);
    return failed;
}

int enter_directory(init_state& s, char const* path) {
    int const directory = open_destination(s, path, true);
    if (directory < 0) return directory;
    int const failed = ::fchdir(directory) != 0 ? -errno : 0;
    ::close(directory);
    return failed;
}

int mask_path(init_state& s, char const* path) {
    int const target = open_in_root(s.root, path, O_PATH);
    if (target < 0) return target == -ENOENT || target == -ENOTDIR ? 0 : target;
    struct stat what;
    int tree = ::fstat(target, &what) != 0 ? -errno : 0;
    if (tree == 0) tree = S_ISDIR(what.st_mode) ? empty_directory(s) : empty_file(s);
    int const failed = tree < 0 ? tree : place(tree, target);
    if (tree >= 0) ::close(tree);
    ::close(target);
    return failed;
}

int make_read_only(init_state& s, char const* path, bool in_place) {
    int const target = open_in_root(s.root, path, O_PATH);
    if (target < 0) return target == -ENOENT || target == -ENOTDIR ? 0 : target;
    int failed = 0;
    if (in_place) {
        failed = set_attributes(target, MOUNT_ATTR_RDONLY, 0, false);
    } else {
        int const tree = copy_tree(target, true);
        failed = tree < 0 ? tree : set_attributes(tree, MOUNT_ATTR_RDONLY, 0, true);
        if (failed == 0) failed = place(tree, target);
        if (tree >= 0) ::close(tree);
    }
    ::close(target);
    return failed;
}

int make_root_read_only(init_state& s) { return set_attributes(s.root, MOUNT_ATTR_RDONLY, 0, false); }

int write_sysctl(init_state& s, char const* name, char const* value) {
    int const directory = open_in_root(s.root, "/proc/sys", O_PATH | O_DIRECTORY);
    if (directory < 0) return directory;
    struct statfs what;
    int const file = open_in_root(directory, name, O_WRONLY);
    ::close(directory);
    if (file < 0) return file;
    int failed = ::fstatfs(file, &what) != 0 ? -errno : what.f_type != PROC_SUPER_MAGIC ? -EINVAL : 0;
    if (failed == 0) failed = write_whole(file, value, strlen(value));
    ::close(file);
    return failed;
}

int enter_root(init_state& s) {
    if (::fchdir(s.root) != 0) return -errno;
    long const moved = call(SYS_pivot_root, ".", "."); // the old root lies on the new one, and is taken off it
    if (moved < 0) return static_cast<int>(moved);
    if (::umount2(".", MNT_DETACH) != 0 || ::chdir("/") != 0) return -errno;
    return 0;
}

int bind_console(init_state& s) {
    if (s.terminal < 0) return -ENOTTY;
    int const tree = copy_tree(s.terminal, false);
    if (tree < 0) return tree;
    int const destination = open_destination(s, "/dev/console", false);
    int const failed = destination < 0 ? destination : place(tree, destination);
    if (destination >= 0) ::close(destination);
    ::close(tree);
    return failed;
}

} // namespace shim
