/// @file Launch plans are data: what would be done is compared without doing it, and without being root.
#include <mocker/runtime/compile.hpp>
#include <mocker/runtime/docker_defaults.hpp>
#include <mocker/runtime/plan.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

namespace mocker {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

runtime::machine v1_machine() {
    runtime::machine m;
    for (char const* const name : {"memory", "pids", "cpu,cpuacct", "cpuset", "devices"}) {
        linux_::cgroup_hierarchy h;
        h.mount_point = std::string("/sys/fs/cgroup/") + name;
        h.controllers = std::string(name) == "cpu,cpuacct" ? std::vector<std::string>{"cpu", "cpuacct"}
                                                           : std::vector<std::string>{name};
        m.cgroups.hierarchies.push_back(h);
    }
    return m;
}

runtime::machine v2_machine() {
    runtime::machine m;
    linux_::cgroup_hierarchy h;
    h.mount_point = "/sys/fs/cgroup";
    h.unified = true;
    m.cgroups.hierarchies.push_back(h);
    return m;
}

runtime::launch_request small_request() {
    runtime::launch_request r;
    r.id = "0123";
    r.state_directory = "/run/x";
    r.cgroup_path = "/mocker/0123";
    r.root.lower = {"/layers/b", "/layers/a"};
    r.root.upper = "/c/upper", r.root.work = "/c/work", r.root.mount_point = "/c/merged";
    r.spec.linux_.namespaces.emplace_back().type = "mount";
    r.spec.process.args = {"sh", "-c", "true"};
    return r;
}

std::vector<std::string> lines_of(runtime::launch_request const& request, runtime::machine const& on,
                                  std::string_view seccomp = {}) {
    auto const plan = runtime::compile_launch(request, on, seccomp);
    EXPECT_TRUE(plan.has_value()) << plan.error().message();
    if (!plan) return {};
    auto lines = runtime::plan_lines(*plan);
    EXPECT_TRUE(lines.has_value());
    return lines ? *lines : std::vector<std::string>();
}

std::string message_of(runtime::launch_request const& request, runtime::machine const& on) {
    auto const plan = runtime::compile_launch(request, on, {});
    return plan ? "" : plan.error().message();
}

TEST(plan, of_the_smallest_container_on_cgroup_v2_is_this) {
    auto request = small_request();
    std::erase_if(request.spec.mounts, [](auto const&) { return true; });
    auto lines = lines_of(request, v2_machine());
    std::erase_if(lines, [](auto const& line) {
        return line.find(" node ") != std::string::npos || line.find(" link ") != std::string::npos;
    });
    EXPECT_THAT(lines, testing::ElementsAre(
                           "before make_cgroup /sys/fs/cgroup/mocker/0123 flags=1",
                           "init write_file /proc/self/oom_score_adj = 0", "init propagation x=0x44000",
                           "init overlay_lower /layers/b", "init overlay_lower /layers/a",
                           "init overlay /c/upper /c/work /c/merged x=0x2", "init directory /dev", "init wait_host",
                           "init enter_root", "init standard_streams", "init working_directory / flags=8",
                           "init bounding_set", "init identity", "init gate", "init capabilities",
                           "init execute /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin : sh -c true",
                           "cleanup remove_cgroup /sys/fs/cgroup/mocker/0123"));
}

TEST(plan, installs_the_filter_after_the_gate_and_right_before_the_last_steps) {
    auto const lines = lines_of(small_request(), v2_machine(), std::string(16, '\0'));
    ASSERT_GE(lines.size(), 5u);
    auto const gate = std::ranges::find(lines, "init gate");
    ASSERT_NE(gate, lines.end());
    EXPECT_THAT(*(gate + 1), HasSubstr("init seccomp"));
    EXPECT_THAT(*(gate + 2), HasSubstr("init capabilities"));
    EXPECT_THAT(*(gate + 3), HasSubstr("init execute"));
}

TEST(plan, makes_limits_of_v1_before_the_process_joins) {
    auto request = small_request();
    auto& limits = request.spec.linux_.resources.emplace();
    limits.memory.emplace().limit = 1 << 20;
    limits.memory->swap = 2 << 20;
    limits.pids.emplace().limit = 5;
    limits.cpu.emplace().quota = 50000;
    limits.cpu->cpus = "0-1";
    oci::device_rule none, some;
    none.access = some.access = "rwm";
    some.allow = true, some.type = "c", some.major = 1, some.access = "rw";
    limits.devices = {none, some};
    auto const lines = lines_of(request, v1_machine());
    for (char const* const line :
         {"host make_cgroup /sys/fs/cgroup/memory/mocker/0123 flags=1",
          "host write_file /sys/fs/cgroup/memory/mocker/0123/memory.limit_in_bytes = 1048576",
          "host write_file /sys/fs/cgroup/memory/mocker/0123/memory.memsw.limit_in_bytes = 2097152",
          "host write_file /sys/fs/cgroup/pids/mocker/0123/pids.max = 5",
          "host write_file /sys/fs/cgroup/cpu,cpuacct/mocker/0123/cpu.cfs_quota_us = 50000",
          "host write_file /sys/fs/cgroup/cpuset/mocker/0123/cpuset.cpus = 0-1",
          "host write_file /sys/fs/cgroup/devices/mocker/0123/devices.deny = a",
          "host write_file /sys/fs/cgroup/devices/mocker/0123/devices.allow = c 1:* rw"})
        EXPECT_THAT(lines, Contains(std::string(line)));
    auto const wait = std::ranges::find(lines, "init wait_host"),
               join = std::ranges::find(lines, "init write_file /sys/fs/cgroup/memory/mocker/0123/tasks = 0"),
               root = std::ranges::find(lines, "init enter_root");
    EXPECT_TRUE(wait < join && join < root && root != lines.end());
    EXPECT_EQ(std::ranges::count_if(lines, [](auto const& line) { return line.starts_with("cleanup "); }), 5);
}

TEST(plan, makes_limits_of_v2_before_the_clone) {
    auto request = small_request();
    auto& limits = request.spec.linux_.resources.emplace();
    limits.memory.emplace().limit = 1 << 20;
    limits.memory->swap = 3 << 20;
    limits.cpu.emplace().quota = 50000;
    limits.cpu->shares = 1024;
    limits.pids.emplace().limit = -1;
    limits.devices.emplace_back().access = "rwm";
    auto const lines = lines_of(request, v2_machine());
    for (char const* const line : {"before write_file /sys/fs/cgroup/mocker/0123/memory.max = 1048576",
                                   "before write_file /sys/fs/cgroup/mocker/0123/memory.swap.max = 2097152",
                                   "before write_file /sys/fs/cgroup/mocker/0123/cpu.max = 50000 100000",
                                   "before write_file /sys/fs/cgroup/mocker/0123/cpu.weight = 39",
                                   "before write_file /sys/fs/cgroup/mocker/0123/pids.max = max"})
        EXPECT_THAT(lines, Contains(std::string(line)));
    EXPECT_THAT(lines, Contains(HasSubstr("before device_filter /sys/fs/cgroup/mocker/0123 ")));
}

TEST(plan, of_docker_has_its_mounts_in_order) {
    auto request = small_request();
    auto const args = request.spec.process.args;
    request.spec = runtime::docker_default_spec();
    request.spec.process.args = args;
    auto const lines = lines_of(request, v1_machine());
    std::vector<std::string> mounts;
    for (auto const& line : lines)
        if (line.starts_with("init mount ")) mounts.push_back(line);
    ASSERT_EQ(mounts.size(), 7u);
    EXPECT_EQ(mounts[0], "init mount proc /proc source=proc x=0xe flags=4");
    EXPECT_EQ(mounts[1], "init mount tmpfs /dev mode=755,size=65536k source=tmpfs x=0x1000002");
    EXPECT_EQ(mounts[6], "init mount tmpfs /sys/fs/cgroup mode=755,size=64k source=cgroup x=0xe");
    EXPECT_THAT(lines, Contains(std::string("init unshare x=0x2000000")));
    EXPECT_THAT(lines, Contains(std::string("init mask /proc/kcore")));
    EXPECT_THAT(lines, Contains(std::string("init read_only /proc/sys")));
    EXPECT_THAT(lines, Contains(std::string("init read_only /sys/fs/cgroup flags=16")));
    EXPECT_THAT(lines, Contains(std::string("init sysctl net/ipv4/ip_unprivileged_port_start 0")));
}

TEST(plan, drops_dockers_network_sysctls_in_the_hosts_network_and_refuses_others) {
    auto request = small_request();
    request.spec.linux_.sysctl = {{"net.ipv4.ip_unprivileged_port_start", "0"}};
    EXPECT_THAT(lines_of(request, v1_machine()), Not(Contains(HasSubstr("sysctl"))));
    request.spec.linux_.sysctl = {{"net.core.somaxconn", "1"}};
    EXPECT_EQ(message_of(request, v1_machine()), "sysctl \"net.core.somaxconn\" not allowed in host network namespace");
}

TEST(plan, cleans_destinations_before_they_are_looked_up) {
    auto request = small_request();
    oci::mount bind;
    bind.destination = "/a/../../b//./c/", bind.source = "/src/../data", bind.type = "bind",
    bind.options = {"rbind", "ro", "rslave"};
    request.spec.mounts = {bind};
    auto const lines = lines_of(request, v1_machine());
    EXPECT_THAT(lines, Contains(std::string("init bind /data /b/c x=0x1 y=0x80000 flags=2")));
    EXPECT_THAT(lines, Contains(std::string("init propagation x=0x84000"))) << "events of the host have to arrive";
}

TEST(plan, refuses_what_cannot_be_with_what_it_is_about) {
    auto const changed = [](auto change) {
        auto request = small_request();
        change(request);
        return message_of(request, v1_machine());
    };
    using request = runtime::launch_request;
    EXPECT_EQ(changed([](request& r) { r.spec.process.args.clear(); }), "no command specified");
    EXPECT_EQ(changed([](request& r) { r.spec.process.cwd = "relative"; }),
              "the working directory 'relative' is invalid, it needs to be an absolute path");
    EXPECT_EQ(changed([](request& r) { r.root.lower.clear(); }), "container 0123 has no root filesystem");
    EXPECT_EQ(changed([](request& r) { r.root.upper = "upper"; }), "invalid path \"upper\": must be absolute");
    EXPECT_EQ(changed([](request& r) { r.spec.linux_.namespaces.emplace_back().type = "moon"; }),
              "unknown namespace \"moon\"");
    EXPECT_EQ(changed([](request& r) { r.spec.linux_.namespaces.emplace_back().type = "mount"; }),
              "namespace \"mount\" is given twice");
    EXPECT_EQ(changed([](request& r) { r.spec.linux_.namespaces.clear(); }),
              "a container needs a mount namespace of its own");
    EXPECT_EQ(changed([](request& r) {
                  r.spec.process.rlimits = {{"RLIMIT_X", 1, 1}};
              }),
              "invalid resource limit \"RLIMIT_X\"");
    EXPECT_EQ(changed([](request& r) { r.spec.process.capabilities.emplace().bounding = {"CAP_FLY"}; }),
              "invalid capability: \"CAP_FLY\"");
    EXPECT_EQ(changed([](request& r) { r.spec.linux_.devices.emplace_back().path = "/dev/x"; }),
              "invalid type of device /dev/x: \"\"");
    EXPECT_EQ(changed([](request& r) {
                  r.spec.linux_.sysctl = {{"../../etc/passwd", "x"}};
              }),
              "invalid sysctl \"../../etc/passwd\"");
    EXPECT_EQ(changed([](request& r) { r.cgroup_path = "/mocker/../../x"; }),
              "invalid control group \"/mocker/../../x\"");
    EXPECT_EQ(changed([](request& r) { r.spec.process.apparmor_profile = "docker-default"; }),
              "AppArmor profiles are not supported");
    EXPECT_EQ(changed([](request& r) { r.spec.mounts.emplace_back().destination = "/x"; }), "mount at /x has no type");
    EXPECT_EQ(changed([](request& r) {
                  auto& mount = r.spec.mounts.emplace_back();
                  mount.destination = "/", mount.source = "/x", mount.type = "bind";
              }),
              "invalid mount: destination can't be '/'");
}

TEST(plan, refuses_limits_that_nothing_would_enforce) {
    auto request = small_request();
    request.spec.linux_.resources.emplace().memory.emplace().limit = 1 << 20;
    auto on = v1_machine();
    std::erase_if(on.cgroups.hierarchies, [](auto const& h) { return h.controllers[0] == "memory"; });
    EXPECT_EQ(message_of(request, on), "the control group controller \"memory\" is not mounted");
}

TEST(plan, of_an_exec_enters_before_it_opens_anything) {
    runtime::exec_request request;
    request.id = "e", request.state_directory = "/run/x/e", request.cgroup_path = "/mocker/0123",
    request.container_pid = 4711;
    request.process.args = {"ls"};
    request.io.terminal = true;
    auto const plan = runtime::compile_exec(request, v1_machine(), {});
    ASSERT_TRUE(plan.has_value());
    auto const lines = *runtime::plan_lines(*plan);
    auto const join = std::ranges::find(lines, "init write_file /sys/fs/cgroup/pids/mocker/0123/tasks = 0"),
               enter = std::ranges::find_if(lines, [](auto const& l) { return l.starts_with("init enter_process"); }),
               open = std::ranges::find(lines, "init open_terminal");
    EXPECT_TRUE(join < enter && enter < open && open != lines.end());
    EXPECT_THAT(lines, Not(Contains(HasSubstr("cleanup")))) << "the groups are the container's";
    request.container_pid = 1;
    EXPECT_FALSE(runtime::compile_exec(request, v1_machine(), {}));
}

TEST(plan, broken_ones_are_recognised_wherever_they_are_broken) {
    auto const plan = runtime::compile_launch(small_request(), v1_machine(), {});
    ASSERT_TRUE(plan.has_value());
    for (std::size_t length = 0; length < plan->size(); ++length)
        EXPECT_FALSE(runtime::plan_lines(std::string_view(*plan).substr(0, length)));
    for (std::size_t at = 0; at < plan->size(); ++at) { // no crash, whatever a byte says
        auto broken = *plan;
        broken[at] = static_cast<char>(broken[at] ^ 0xff);
        (void)runtime::plan_lines(broken);
    }
}

TEST(docker_defaults, the_seccomp_profile_depends_on_the_capabilities) {
    auto const allows = [](std::vector<std::string> const& capabilities, std::string const& name) {
        auto const profile = runtime::docker_default_seccomp(capabilities);
        return std::ranges::any_of(profile.syscalls, [&](auto const& rule) {
            return rule.action == "SCMP_ACT_ALLOW" && rule.args.empty() &&
                   std::ranges::find(rule.names, name) != rule.names.end();
        });
    };
    auto const usual = runtime::docker_default_capabilities();
    EXPECT_TRUE(allows(usual, "read"));
    EXPECT_TRUE(allows(usual, "chroot"));
    EXPECT_FALSE(allows(usual, "mount"));
    EXPECT_FALSE(allows(usual, "reboot"));
    EXPECT_TRUE(allows({"CAP_SYS_ADMIN"}, "mount"));
    EXPECT_FALSE(allows({"CAP_SYS_ADMIN"}, "chroot"));
    EXPECT_TRUE(allows({"CAP_SYS_BOOT"}, "reboot"));
}

TEST(docker_defaults, the_profile_compiles_to_a_program) {
    auto const program =
        runtime::compile_seccomp(runtime::docker_default_seccomp(runtime::docker_default_capabilities()));
    ASSERT_TRUE(program.has_value()) << program.error().message();
    EXPECT_EQ(program->size() % 8, 0u);
    EXPECT_GT(program->size(), 800u);
    EXPECT_LT(program->size(), 4096u * 8);
    oci::seccomp wrong;
    wrong.default_action = "SCMP_ACT_DANCE";
    EXPECT_EQ(runtime::compile_seccomp(wrong).error().message(), "seccomp: unknown action \"SCMP_ACT_DANCE\"");
}

} // namespace
} // namespace mocker
