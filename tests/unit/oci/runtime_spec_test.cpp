#include <mocker/oci/runtime_spec.hpp>

#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <string>

namespace mocker {
namespace {

constexpr char const* document = R"({
  "ociVersion": "1.2.0",
  "process": {"terminal": true, "consoleSize": {"height": 24, "width": 80}, "user": {"uid": 1, "gid": 2, "umask": 18,
    "additionalGids": [5, 6]}, "args": ["sh", "-c", "true"], "env": ["A=b"], "cwd": "/srv",
    "capabilities": {"bounding": ["CAP_CHOWN"], "ambient": []}, "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 20, "soft": 10}],
    "noNewPrivileges": true, "oomScoreAdj": 0},
  "root": {"path": "rootfs", "readonly": true}, "hostname": "box",
  "mounts": [{"destination": "/proc", "type": "proc", "source": "proc", "options": ["nosuid"]}],
  "annotations": {"a": "1"},
  "linux": {"namespaces": [{"type": "pid"}, {"type": "network", "path": "/proc/7/ns/net"}],
    "devices": [{"path": "/dev/x", "type": "c", "major": 1, "minor": 3, "fileMode": 438, "uid": 0}],
    "resources": {"devices": [{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 0, "access": "r"}],
      "memory": {"limit": 1048576, "swap": -1}, "cpu": {"shares": 512, "quota": -1, "cpus": "0-1"}, "pids": {"limit": 10},
      "unified": {"memory.high": "1"}},
    "sysctl": {"net.ipv4.ip_forward": "1"}, "maskedPaths": ["/proc/kcore"], "readonlyPaths": ["/proc/sys"],
    "seccomp": {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 0, "architectures": ["SCMP_ARCH_X86_64"],
      "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW",
        "args": [{"index": 1, "value": 18446744073709551615, "op": "SCMP_CMP_EQ"}]}]}},
  "unknown": {"is": "passed over"}
})";

TEST(runtime_spec, is_read_member_by_member) {
    auto const spec = oci::parse_runtime_spec(document);
    ASSERT_TRUE(spec.has_value()) << spec.error().message();
    EXPECT_EQ(spec->process.args.size(), 3u);
    EXPECT_EQ(spec->process.user.additional_gids.at(1), 6u);
    EXPECT_EQ(spec->process.console_size->width, 80u);
    EXPECT_EQ(spec->process.oom_score_adj, 0);
    EXPECT_TRUE(spec->root.readonly);
    EXPECT_EQ(spec->linux_.namespaces.at(1).path, "/proc/7/ns/net");
    EXPECT_EQ(spec->linux_.resources->memory->swap, -1);
    EXPECT_EQ(spec->linux_.resources->devices.at(1).major, 0);
    EXPECT_FALSE(spec->linux_.resources->devices.at(1).minor.has_value());
    EXPECT_EQ(spec->linux_.seccomp->syscalls.at(0).args.at(0).value, 18446744073709551615u);
}

TEST(runtime_spec, says_the_same_after_it_was_written_and_read_again) {
    auto const spec = oci::parse_runtime_spec(document);
    ASSERT_TRUE(spec.has_value());
    auto const text = boost::json::serialize(oci::to_json(*spec));
    auto const again = oci::parse_runtime_spec(text);
    ASSERT_TRUE(again.has_value()) << again.error().message();
    EXPECT_EQ(*again, *spec);
    EXPECT_NE(text.find("\"defaultErrnoRet\":0"), std::string::npos) << "a zero that was said stays said";
    EXPECT_EQ(text.find("unknown"), std::string::npos);
}

TEST(runtime_spec, names_the_member_that_is_wrong) {
    std::pair<char const*, char const*> const wrong[] = {
        {R"([])", "runtime spec: expected an object"},
        {R"({"process": 1})", "runtime spec: process: expected an object"},
        {R"({"process": {"args": ["a", 3]}})", "runtime spec: process.args[1]: expected a string"},
        {R"({"process": {"args": ["a\u0000b"]}})", "runtime spec: process.args[0]: expected a string without null characters"},
        {R"({"process": {"user": {"uid": -1}}})", "runtime spec: process.user.uid: expected an integer in range"},
        {R"({"process": {"user": {"uid": 4294967296}}})", "runtime spec: process.user.uid: expected an integer in range"},
        {R"({"linux": {"sysctl": []}})", "runtime spec: linux.sysctl: expected an object of strings"},
        {R"({"linux": {"resources": {"memory": {"limit": "1m"}}}})", "runtime spec: linux.resources.memory.limit: expected an integer in range"},
    };
    for (auto const& [text, message] : wrong) {
        auto const spec = oci::parse_runtime_spec(text);
        ASSERT_FALSE(spec.has_value()) << text;
        EXPECT_EQ(spec.error().message(), message);
        EXPECT_EQ(spec.error().code(), errc::malformed);
    }
    EXPECT_EQ(oci::parse_runtime_spec(R"({"hooks": {"prestart": [{}]}})").error().code(), errc::unsupported);
}

TEST(runtime_spec, cut_anywhere_or_nested_without_end_it_is_refused) {
    std::string const whole = document;
    for (std::size_t length = 0; length + 1 < whole.size(); ++length)
        EXPECT_FALSE(oci::parse_runtime_spec(std::string_view(whole).substr(0, length)));
    EXPECT_FALSE(oci::parse_runtime_spec(std::string(100000, '[')));
}

} // namespace
} // namespace mocker
