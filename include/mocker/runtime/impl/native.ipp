#ifndef MOCKER_RUNTIME_IMPL_NATIVE_IPP
#define MOCKER_RUNTIME_IMPL_NATIVE_IPP

#include <mocker/core/file.hpp>
#include <mocker/linux/clone.hpp>
#include <mocker/linux/pidfd.hpp>
#include <mocker/runtime/detail/native_runtime.hpp>
#include <mocker/runtime/native.hpp>
#include <mocker/runtime/users.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <memory>

namespace mocker::runtime {
namespace detail {

MOCKER_DECL result<std::string> find_shim(std::string const& wanted) {
    std::vector<std::string> candidates;
    if (!wanted.empty()) {
        candidates = {wanted};
    } else {
        std::error_code failed;
        auto const self = std::filesystem::read_symlink("/proc/self/exe", failed);
        if (!failed) candidates.push_back((self.parent_path() / "mocker-shim").string());
        for (char const* const directory : {"/usr/local/libexec/mocker", "/usr/libexec/mocker", "/usr/lib/mocker"})
            candidates.push_back(std::string(directory) + "/mocker-shim");
    }
    for (auto const& candidate : candidates)
        if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    return error(errc::unavailable, "mocker-shim was not found at " + candidates.front());
}

/// Where shims go so that the end of our own control group (of a service, of a session) is not theirs.
MOCKER_DECL std::vector<std::string> find_shim_groups(linux_::cgroup_layout const& layout) {
    std::vector<std::string> groups;
    auto const own = read_file("/proc/self/cgroup", 1 << 16);
    if (!own) return groups;
    auto const move = [&](linux_::cgroup_hierarchy const* h, std::string_view controller) {
        if (h == nullptr) return;
        auto const group = linux_::find_cgroup(*own, controller);
        if (group.empty() || group == "/" || group == "/mocker.shims") return;
        auto const directory = h->mount_point + "/mocker.shims";
        if (::mkdir(directory.c_str(), 0755) == 0 || errno == EEXIST) groups.push_back(directory + (h->unified ? "/cgroup.procs" : "/tasks"));
    };
    move(layout.unified(), "");
    move(layout.find("name=systemd"), "name=systemd");
    return groups;
}

MOCKER_DECL result<unique_fd> plan_memory(std::string const& plan) {
    unique_fd memory(::memfd_create("mocker-plan", MFD_CLOEXEC));
    if (!memory) return error::from_errno(errno, "memfd_create");
    MOCKER_CHECK_RETURN(write_all(memory.get(), plan));
    return memory;
}

/// HOME as the runtime sets it where nobody did.
MOCKER_DECL void set_home(oci::process& process, std::string const& home) {
    bool const there =
        std::ranges::any_of(process.env, [](auto const& variable) { return variable.starts_with("HOME="); });
    if (!there) process.env.push_back("HOME=" + home);
}

MOCKER_DECL void take_user(oci::process& process, resolved_user found) {
    auto& user = process.user;
    found.user.umask = user.umask;
    auto& groups = found.user.additional_gids; // those asked for come on top of those of the image
    for (auto const group : user.additional_gids)
        if (std::ranges::find(groups, group) == groups.end()) groups.push_back(group);
    user = std::move(found.user);
    set_home(process, found.home);
}

/// `uid:gid` for find_user where the request has no name.
MOCKER_DECL std::string user_text(oci::process_user const& user) {
    if (!user.username.empty()) return user.username;
    return user.gid == 0 ? std::to_string(user.uid) : std::to_string(user.uid) + ':' + std::to_string(user.gid);
}

/// True if a process was started in a state directory.
MOCKER_DECL bool has_traces(std::string const& state_directory) {
    for (char const* const file : {"/exit", "/init", "/shim.sock"})
        if (::access((state_directory + file).c_str(), F_OK) == 0) return true;
    return false;
}

MOCKER_DECL result<> kill_recorded(std::string const& state_directory) {
    auto const text = read_file(state_directory + "/init", 4096);
    if (!text) return {};
    std::int64_t init = 0, shim = 0;
    std::uint64_t init_start = 0, shim_start = 0;
    int const fields = std::sscanf(text->c_str(), "%" SCNd64 " %" SCNu64 " %" SCNd64 " %" SCNu64, &init, &init_start,
                                   &shim, &shim_start);
    if (fields != 4) return {};
    auto const limit = std::chrono::seconds(10);
    MOCKER_CHECK_RETURN(linux_::kill_process(static_cast<pid_t>(shim), shim_start, limit));
    return linux_::kill_process(static_cast<pid_t>(init), init_start, limit);
}

MOCKER_DECL result<std::string> seccomp_cache::program(std::optional<oci::seccomp> const& profile) {
    if (!profile) return std::string();
    for (auto const& [known, compiled] : known_)
        if (known == *profile) return compiled;
    MOCKER_TRY_RETURN(compiled, compile_seccomp(*profile));
    if (known_.size() == limit) known_.erase(known_.begin());
    known_.emplace_back(*profile, compiled);
    return compiled;
}

MOCKER_DECL result<> native_runtime::look_around() {
    if (machine_) return {};
    machine found;
    MOCKER_TRY_RETURN(layout, linux_::detect_cgroup_layout());
    found.cgroups = std::move(layout);
    found.shim_groups = find_shim_groups(found.cgroups);
    machine_ = std::move(found);
    return {};
}

MOCKER_DECL result<> native_runtime::prepare() {
    MOCKER_CHECK_RETURN(look_around());
    if (shim_) return {};
    MOCKER_TRY_RETURN(path, find_shim(options_.shim_path));
    MOCKER_TRY_RETURN(program, linux_::open_program(path));
    shim_ = std::move(program);
    return {};
}

MOCKER_DECL result<> native_runtime::prepare_groups(std::string const& cgroup_path) {
    auto const parent = cgroup_path.substr(0, cgroup_path.rfind('/'));
    auto const all = machine_->cgroups.container_hierarchies();
    auto const* const first = all.empty() ? machine_->cgroups.unified() : all.front();
    bool const there = prepared_.contains(parent) && ::access((first->mount_point + parent).c_str(), F_OK) == 0;
    if (there) return {};
    MOCKER_CHECK_RETURN(linux_::prepare_cgroup_parents(machine_->cgroups, cgroup_path));
    prepared_.insert(parent);
    return {};
}

MOCKER_DECL awaitable<result<std::shared_ptr<process>>>
native_runtime::launch(std::string const& id, std::string state_directory, std::string const& plan, bool is_exec) {
    MOCKER_TRY(memory, plan_memory(plan));
    MOCKER_TRY(ends, seqpacket_pair());
    std::vector<std::string> const arguments{"mocker-shim", id};
    std::vector<int> const descriptors{ends.second.get(), memory.get()};
    MOCKER_CHECK(linux_::start_daemon(shim_, arguments, descriptors));
    ends.second.reset();
    auto state = std::make_shared<process_state>(executor_, std::move(ends.first), std::move(state_directory), is_exec);
    auto made = std::make_shared<native_process>(state);
    readers_.spawn(read_shim(std::move(state)));
    MOCKER_CHECK(co_await made->ready());
    co_return std::shared_ptr<process>(std::move(made));
}

MOCKER_DECL awaitable<result<std::shared_ptr<process>>> native_runtime::create(launch_request request) {
    MOCKER_CHECK(prepare());
    MOCKER_TRY(user, find_user(user_text(request.spec.process.user), request.root));
    take_user(request.spec.process, std::move(user));
    MOCKER_TRY(seccomp, seccomp_.program(request.spec.linux_.seccomp));
    MOCKER_TRY(plan, compile_launch(request, *machine_, seccomp));
    MOCKER_CHECK(prepare_groups(request.cgroup_path));
    co_return co_await launch(request.id, std::move(request.state_directory), plan, false);
}

MOCKER_DECL awaitable<result<std::shared_ptr<process>>> native_runtime::exec(exec_request request) {
    MOCKER_CHECK(prepare());
    // A number that was given to somebody else meanwhile is not in the group of the container.
    auto const groups = read_file("/proc/" + std::to_string(request.container_pid) + "/cgroup", 1 << 16);
    if (!groups || groups->find(':' + request.cgroup_path + '\n') == std::string::npos)
        co_return error(errc::conflict, "container is not running");
    MOCKER_TRY(user, find_user(user_text(request.process.user), request.container_pid));
    take_user(request.process, std::move(user));
    MOCKER_TRY(seccomp, seccomp_.program(request.seccomp));
    MOCKER_TRY(plan, compile_exec(request, *machine_, seccomp));
    MOCKER_CHECK(make_directories(request.state_directory, 0700));
    co_return co_await launch(request.id, std::move(request.state_directory), plan, true);
}

MOCKER_DECL awaitable<result<std::shared_ptr<process>>> native_runtime::reattach(std::string state_directory) {
    auto connection = connect_shim(state_directory);
    if (!connection && !has_traces(state_directory))
        co_return error(errc::not_found, "no process was started in " + state_directory);
    bool const connected = connection.has_value();
    auto state = std::make_shared<process_state>(executor_, connected ? std::move(*connection) : unique_fd(),
                                                 std::move(state_directory), false);
    state->start_requested = true;
    auto found = std::make_shared<native_process>(state);
    if (connected) {
        std::string const hello(1, static_cast<char>(shim::kind::hello));
        auto const sent = co_await state->socket.send(hello);
        readers_.spawn(read_shim(state));
        if (sent && co_await found->ready()) co_return std::shared_ptr<process>(std::move(found));
    }
    // It ended, and wrote so before it closed its socket; or it was killed: wait() tells which.
    state->started = state->closed = true;
    co_return std::shared_ptr<process>(std::move(found));
}

MOCKER_DECL result<> native_runtime::clean(std::string const& id, std::string const& state_directory,
                                           std::string const& cgroup_path) {
    MOCKER_CHECK_RETURN(look_around());
    result<> done = kill_recorded(state_directory);
    if (auto removed = linux_::remove_cgroup(machine_->cgroups, cgroup_path); !removed) done = removed;
    if (!done) return done.error().within("container " + id);
    for (char const* const name : {"/init", "/shim.sock", "/exit.new"}) ::unlink((state_directory + name).c_str());
    return {};
}

} // namespace detail

MOCKER_DECL std::unique_ptr<runtime> make_native_runtime(asio::any_io_executor executor, native_options options) {
    return std::make_unique<detail::native_runtime>(std::move(executor), std::move(options));
}

} // namespace mocker::runtime

#endif
