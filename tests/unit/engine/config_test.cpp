#include <mocker/engine/config.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace {

using namespace mocker;

oci::image_config image_with(std::function<void(oci::container_defaults&)> const& change = {}) {
    oci::image_config image;
    image.config.entrypoint = {"/entry"};
    image.config.cmd = {"serve"};
    if (change) change(image.config);
    return image;
}

TEST(merge_config, takes_command_and_entrypoint_of_the_image_when_none_is_given) {
    auto const merged = engine::merge_config({}, image_with());
    ASSERT_TRUE(merged);
    EXPECT_EQ(*merged->entrypoint, (types::word_list{"/entry"}));
    EXPECT_EQ(*merged->cmd, (types::word_list{"serve"}));
}

TEST(merge_config, keeps_the_entrypoint_of_the_image_for_a_command_of_ones_own) {
    types::container_config own;
    own.cmd = types::word_list{"check"};
    auto const merged = engine::merge_config(own, image_with());
    ASSERT_TRUE(merged);
    EXPECT_EQ(*merged->entrypoint, (types::word_list{"/entry"}));
    EXPECT_EQ(*merged->cmd, (types::word_list{"check"}));
}

TEST(merge_config, forgets_the_command_of_the_image_for_an_entrypoint_of_ones_own) {
    types::container_config own;
    own.entrypoint = types::word_list{"sh"};
    auto const merged = engine::merge_config(own, image_with());
    ASSERT_TRUE(merged);
    EXPECT_EQ(*merged->entrypoint, (types::word_list{"sh"}));
    EXPECT_FALSE(merged->cmd);
}

TEST(merge_config, takes_the_entrypoint_away_for_an_empty_word) {
    types::container_config own;
    own.entrypoint = types::word_list{""};
    own.cmd = types::word_list{"ls"};
    auto const merged = engine::merge_config(own, image_with());
    ASSERT_TRUE(merged);
    EXPECT_FALSE(merged->entrypoint);
    EXPECT_EQ(*merged->cmd, (types::word_list{"ls"}));
}

TEST(merge_config, refuses_a_container_without_a_command) {
    auto const merged = engine::merge_config({}, {});
    ASSERT_FALSE(merged);
    EXPECT_EQ(merged.error().code(), errc::malformed);
    EXPECT_EQ(merged.error().message(), "no command specified");
}

TEST(merge_config, unites_variables_labels_ports_and_volumes) {
    types::container_config own;
    own.env = types::string_list{"A=own", "B"};
    own.labels = types::string_map{{"x", "own"}};
    own.exposed_ports = {"80/tcp"};
    auto const merged = engine::merge_config(own, image_with([](auto& c) {
        c.env = {"A=image", "B=image", "C=image"};
        c.labels = {{"x", "image"}, {"y", "image"}};
        c.exposed_ports = {"90/udp"};
        c.volumes = {"/data"};
        c.user = "nobody";
        c.working_dir = "/srv";
        c.stop_signal = "SIGINT";
    }));
    ASSERT_TRUE(merged);
    EXPECT_EQ(*merged->env, (types::string_list{"A=own", "B", "C=image"}));
    EXPECT_EQ(*merged->labels, (types::string_map{{"x", "own"}, {"y", "image"}}));
    EXPECT_EQ(merged->exposed_ports.size(), 2U);
    EXPECT_TRUE(merged->volumes && merged->volumes->contains("/data"));
    EXPECT_EQ(merged->user, "nobody");
    EXPECT_EQ(merged->working_dir, "/srv");
    EXPECT_EQ(merged->stop_signal, "SIGINT");
}

/// A value that is refused, the code and the text.
struct refusal {
    char const* json;
    errc code;
    char const* text;
};

class check_request_test : public testing::TestWithParam<refusal> {};

TEST_P(check_request_test, refuses) {
    auto request = types::parse<types::container_create_request>(GetParam().json);
    ASSERT_TRUE(request) << request.error().message();
    auto const checked = engine::check_request(*request);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code(), GetParam().code);
    EXPECT_NE(checked.error().message().find(GetParam().text), std::string::npos) << checked.error().message();
}

INSTANTIATE_TEST_SUITE_P(impossible, check_request_test, testing::Values(
    refusal{R"({"HostConfig":{"Memory":1024}})", errc::malformed, "Minimum memory limit allowed is 6MB"},
    refusal{R"({"HostConfig":{"Memory":8000000,"MemorySwap":7000000}})", errc::malformed, "Minimum memoryswap limit should be larger than memory limit, see usage"},
    refusal{R"({"HostConfig":{"MemorySwap":7000000}})", errc::malformed, "You should always set the Memory limit when using Memoryswap limit, see usage"},
    refusal{R"({"HostConfig":{"NanoCpus":1}})", errc::malformed, "range of CPUs is from 0.01 to "},
    refusal{R"({"HostConfig":{"NanoCpus":100000000000000}})", errc::malformed, "range of CPUs is from 0.01 to "},
    refusal{R"({"HostConfig":{"NanoCpus":500000000,"CpuPeriod":100000}})", errc::malformed, "Conflicting options: Nano CPUs and CPU Period cannot both be set"},
    refusal{R"({"HostConfig":{"CpuPeriod":10}})", errc::malformed, "CPU cfs period can not be less than 1ms"},
    refusal{R"({"HostConfig":{"CpuQuota":10}})", errc::malformed, "CPU cfs quota can not be less than 1ms (i.e. 1000)"},
    refusal{R"({"HostConfig":{"CpusetCpus":"0-4096"}})", errc::malformed, "Requested CPUs are not available"},
    refusal{R"({"HostConfig":{"CpusetCpus":"0-"}})", errc::malformed, "Invalid value 0- for cpuset cpus"},
    refusal{R"({"HostConfig":{"RestartPolicy":{"Name":"sometimes"}}})", errc::malformed, "invalid restart policy: unknown policy 'sometimes'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"},
    refusal{R"({"HostConfig":{"RestartPolicy":{"Name":"always","MaximumRetryCount":2}}})", errc::malformed, "invalid restart policy: maximum retry count can only be used with 'on-failure'"},
    refusal{R"({"HostConfig":{"AutoRemove":true,"RestartPolicy":{"Name":"always"}}})", errc::malformed, "can't create 'AutoRemove' container with restart policy"},
    refusal{R"({"HostConfig":{"CapAdd":["FLY"]}})", errc::malformed, "invalid CapAdd: unknown capability: \"CAP_FLY\""},
    refusal{R"({"HostConfig":{"CapDrop":["cap_fly"]}})", errc::malformed, "invalid CapDrop: unknown capability: \"CAP_FLY\""},
    refusal{R"({"HostConfig":{"IpcMode":"x"}})", errc::malformed, "invalid IPC mode: x"},
    refusal{R"({"HostConfig":{"PidMode":"x"}})", errc::malformed, "invalid PID mode: x"},
    refusal{R"({"HostConfig":{"UTSMode":"x"}})", errc::malformed, "invalid UTS mode: x"},
    refusal{R"({"HostConfig":{"CgroupnsMode":"x"}})", errc::malformed, "invalid cgroup namespace mode: x"},
    refusal{R"({"HostConfig":{"Runtime":"kata"}})", errc::malformed, "unknown or invalid runtime name: kata"},
    refusal{R"({"HostConfig":{"SecurityOpt":["what"]}})", errc::malformed, "invalid --security-opt 1: \"what\""},
    refusal{R"({"HostConfig":{"SecurityOpt":["what=ever"]}})", errc::malformed, "invalid --security-opt 2: \"what=ever\""},
    refusal{R"({"HostConfig":{"SecurityOpt":["seccomp={"]}})", errc::malformed, "Decoding seccomp profile failed"},
    refusal{R"({"HostConfig":{"LogConfig":{"Type":"json-file","Config":{"colour":"red"}}}})", errc::malformed, "unknown log opt 'colour' for json-file log driver"},
    refusal{R"({"HostConfig":{"Ulimits":[{"Name":"patience","Soft":1,"Hard":1}]}})", errc::malformed, "invalid ulimit type: patience"},
    refusal{R"({"HostConfig":{"Ulimits":[{"Name":"nofile","Soft":2,"Hard":1}]}})", errc::malformed, "ulimit soft limit must be less than or equal to hard limit"},
    refusal{R"({"HostConfig":{"Sysctls":{"vm.swappiness":"1"}}})", errc::malformed, "sysctl 'vm.swappiness' is not in a separate kernel namespace"},
    refusal{R"({"HostConfig":{"NetworkMode":"host","Sysctls":{"net.core.somaxconn":"1"}}})", errc::malformed, "because host network mode"},
    refusal{R"({"HostConfig":{"ExtraHosts":["nonsense"]}})", errc::malformed, "bad format for add-host: \"nonsense\""},
    refusal{R"({"HostConfig":{"OomScoreAdj":2000}})", errc::malformed, "range for oom score adj is [-1000, 1000]"},
    refusal{R"({"HostConfig":{"DeviceCgroupRules":["c 1:3"]}})", errc::malformed, "invalid device cgroup rule format: 'c 1:3'"},
    refusal{R"({"WorkingDir":"srv"})", errc::malformed, "the working directory 'srv' is invalid, it needs to be an absolute path"},
    refusal{R"({"ExposedPorts":{"99999/tcp":{}}})", errc::malformed, "invalid port specification: \"99999/tcp\""},
    refusal{R"({"StopSignal":"SIGNOPE"})", errc::malformed, "invalid signal: SIGNOPE"},
    refusal{R"({"Healthcheck":{"Interval":5}})", errc::malformed, "Interval in Healthcheck cannot be less than 1ms"},
    refusal{R"({"NetworkingConfig":{"EndpointsConfig":{"bridge":{"IPAMConfig":{"IPv4Address":"172.17.0.9"}}}}})", errc::malformed, "user specified IP address is supported on user defined networks only"}));

INSTANTIATE_TEST_SUITE_P(unsupported_by_name, check_request_test, testing::Values(
    refusal{R"({"HostConfig":{"PortBindings":{"80/tcp":[{"HostPort":"8080"}]}}})", errc::unsupported, "HostConfig.PortBindings is not supported by this engine"},
    refusal{R"({"HostConfig":{"PublishAllPorts":true}})", errc::unsupported, "HostConfig.PublishAllPorts"},
    refusal{R"({"HostConfig":{"NetworkMode":"container:x"}})", errc::unsupported, "HostConfig.NetworkMode 'container:x'"},
    refusal{R"({"HostConfig":{"IpcMode":"container:x"}})", errc::unsupported, "HostConfig.IpcMode"},
    refusal{R"({"HostConfig":{"PidMode":"container:x"}})", errc::unsupported, "HostConfig.PidMode"},
    refusal{R"({"HostConfig":{"VolumesFrom":["x"]}})", errc::unsupported, "HostConfig.VolumesFrom"},
    refusal{R"({"HostConfig":{"Links":["x:y"]}})", errc::unsupported, "HostConfig.Links"},
    refusal{R"({"HostConfig":{"Init":true}})", errc::unsupported, "HostConfig.Init"},
    refusal{R"({"HostConfig":{"CgroupParent":"x"}})", errc::unsupported, "HostConfig.CgroupParent"},
    refusal{R"({"HostConfig":{"StorageOpt":{"size":"1G"}}})", errc::unsupported, "HostConfig.StorageOpt"},
    refusal{R"({"HostConfig":{"DeviceRequests":[{}]}})", errc::unsupported, "HostConfig.DeviceRequests"},
    refusal{R"({"HostConfig":{"BlkioDeviceReadBps":[{}]}})", errc::unsupported, "HostConfig.BlkioDeviceReadBps"},
    refusal{R"({"HostConfig":{"KernelMemory":7000000}})", errc::unsupported, "HostConfig.KernelMemory"},
    refusal{R"({"HostConfig":{"CpuRealtimeRuntime":1000}})", errc::unsupported, "HostConfig.CpuRealtimeRuntime"},
    refusal{R"({"HostConfig":{"CpuCount":1}})", errc::unsupported, "HostConfig.CpuCount"},
    refusal{R"({"HostConfig":{"LogConfig":{"Type":"syslog"}}})", errc::unsupported, "HostConfig.LogConfig.Type 'syslog'"},
    refusal{R"({"HostConfig":{"LogConfig":{"Type":"json-file","Config":{"max-size":"1m"}}}})", errc::unsupported, "max-size"},
    refusal{R"({"HostConfig":{"SecurityOpt":["apparmor=mine"]}})", errc::unsupported, "HostConfig.SecurityOpt 'apparmor=mine'"},
    refusal{R"({"HostConfig":{"GroupAdd":["audio"]}})", errc::unsupported, "HostConfig.GroupAdd 'audio'"},
    refusal{R"({"MacAddress":"02:00:00:00:00:01"})", errc::unsupported, "MacAddress"},
    refusal{R"({"Healthcheck":{"Test":["CMD","true"]}})", errc::unsupported, "Healthcheck is not supported by this engine"}));

TEST(check_request, fills_in_what_docker_fills_in) {
    auto request = types::parse<types::container_create_request>(R"({"HostConfig":{"Memory":8000000,"PidsLimit":-1}})");
    ASSERT_TRUE(request);
    auto const checked = engine::check_request(*request);
    ASSERT_TRUE(checked) << checked.error().message();
    auto const& host = request->host_config;
    EXPECT_EQ(host.network_mode, "bridge");
    EXPECT_EQ(host.memory_swap, 16'000'000);
    EXPECT_FALSE(host.pids_limit);
    EXPECT_EQ(host.shm_size, 64 * 1024 * 1024);
    EXPECT_EQ(host.log_config.type, "json-file");
    EXPECT_EQ(host.ipc_mode, "private");
}

TEST(check_request, takes_the_endpoint_called_default_for_that_of_the_bridge) {
    auto request = types::parse<types::container_create_request>(R"({"HostConfig":{"NetworkMode":"default"},
        "NetworkingConfig":{"EndpointsConfig":{"default":{}}}})");
    ASSERT_TRUE(request);
    ASSERT_TRUE(engine::check_request(*request));
    EXPECT_TRUE(request->networking_config.endpoints_config->contains("bridge"));
}

TEST(check_request, warns_of_ports_that_the_host_network_makes_useless) {
    auto request = types::parse<types::container_create_request>(
        R"({"HostConfig":{"NetworkMode":"host","PortBindings":{"80/tcp":[{"HostPort":"80"}]}}})");
    ASSERT_TRUE(request);
    auto const warnings = engine::check_request(*request);
    ASSERT_TRUE(warnings);
    ASSERT_EQ(warnings->size(), 1U);
    EXPECT_EQ(warnings->front(), "Published ports are discarded when using host network mode");
}

} // namespace
