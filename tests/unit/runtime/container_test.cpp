/// @file Containers as they are: started on the real kernel, looked at from the inside.
#include <csignal>

#include "container_fixture.hpp"

namespace mocker {
namespace {

using testing::HasSubstr;
using testing::Not;

CONTAINER_TEST(container, runs_a_program_and_gives_its_output_and_status) {
    CO_REQUIRE(done, co_await machine.shell("echo to stdout; echo to stderr >&2; exit 7"));
    EXPECT_EQ(done.out, "to stdout\n");
    EXPECT_EQ(done.err, "to stderr\n");
    EXPECT_EQ(done.status.code, 7);
    EXPECT_EQ(done.status.signal, 0);
    EXPECT_FALSE(done.status.oom_killed);
    EXPECT_GT(done.status.finished_at, now() - std::chrono::minutes(1));
}

CONTAINER_TEST(container, has_namespaces_of_its_own) {
    CO_REQUIRE(done, co_await machine.shell(
                         "for n in pid mnt net ipc uts cgroup; do readlink /proc/self/ns/$n; done; echo $$; hostname"));
    for (char const* const name : {"pid", "mnt", "net", "ipc", "uts", "cgroup"}) {
        auto const ours = std::filesystem::read_symlink(std::string("/proc/self/ns/") + name).string();
        EXPECT_THAT(done.out, Not(HasSubstr(ours))) << "shares the " << name << " namespace with the host";
        EXPECT_THAT(done.out, HasSubstr(std::string(name) + ":["));
    }
    EXPECT_THAT(done.out, HasSubstr("\n1\nbox\n"));
}

CONTAINER_TEST(container, writes_go_to_its_upper_directory_and_not_to_the_layer) {
    auto request = machine.command("sh", "-c", "echo changed > /etc/passwd; echo new > /new; ls -a /");
    auto const upper = request.root.upper;
    CO_REQUIRE(done, co_await machine.run(std::move(request)));
    EXPECT_THAT(done.out, HasSubstr("new"));
    EXPECT_EQ(*read_file(upper + "/new"), "new\n");
    EXPECT_THAT(*read_file(machine.where / "layer/etc/passwd"), HasSubstr("ann"));
}

CONTAINER_TEST(container, may_have_many_layers) {
    auto request = machine.command("sh", "-c", "cat /only-in-17 /top");
    for (int i = 0; i < 120; ++i) {
        auto const layer =
            machine.where / ("layers-with-a-rather-long-name/" + std::to_string(i) + std::string(64, 'x'));
        CO_ASSERT_TRUE(make_directories(layer));
        auto const file = i == 17 ? "/only-in-17" : "/other";
        CO_ASSERT_TRUE(write_file_atomic(layer + file, "seventeen\n", 0644, durability::process));
        CO_ASSERT_TRUE(write_file_atomic(layer + "/top", std::to_string(i) + "\n", 0644, durability::process));
        request.root.lower.insert(request.root.lower.begin(), layer);
    }
    CO_REQUIRE(done, co_await machine.run(std::move(request)));
    EXPECT_EQ(done.out, "seventeen\n119\n");
}

CONTAINER_TEST(container, a_read_only_root_takes_no_writes_but_its_tmpfs_does) {
    auto request = machine.command("sh", "-c", "touch /x || echo refused; touch /dev/shm/y && echo taken");
    request.root.read_only = true;
    CO_REQUIRE(done, co_await machine.run(std::move(request)));
    EXPECT_EQ(done.out, "refused\ntaken\n");
    EXPECT_THAT(done.err, HasSubstr("Read-only file system"));
}

CONTAINER_TEST(container, has_the_devices_and_mounts_of_docker) {
    CO_REQUIRE(done, co_await machine.shell("cat /proc/mounts; ls /dev; readlink /dev/fd; readlink /dev/ptmx; head -c "
                                            "3 /dev/zero | wc -c; echo x > /dev/null && echo fine; ls /sys/fs/cgroup"));
    for (char const* const line : {"proc /proc proc rw,nosuid,nodev,noexec", "tmpfs /dev tmpfs rw,nosuid",
                                   "devpts /dev/pts devpts rw,nosuid,noexec", "sysfs /sys sysfs ro,nosuid,nodev,noexec",
                                   "mqueue /dev/mqueue mqueue rw,nosuid,nodev,noexec",
                                   "shm /dev/shm tmpfs rw,nosuid,nodev,noexec", "size=65536k", "overlay / overlay rw"})
        EXPECT_THAT(done.out, HasSubstr(line));
    for (char const* const name : {"null", "zero", "full", "random", "urandom", "tty", "fd", "stdin", "stdout",
                                   "stderr", "shm", "mqueue", "pts", "ptmx"})
        EXPECT_THAT(done.out, HasSubstr(std::string("\n") + name + "\n"));
    EXPECT_THAT(done.out, HasSubstr("/proc/self/fd\npts/ptmx\n3\nfine\n"));
    EXPECT_THAT(done.out, HasSubstr("memory"));
}

CONTAINER_TEST(container, cannot_see_or_change_what_docker_hides_and_protects) {
    CO_REQUIRE(
        done,
        co_await machine.shell(
            "cat /proc/kcore | wc -c; cat /proc/keys | wc -c; ls /sys/firmware | wc -l; echo 1 > "
            "/proc/sys/kernel/domainname || echo refused; echo h > /proc/sysrq-trigger || echo refused;"
            "touch /sys/x || echo refused; touch /sys/fs/cgroup/x || echo refused; echo 1 > "
            "/sys/fs/cgroup/memory/memory.limit_in_bytes || echo 1 > /sys/fs/cgroup/cgroup.procs || echo refused"));
    EXPECT_EQ(done.out, "0\n0\n0\nrefused\nrefused\nrefused\nrefused\nrefused\n");
}

CONTAINER_TEST(container, has_dockers_capabilities_and_filter) {
    CO_REQUIRE(done, co_await machine.shell("grep -E 'Cap|Seccomp:|NoNewPrivs' /proc/self/status | tr -s '\\t ' ' '"));
    EXPECT_EQ(done.out, "CapInh: 0000000000000000\nCapPrm: 00000000a80425fb\nCapEff: 00000000a80425fb\nCapBnd: "
                        "00000000a80425fb\nCapAmb: 0000000000000000\nNoNewPrivs: 0\nSeccomp: 2\n");
}

CONTAINER_TEST(container, another_user_has_no_capabilities_and_no_new_privileges_on_request) {
    auto request = machine.command("sh", "-c",
                                   "id; grep -E 'CapEff|CapPrm|CapBnd|NoNewPrivs|Seccomp:' /proc/self/status | tr -s "
                                   "'\\t ' ' '; echo $HOME; echo hi > /dev/stdout");
    request.spec.process.user.username = "ann";
    request.spec.process.no_new_privileges = true;
    CO_REQUIRE(done, co_await machine.run(std::move(request)));
    EXPECT_EQ(done.out, "uid=1000(ann) gid=1001(ann) groups=10(wheel),50(staff),1001(ann)\nCapPrm: "
                        "0000000000000000\nCapEff: 0000000000000000\nCapBnd: 00000000a80425fb\n"
                        "NoNewPrivs: 1\nSeccomp: 2\n/home/ann\nhi\n");
}

CONTAINER_TEST(container, ambient_capabilities_reach_a_program_of_another_user) {
    auto request = machine.command("grep", "-E", "CapEff|CapAmb", "/proc/self/status");
    request.spec.process.user.uid = 1234;
    auto& sets = *request.spec.process.capabilities;
    sets.ambient = sets.inheritable = {"CAP_NET_BIND_SERVICE"};
    CO_REQUIRE(done, co_await machine.run(std::move(request)));
    EXPECT_EQ(done.out, "CapEff:\t0000000000000400\nCapAmb:\t0000000000000400\n");
}

CONTAINER_TEST(container, refuses_what_the_filter_and_the_missing_capabilities_forbid) {
    CO_REQUIRE(done, co_await machine.shell("mount -t tmpfs t /tmp || echo no mount; unshare -m true || echo no "
                                            "unshare; hostname other || echo no hostname; reboot -f || echo no reboot; "
                                            "mknod /disk b 8 0; head -c 1 /disk || echo no disk"));
    EXPECT_EQ(done.out, "no mount\nno unshare\nno hostname\nno reboot\nno disk\n") << done.err;
}

CONTAINER_TEST(container, without_a_profile_there_is_no_filter) {
    auto request = machine.command("grep", "Seccomp:", "/proc/self/status");
    request.spec.linux_.seccomp.reset();
    CO_REQUIRE(done, co_await machine.run(std::move(request)));
    EXPECT_EQ(done.out, "Seccomp:\t0\n");
}

CONTAINER_TEST(container, a_privileged_one_may_do_what_the_host_may) {
    auto request = machine.command(
        "sh", "-c",
        "grep -E 'CapEff|Seccomp:' /proc/self/status; mount -t tmpfs t /tmp && echo mounted; ls /dev | grep -c . ");
    runtime::make_privileged(request.spec);
    CO_REQUIRE(done, co_await machine.run(std::move(request)));
    auto const host = *read_file("/proc/self/status");
    auto const line = host.find("CapEff:");
    EXPECT_THAT(done.out, HasSubstr(host.substr(line, host.find('\n', line) - line) + "\nSeccomp:\t0\nmounted\n"))
        << done.err;
}

CONTAINER_TEST(container, limits_are_those_of_its_control_groups) {
    std::string const files = machine.v2() ? "memory.max pids.max cpu.max cpu.weight cpuset.cpus"
                                           : "memory/memory.limit_in_bytes pids/pids.max cpu/cpu.cfs_quota_us "
                                             "cpu/cpu.cfs_period_us cpu/cpu.shares cpuset/cpuset.cpus";
    auto request = machine.command(
        "sh", "-c", "cd /sys/fs/cgroup; cat " + files + "; nproc; grep -E 'memory|^0' /proc/self/cgroup");
    auto& limits = *request.spec.linux_.resources;
    limits.memory.emplace().limit = 64 << 20;
    limits.memory->swap = 64 << 20;
    limits.pids.emplace().limit = 77;
    limits.cpu.emplace().quota = 50000;
    limits.cpu->period = 100000;
    limits.cpu->shares = 512;
    limits.cpu->cpus = "0";
    CO_REQUIRE(done, co_await machine.run(std::move(request)));
    EXPECT_THAT(done.out, testing::StartsWith(machine.v2() ? "67108864\n77\n50000 100000\n20\n0\n1\n"
                                                           : "67108864\n77\n50000\n100000\n512\n0\n1\n"))
        << done.err;
    EXPECT_THAT(done.out, HasSubstr(machine.v2() ? "0::/\n" : ":memory:/\n"));
}

CONTAINER_TEST(container, that_takes_too_much_memory_is_killed_and_told_so) {
    auto request = machine.command("sh", "-c", "dd if=/dev/zero of=/dev/shm/big bs=1M count=40; echo survived");
    request.spec.linux_.resources->memory.emplace().limit = 16 << 20;
    request.spec.linux_.resources->memory->swap = 16 << 20;
    request.spec.process.args = {"dd", "if=/dev/zero", "of=/dev/null", "bs=60M", "count=2"};
    CO_REQUIRE(done, co_await machine.run(std::move(request)));
    EXPECT_TRUE(done.status.oom_killed);
    EXPECT_EQ(done.status.code, 137);
    EXPECT_EQ(done.status.signal, SIGKILL);
}

CONTAINER_TEST(container, a_pids_limit_stops_a_fork_bomb) {
    auto request = machine.command("sh", "-c", "for i in 1 2 3 4 5 6 7 8 9; do sleep 100 & done; echo never");
    request.spec.linux_.resources->pids.emplace().limit = 5;
    CO_REQUIRE(done, co_await machine.run(std::move(request)));
    EXPECT_THAT(done.err, HasSubstr("can't fork"));
}

CONTAINER_TEST(container, resource_limits_and_oom_score_are_set) {
    auto request = machine.command("sh", "-c", "ulimit -n; ulimit -Hn; ulimit -c; cat /proc/self/oom_score_adj");
    request.spec.process.rlimits = {{"RLIMIT_NOFILE", 100, 200}, {"RLIMIT_CORE", 0, 0}};
    request.spec.process.oom_score_adj = 321;
    CO_REQUIRE(done, co_await machine.run(std::move(request)));
    EXPECT_EQ(done.out, "100\n200\n0\n321\n");
}

CONTAINER_TEST(container, the_working_directory_is_made) {
    auto request = machine.command("pwd");
    request.spec.process.cwd = "/srv/deep/below";
    CO_REQUIRE(done, co_await machine.run(std::move(request)));
    EXPECT_EQ(done.out, "/srv/deep/below\n");
}

CONTAINER_TEST(container, environment_is_what_was_asked_for_and_a_home) {
    auto request = machine.command("env");
    request.spec.process.env = {"PATH=/bin", "A=1 2", "B="};
    CO_REQUIRE(done, co_await machine.run(std::move(request)));
    EXPECT_EQ(done.out, "PATH=/bin\nA=1 2\nB=\nHOME=/root\n");
}

CONTAINER_TEST(container, signals_are_given_on_and_end_it_with_128_and_more) {
    CO_REQUIRE(process,
               co_await machine.native->create(machine.command(
                   "sh", "-c", "trap 'echo got term; exit 3' TERM; echo up; while true; do sleep 1000 & wait; done")));
    CO_REQUIRE(streams, co_await process->attach(false, true, true));
    CO_ASSERT_TRUE(co_await process->start());
    CO_REQUIRE(first, co_await streams->read());
    EXPECT_EQ(first->data, "up\n");
    EXPECT_TRUE(co_await process->kill(SIGTERM));
    CO_REQUIRE(second, co_await streams->read());
    EXPECT_EQ(second->data, "got term\n");
    CO_REQUIRE(status, co_await process->wait());
    EXPECT_EQ(status.code, 3);
    EXPECT_FALSE(co_await process->kill(SIGTERM)) << "it has ended";

    CO_REQUIRE(other, co_await machine.native->create(machine.command("sleep", "1000")));
    CO_ASSERT_TRUE(co_await other->start());
    EXPECT_TRUE(co_await other->kill(SIGKILL));
    CO_REQUIRE(killed, co_await other->wait());
    EXPECT_EQ(killed.code, 137);
    EXPECT_EQ(killed.signal, SIGKILL);
    EXPECT_FALSE(killed.oom_killed);
}

CONTAINER_TEST(container, sysctls_of_its_namespaces_are_set) {
    auto request =
        machine.command("cat", "/proc/sys/net/ipv4/ip_unprivileged_port_start", "/proc/sys/kernel/shm_rmid_forced");
    request.spec.linux_.sysctl["kernel.shm_rmid_forced"] = "1";
    CO_REQUIRE(done, co_await machine.run(std::move(request)));
    EXPECT_EQ(done.out, "0\n1\n");
}

CONTAINER_TEST(container, binds_show_directories_and_files_of_the_host) {
    CO_ASSERT_TRUE(make_directories(machine.where / "data/sub"));
    CO_ASSERT_TRUE(write_file_atomic(machine.where / "data/file", "from the host\n", 0644, durability::process));
    auto request = machine.command(
        "sh", "-c", "cat /srv/data/file /etc/hosts; echo back > /srv/data/answer; touch /ro/x || echo refused");
    auto const bind = [&](std::string at, std::string source, std::vector<std::string> options) {
        oci::mount m;
        m.destination = at, m.source = source, m.type = "bind", m.options = options;
        request.spec.mounts.push_back(m);
    };
    bind("/srv/data", machine.where / "data", {"rbind", "rprivate"});
    bind("/ro", machine.where / "data", {"rbind", "ro"});
    bind("/etc/hosts", machine.where / "data/file", {"rbind", "rprivate"});
    CO_REQUIRE(done, co_await machine.run(std::move(request)));
    EXPECT_EQ(done.out, "from the host\nfrom the host\nrefused\n");
    EXPECT_EQ(*read_file(machine.where / "data/answer"), "back\n");
}

CONTAINER_TEST(container, nothing_is_left_once_it_has_ended) {
    auto request = machine.command("sh", "-c", "sleep 1000 & sleep 1000 & echo done");
    auto const id = request.id;
    CO_REQUIRE(done, co_await machine.run(std::move(request)));
    CO_ASSERT_TRUE(machine.native->clean(id, machine.state_directory(id), machine.cgroup(id)));
    auto const layout = linux_::detect_cgroup_layout();
    for (auto const& h : layout->hierarchies) EXPECT_FALSE(std::filesystem::exists(h.mount_point + machine.cgroup(id)));
    for (auto const& entry : std::filesystem::directory_iterator("/proc")) {
        auto const command = read_file(entry.path().string() + "/cmdline", 4096);
        EXPECT_FALSE(command && command->find(std::string("sleep\0"
                                                          "1000",
                                                          10)) != std::string::npos)
            << entry.path();
    }
    std::vector<std::string> files;
    for (auto const& entry : std::filesystem::directory_iterator(machine.state_directory(id)))
        files.push_back(entry.path().filename());
    EXPECT_THAT(files, testing::ElementsAre("exit"));
}

CONTAINER_TEST(container, many_at_once_each_have_their_own_status) {
    std::vector<std::shared_ptr<runtime::process>> all;
    for (int i = 0; i < 20; ++i) {
        CO_REQUIRE(process, co_await machine.native->create(machine.command("sh", "-c", "exit " + std::to_string(i))));
        all.push_back(process);
    }
    for (auto const& process : all) CO_ASSERT_TRUE(co_await process->start());
    for (int i = 0; i < 20; ++i) {
        CO_REQUIRE(status, co_await all[static_cast<std::size_t>(i)]->wait());
        EXPECT_EQ(status.code, i);
    }
}

CONTAINER_TEST(container, with_the_hosts_network_and_processes_it_still_ends_whole) {
    auto request = machine.command(
        "sh", "-c", "readlink /proc/self/ns/net; readlink /proc/self/ns/pid; sleep 1000 >/dev/null 2>&1 & exit 5");
    std::erase_if(request.spec.linux_.namespaces,
                  [](auto const& ns) { return ns.type == "network" || ns.type == "pid"; });
    auto const id = request.id;
    CO_REQUIRE(done, co_await machine.run(std::move(request)));
    EXPECT_EQ(done.status.code, 5);
    for (char const* const name : {"net", "pid"})
        EXPECT_THAT(done.out, HasSubstr(std::filesystem::read_symlink(std::string("/proc/self/ns/") + name).string()));
    CO_ASSERT_TRUE(machine.native->clean(id, machine.state_directory(id), machine.cgroup(id)));
    auto const layout = linux_::detect_cgroup_layout();
    for (auto const& h : layout->hierarchies)
        EXPECT_FALSE(std::filesystem::exists(h.mount_point + machine.cgroup(id))) << "its sleep was left";
}

} // namespace
} // namespace mocker
