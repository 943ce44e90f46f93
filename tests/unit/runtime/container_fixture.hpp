#ifndef MOCKER_TESTS_RUNTIME_CONTAINER_FIXTURE_HPP
#define MOCKER_TESTS_RUNTIME_CONTAINER_FIXTURE_HPP

#include <mocker/core/file.hpp>
#include <mocker/core/id.hpp>
#include <mocker/linux/cgroup.hpp>
#include <mocker/runtime.hpp>

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <support/co_test.hpp>
#include <vector>

namespace mocker::test {

/// A directory of its own below the system's, gone at the end with all that it held.
class scratch {
public:
    scratch() {
        char pattern[] = "/tmp/mocker-runtime-XXXXXX";
        if (char const* const made = ::mkdtemp(pattern)) path_ = made;
    }
    scratch(scratch const&) = delete;
    scratch& operator=(scratch const&) = delete;
    ~scratch() {
        auto const removed = remove_tree(path_);
        EXPECT_TRUE(removed.has_value()) << removed.error().message();
    }
    std::string const& path() const { return path_; }
    std::string operator/(std::string_view name) const { return path_ + '/' + std::string(name); }

private:
    std::string path_;
};

/// A layer with busybox and what a small image has.
inline void make_busybox_layer(std::string const& at) {
    namespace fs = std::filesystem;
    for (char const* const name : {"bin", "dev", "etc", "proc", "sys", "tmp", "root", "home/ann"})
        fs::create_directories(at + '/' + name);
    fs::copy_file("/bin/busybox", at + "/bin/busybox");
    for (char const* const applet :
         {"sh",    "true",  "false",    "cat",      "echo", "ls",      "id",   "sleep",  "head",   "tail", "wc",
          "stat",  "mount", "hostname", "seq",      "yes",  "dd",      "kill", "ps",     "env",    "pwd",  "mknod",
          "chmod", "touch", "mkdir",    "readlink", "grep", "sort",    "tty",  "stty",   "printf", "test", "md5sum",
          "ip",    "tr",    "usleep",   "nproc",    "ln",   "unshare", "date", "reboot", "trap"})
        fs::create_symlink("busybox", at + "/bin/" + applet);
    EXPECT_TRUE(write_file_atomic(at + "/etc/passwd",
                                  "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1001:Ann:/home/ann:/bin/sh\n", 0644,
                                  durability::process));
    EXPECT_TRUE(write_file_atomic(at + "/etc/group", "root:x:0:\nann:x:1001:\nwheel:x:10:ann\nstaff:x:50:ann,bob\n",
                                  0644, durability::process));
    ::chmod((at + "/tmp").c_str(), 01777);
}

struct finished {
    std::string out{}, err{};
    runtime::exit_status status{};
};

/// A machine for containers: one busybox layer, a runtime, requests. Containers are gone at the end, and that is
/// checked.
class container_machine {
public:
    explicit container_machine(asio::any_io_executor ex) : executor(ex) {
        make_busybox_layer(where / "layer");
        runtime::native_options options;
        options.shim_path =
            (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "../bin/mocker-shim").string();
        native = runtime::make_native_runtime(ex, options);
    }
    ~container_machine() {
        for (auto const& id : ids) {
            auto const cleaned = native->clean(id, state_directory(id), cgroup(id));
            EXPECT_TRUE(cleaned.has_value()) << cleaned.error().message();
        }
        auto const layout = linux_::detect_cgroup_layout();
        EXPECT_TRUE(linux_::remove_cgroup(*layout, group).has_value());
        auto const mounts = read_file("/proc/self/mountinfo");
        EXPECT_EQ(mounts->find(where.path()), std::string::npos) << "a mount was left on the host";
    }

    /// True where all controllers are on cgroup v2.
    bool v2() const { return linux_::detect_cgroup_layout()->is_v2(); }

    std::string state_directory(std::string const& id) const { return where / ("state-" + id); }
    std::string cgroup(std::string const& id) const { return group + '/' + id; }

    runtime::launch_request request(std::vector<std::string> args) {
        runtime::launch_request r;
        r.id = random_id();
        ids.push_back(r.id);
        r.state_directory = state_directory(r.id);
        r.cgroup_path = cgroup(r.id);
        r.log_path = where / (r.id + "-json.log");
        r.spec = runtime::docker_default_spec();
        r.spec.hostname = "box";
        r.spec.process.args = std::move(args);
        r.spec.process.env = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"};
        r.root.lower = {where / "layer"};
        auto const base = where / ("container-" + r.id);
        r.root.upper = base + "/upper", r.root.work = base + "/work", r.root.mount_point = base + "/merged";
        for (auto const& path : {r.state_directory, r.root.upper, r.root.work, r.root.mount_point})
            EXPECT_TRUE(make_directories(path));
        return r;
    }

    /// The same without a braced list, which g++ 12 does not take beside a co_await.
    template <class... Words>
    runtime::launch_request command(Words... words) {
        std::vector<std::string> args;
        (args.emplace_back(std::move(words)), ...);
        return request(std::move(args));
    }

    /// Runs a container to its end.
    awaitable<result<finished>> run(runtime::launch_request r) {
        MOCKER_TRY(process, co_await native->create(std::move(r)));
        co_return co_await finish(process);
    }
    awaitable<result<finished>> run(std::vector<std::string> args) { return run(request(std::move(args))); }
    awaitable<result<finished>> shell(std::string script) {
        std::vector<std::string> args{"sh", "-c", std::move(script)};
        return run(std::move(args));
    }

    /// Attaches to a created process, starts it and reads it to its end.
    awaitable<result<finished>> finish(std::shared_ptr<runtime::process> process) {
        finished all;
        MOCKER_TRY(streams, co_await process->attach(false, true, true));
        MOCKER_CHECK(co_await process->start());
        for (;;) {
            MOCKER_TRY(some, co_await streams->read());
            if (!some) break;
            (some->from == runtime::output::stream::out ? all.out : all.err) += some->data;
        }
        MOCKER_TRY(status, co_await process->wait());
        all.status = status;
        co_return all;
    }

    asio::any_io_executor executor;
    scratch where;
    std::string group = "/mocker-test-" + std::to_string(::getpid());
    std::vector<std::string> ids;
    std::unique_ptr<runtime::runtime> native;
};

} // namespace mocker::test

/// A test with a @ref container_machine called `machine`.
#define CONTAINER_TEST(suite, name)                                                                                    \
    static ::mocker::awaitable<void> suite##_##name##_on(::mocker::test::container_machine& machine);                  \
    CO_TEST(suite, name) {                                                                                             \
        ::mocker::test::container_machine machine(co_await ::mocker::asio::this_coro::executor);                       \
        co_await suite##_##name##_on(machine);                                                                         \
    }                                                                                                                  \
    static ::mocker::awaitable<void> suite##_##name##_on(::mocker::test::container_machine& machine)

#endif
