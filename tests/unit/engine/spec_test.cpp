#include <mocker/engine/spec.hpp>

#include <gtest/gtest.h>

#include <sys/resource.h>

#include <algorithm>

namespace {

using namespace mocker;

engine::container container_from(char const* json) {
    auto request = types::parse<types::container_create_request>(json);
    EXPECT_TRUE(request) << request.error().message();
    engine::container c;
    c.id = std::string(64, 'a');
    c.directory = "/root/containers/a";
    c.config = std::move(request->config);
    c.host_config = std::move(request->host_config);
    if (!c.config.cmd) c.config.cmd = types::word_list{"sh"};
    return c;
}

oci::runtime_spec spec_of(engine::container const& c, bool v2 = false) {
    engine::spec_environment environment;
    environment.cgroup_v2 = v2;
    environment.hostname = "the-host";
    auto spec = engine::build_spec(c, environment);
    EXPECT_TRUE(spec) << spec.error().message();
    return spec ? std::move(*spec) : oci::runtime_spec();
}

oci::runtime_spec spec_from(char const* json) { return spec_of(container_from(json)); }

bool has_namespace(oci::runtime_spec const& spec, std::string_view type) {
    auto const& all = spec.linux_.namespaces;
    return std::any_of(all.begin(), all.end(), [&](auto const& n) { return n.type == type; });
}

oci::mount const* mount_at(oci::runtime_spec const& spec, std::string_view destination) {
    oci::mount const* found = nullptr;
    for (auto const& m : spec.mounts)
        if (m.destination == destination) found = &m;
    return found;
}

bool contains(std::vector<std::string> const& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

TEST(build_spec, runs_entrypoint_and_command_as_the_user_in_the_directory) {
    auto const spec = spec_from(R"({"Entrypoint":["/bin/e"],"Cmd":["a","b"],"User":"daemon:mail","WorkingDir":"/srv/../opt"})");
    EXPECT_EQ(spec.process.args, (std::vector<std::string>{"/bin/e", "a", "b"}));
    EXPECT_EQ(spec.process.user.username, "daemon:mail");
    EXPECT_EQ(spec.process.cwd, "/opt");
}

TEST(build_spec, gives_the_environment_that_docker_gives) {
    auto const spec = spec_from(R"({"Env":["A=1","HOSTNAME=mine","PATH"],"Tty":true})");
    EXPECT_EQ(spec.process.env, (std::vector<std::string>{"HOSTNAME=mine", "TERM=xterm", "A=1"}));
    auto const plain = spec_from("{}");
    EXPECT_TRUE(contains(plain.process.env, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
    EXPECT_TRUE(contains(plain.process.env, "HOSTNAME=aaaaaaaaaaaa"));
}

TEST(build_spec, has_dockers_namespaces_and_shares_those_of_the_host_that_it_is_told_to) {
    auto const own = spec_from("{}");
    for (auto const* type : {"pid", "network", "mount", "ipc", "uts"}) EXPECT_TRUE(has_namespace(own, type)) << type;
    EXPECT_FALSE(has_namespace(own, "cgroup"));
    EXPECT_TRUE(has_namespace(spec_of(container_from("{}"), true), "cgroup"));
    EXPECT_TRUE(has_namespace(spec_from(R"({"HostConfig":{"CgroupnsMode":"private"}})"), "cgroup"));

    auto const host = spec_from(R"({"HostConfig":{"NetworkMode":"host","PidMode":"host","IpcMode":"host","UTSMode":"host"}})");
    for (auto const* type : {"pid", "network", "ipc", "uts"}) EXPECT_FALSE(has_namespace(host, type)) << type;
    EXPECT_EQ(host.hostname, "");
    ASSERT_NE(mount_at(host, "/dev/shm"), nullptr);
    EXPECT_EQ(mount_at(host, "/dev/shm")->type, "bind");
    EXPECT_FALSE(host.linux_.sysctl.contains("net.ipv4.ip_unprivileged_port_start"));
}

TEST(build_spec, adds_and_drops_capabilities) {
    auto const changed = spec_from(R"({"HostConfig":{"CapAdd":["net_admin"],"CapDrop":["CAP_CHOWN"]}})");
    auto const& bounding = changed.process.capabilities->bounding;
    EXPECT_TRUE(contains(bounding, "CAP_NET_ADMIN"));
    EXPECT_FALSE(contains(bounding, "CAP_CHOWN"));
    EXPECT_TRUE(contains(bounding, "CAP_KILL"));
    auto const none = spec_from(R"({"HostConfig":{"CapDrop":["ALL"]}})");
    EXPECT_TRUE(none.process.capabilities->bounding.empty());
    auto const one = spec_from(R"({"HostConfig":{"CapDrop":["ALL"],"CapAdd":["KILL"]}})");
    EXPECT_EQ(one.process.capabilities->effective, (std::vector<std::string>{"CAP_KILL"}));
    auto const nearly_all = spec_from(R"({"HostConfig":{"CapAdd":["ALL"],"CapDrop":["SYS_ADMIN"]}})");
    EXPECT_TRUE(contains(nearly_all.process.capabilities->permitted, "CAP_SYS_MODULE"));
    EXPECT_FALSE(contains(nearly_all.process.capabilities->permitted, "CAP_SYS_ADMIN"));
    EXPECT_TRUE(changed.process.capabilities->inheritable.empty());
}

TEST(build_spec, filters_system_calls_unless_told_not_to) {
    EXPECT_TRUE(spec_from("{}").linux_.seccomp);
    EXPECT_FALSE(spec_from(R"({"HostConfig":{"SecurityOpt":["seccomp=unconfined"]}})").linux_.seccomp);
    EXPECT_FALSE(spec_from(R"({"HostConfig":{"Privileged":true}})").linux_.seccomp);
    auto const own = spec_from(R"({"HostConfig":{"SecurityOpt":["no-new-privileges",
        "seccomp={\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"mkdir\"],\"action\":\"SCMP_ACT_ERRNO\"}]}"]}})");
    ASSERT_TRUE(own.linux_.seccomp);
    EXPECT_EQ(own.linux_.seccomp->default_action, "SCMP_ACT_ALLOW");
    ASSERT_EQ(own.linux_.seccomp->syscalls.size(), 1U);
    EXPECT_TRUE(own.process.no_new_privileges);
}

TEST(build_spec, masks_paths_unless_told_otherwise) {
    EXPECT_TRUE(contains(spec_from("{}").linux_.masked_paths, "/proc/kcore"));
    EXPECT_TRUE(spec_from(R"({"HostConfig":{"MaskedPaths":[],"ReadonlyPaths":[]}})").linux_.masked_paths.empty());
    EXPECT_TRUE(spec_from(R"({"HostConfig":{"Privileged":true}})").linux_.masked_paths.empty());
}

TEST(build_spec, limits_resources) {
    auto const spec = spec_from(R"({"HostConfig":{"Memory":8000000,"MemorySwap":-1,"NanoCpus":1500000000,"PidsLimit":7,"CpuShares":512,
        "CpusetCpus":"0","Ulimits":[{"Name":"nofile","Soft":10,"Hard":-1}]}})");
    auto const& r = *spec.linux_.resources;
    EXPECT_EQ(r.memory->limit, 8'000'000);
    EXPECT_EQ(r.memory->swap, -1);
    EXPECT_EQ(r.cpu->quota, 150'000);
    EXPECT_EQ(r.cpu->period, 100'000U);
    EXPECT_EQ(r.cpu->shares, 512U);
    EXPECT_EQ(r.cpu->cpus, "0");
    EXPECT_EQ(r.pids->limit, 7);
    ASSERT_EQ(spec.process.rlimits.size(), 1U);
    EXPECT_EQ(spec.process.rlimits[0].type, "RLIMIT_NOFILE");
    EXPECT_EQ(spec.process.rlimits[0].soft, 10U);
    EXPECT_EQ(spec.process.rlimits[0].hard, RLIM_INFINITY);
}

TEST(build_spec, mounts_the_files_of_the_container_and_its_volumes) {
    auto c = container_from(R"({"HostConfig":{"ReadonlyRootfs":true,"ShmSize":4096}})");
    c.mounts.push_back({.source = "/srv/www", .destination = "/var/www", .writable = false, .propagation = "rslave"});
    c.mounts.push_back({.source = "/my/hosts", .destination = "/etc/hosts"});
    c.mounts.push_back({.type = engine::mount_point::kind::tmpfs, .destination = "/tmp", .options = {"size=1m"}});
    auto const spec = spec_of(c);
    EXPECT_TRUE(spec.root.readonly);
    ASSERT_NE(mount_at(spec, "/var/www"), nullptr);
    EXPECT_EQ(mount_at(spec, "/var/www")->options, (std::vector<std::string>{"rbind", "rslave", "ro"}));
    EXPECT_EQ(mount_at(spec, "/etc/hosts")->source, "/my/hosts");
    EXPECT_EQ(mount_at(spec, "/etc/hostname")->source, "/root/containers/a/hostname");
    EXPECT_TRUE(contains(mount_at(spec, "/etc/resolv.conf")->options, "ro"));
    EXPECT_EQ(mount_at(spec, "/tmp")->type, "tmpfs");
    EXPECT_TRUE(contains(mount_at(spec, "/dev/shm")->options, "size=4096"));
}

TEST(build_spec, lets_a_mount_take_the_place_of_one_of_dockers) {
    auto c = container_from("{}");
    c.mounts.push_back({.source = "/dev", .destination = "/dev"});
    auto const spec = spec_of(c);
    EXPECT_EQ(mount_at(spec, "/dev")->source, "/dev");
    EXPECT_EQ(mount_at(spec, "/dev/pts"), nullptr);
    EXPECT_EQ(mount_at(spec, "/dev/shm"), nullptr);
}

TEST(build_spec, adds_devices_of_the_host) {
    auto const spec = spec_from(R"({"HostConfig":{"Devices":[{"PathOnHost":"/dev/null","PathInContainer":"/dev/x","CgroupPermissions":"r"}],
        "DeviceCgroupRules":["c 10:* rw"]}})");
    ASSERT_FALSE(spec.linux_.devices.empty());
    auto const& device = spec.linux_.devices.back();
    EXPECT_EQ(device.path, "/dev/x");
    EXPECT_EQ(device.major, 1);
    EXPECT_EQ(device.minor, 3);
    auto const& rules = spec.linux_.resources->devices;
    EXPECT_EQ(rules.back().major, 10);
    EXPECT_FALSE(rules.back().minor);
    auto const missing = container_from(R"({"HostConfig":{"Devices":[{"PathOnHost":"/dev/no-such"}]}})");
    auto const refused = engine::build_spec(missing, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message(),
              "error gathering device information while adding custom device \"/dev/no-such\": no such file or directory");
}

TEST(effective_hostname, is_the_hosts_with_its_network_unless_given) {
    engine::spec_environment environment;
    environment.hostname = "the-host";
    EXPECT_EQ(engine::effective_hostname(container_from("{}"), environment), "aaaaaaaaaaaa");
    EXPECT_EQ(engine::effective_hostname(container_from(R"({"HostConfig":{"NetworkMode":"host"}})"), environment), "the-host");
    EXPECT_EQ(engine::effective_hostname(container_from(R"({"Hostname":"web","HostConfig":{"NetworkMode":"host"}})"), environment), "web");
}

TEST(build_exec_process, has_the_containers_environment_and_what_it_adds) {
    auto const c = container_from(R"({"Env":["A=1"],"User":"daemon","WorkingDir":"/srv"})");
    auto const spec = spec_of(c);
    types::exec_config exec;
    exec.cmd = types::word_list{"ls", "-l"};
    exec.env = types::string_list{"A=2", "B=3"};
    exec.tty = true;
    auto const process = engine::build_exec_process(c, spec, exec);
    ASSERT_TRUE(process);
    EXPECT_EQ(process->args, (std::vector<std::string>{"ls", "-l"}));
    EXPECT_EQ(process->user.username, "daemon");
    EXPECT_EQ(process->cwd, "/srv");
    EXPECT_TRUE(contains(process->env, "A=2"));
    EXPECT_TRUE(contains(process->env, "B=3"));
    EXPECT_TRUE(contains(process->env, "TERM=xterm"));
    exec.privileged = true;
    exec.user = "0";
    auto const privileged = engine::build_exec_process(c, spec, exec);
    ASSERT_TRUE(privileged);
    EXPECT_TRUE(contains(privileged->capabilities->bounding, "CAP_SYS_ADMIN"));
    EXPECT_EQ(privileged->user.username, "0");
}

TEST(build_exec_process, needs_a_command) {
    auto const c = container_from("{}");
    auto const refused = engine::build_exec_process(c, spec_of(c), {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message(), "No exec command specified");
    EXPECT_EQ(refused.error().code(), errc::malformed);
}

} // namespace
