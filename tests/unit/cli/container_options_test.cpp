#include <mocker/cli/container_options.hpp>
#include <mocker/core/file.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

using namespace mocker;
using words = std::vector<std::string>;

namespace {

/// The request that `run ARGUMENTS` makes, or a request whose image is the error.
types::container_create_request request(words const& arguments, bool detached = false) {
    cli::container_options options;
    cli::flag_set flags;
    options.declare(flags);
    flags.set_interspersed(false);
    auto const positional = flags.parse(arguments);
    auto made = positional ? options.request(*positional, detached)
                           : result<types::container_create_request>(positional.error());
    if (made) return *made;
    types::container_create_request failed;
    failed.config.image = made.error().message();
    return failed;
}

} // namespace

TEST(container_options, image_command_and_streams) {
    auto const plain = request({"busybox", "echo", "-n", "hi"});
    EXPECT_EQ(plain.config.image, "busybox");
    EXPECT_EQ(*plain.config.cmd, (types::word_list{"echo", "-n", "hi"}));
    EXPECT_TRUE(plain.config.attach_stdout && plain.config.attach_stderr && !plain.config.attach_stdin);
    EXPECT_EQ(plain.host_config.network_mode, "default");
    auto const piped = request({"-i", "busybox"});
    EXPECT_TRUE(piped.config.open_stdin && piped.config.stdin_once && piped.config.attach_stdin);
    EXPECT_FALSE(piped.config.cmd);
    auto const detached = request({"-it", "busybox"}, true);
    EXPECT_TRUE(detached.config.open_stdin && detached.config.tty);
    EXPECT_FALSE(detached.config.attach_stdin || detached.config.stdin_once || detached.config.attach_stdout);
    auto const chosen = request({"-a", "STDERR", "busybox"});
    EXPECT_TRUE(chosen.config.attach_stderr && !chosen.config.attach_stdout);
}

TEST(container_options, everything_else_lands_where_docker_puts_it) {
    ::setenv("MOCKER_TEST_VARIABLE", "own", 1);
    auto const r = request({"--rm",
                            "--name",
                            "web",
                            "-e",
                            "A=1",
                            "-e",
                            "MOCKER_TEST_VARIABLE",
                            "-w",
                            "/srv",
                            "-u",
                            "1:2",
                            "-h",
                            "box",
                            "-v",
                            "/a:/b:ro",
                            "-v",
                            "data:/d",
                            "-v",
                            "/anonymous",
                            "-m",
                            "64m",
                            "--cpus",
                            "1.5",
                            "--pids-limit",
                            "10",
                            "--entrypoint",
                            "/bin/sh",
                            "--stop-signal",
                            "INT",
                            "-l",
                            "a=b",
                            "-l",
                            "c",
                            "--cap-add",
                            "NET_ADMIN",
                            "--cap-drop",
                            "ALL",
                            "--privileged",
                            "--read-only",
                            "--tmpfs",
                            "/t:size=1m",
                            "--tmpfs",
                            "/u",
                            "--ulimit",
                            "nofile=10:20",
                            "--shm-size",
                            "1g",
                            "--network",
                            "none",
                            "image"});
    EXPECT_EQ(*r.config.env, (types::string_list{"A=1", "MOCKER_TEST_VARIABLE=own"}));
    EXPECT_EQ(r.config.working_dir + r.config.user + r.config.hostname + r.config.stop_signal, "/srv1:2boxINT");
    EXPECT_EQ(*r.host_config.binds, (types::string_list{"/a:/b:ro", "data:/d"}));
    EXPECT_TRUE(r.config.volumes->contains("/anonymous"));
    EXPECT_EQ(r.host_config.memory, 64 << 20);
    EXPECT_EQ(r.host_config.nano_cpus, 1'500'000'000);
    EXPECT_EQ(r.host_config.pids_limit, 10);
    EXPECT_EQ(*r.config.entrypoint, types::word_list{"/bin/sh"});
    EXPECT_EQ(*r.config.labels, (types::string_map{{"a", "b"}, {"c", ""}}));
    EXPECT_EQ(*r.host_config.cap_add, types::word_list{"NET_ADMIN"});
    EXPECT_EQ(*r.host_config.cap_drop, types::word_list{"ALL"});
    EXPECT_TRUE(r.host_config.privileged && r.host_config.readonly_rootfs && r.host_config.auto_remove);
    EXPECT_EQ(r.host_config.tmpfs, (types::string_map{{"/t", "size=1m"}, {"/u", ""}}));
    EXPECT_EQ(r.host_config.ulimits->front().soft, 10);
    EXPECT_EQ(r.host_config.ulimits->front().hard, 20);
    EXPECT_EQ(r.host_config.shm_size, 1 << 30);
    EXPECT_EQ(r.host_config.network_mode, "none");
}

TEST(container_options, a_relative_source_becomes_absolute) {
    auto const here = std::filesystem::current_path().string();
    EXPECT_EQ(request({"-v", "./x:/y", "image"}).host_config.binds->front(), here + "/x:/y");
    EXPECT_EQ(request({"-v", ".:/y", "image"}).host_config.binds->front(), here + ":/y");
}

TEST(container_options, says_what_is_wrong_in_the_words_of_docker) {
    auto const wrong = [](words const& arguments) { return request(arguments).config.image; };
    EXPECT_EQ(wrong({"-m", "z", "i"}), "invalid argument \"z\" for \"-m, --memory\" flag: invalid size: 'z'");
    EXPECT_EQ(wrong({"--cpus", "x", "i"}),
              "invalid argument \"x\" for \"--cpus\" flag: failed to parse x as a rational number");
    EXPECT_EQ(wrong({"--cpus", "0.0000000001", "i"}),
              "invalid argument \"0.0000000001\" for \"--cpus\" flag: value is too precise");
    EXPECT_EQ(wrong({"--ulimit", "x", "i"}),
              "invalid argument \"x\" for \"--ulimit\" flag: invalid ulimit argument: x");
    EXPECT_EQ(wrong({"--ulimit", "nofile=5:3", "i"}), "invalid argument \"nofile=5:3\" for \"--ulimit\" flag: ulimit "
                                                      "soft limit must be less than or equal to hard limit: 5 > 3");
    EXPECT_EQ(wrong({"-e", "=", "i"}),
              "invalid argument \"=\" for \"-e, --env\" flag: invalid environment variable: =");
    EXPECT_EQ(wrong({"-l", "=", "i"}),
              "invalid argument \"=\" for \"-l, --label\" flag: invalid label '=': empty name");
    EXPECT_EQ(wrong({"-a", "foo", "i"}),
              "invalid argument \"foo\" for \"-a, --attach\" flag: valid streams are STDIN, STDOUT and STDERR");
    EXPECT_EQ(wrong({"--mount", "x", "i"}),
              "invalid argument \"x\" for \"--mount\" flag: invalid field 'x' must be a key=value pair");
    EXPECT_EQ(wrong({"--network=", "i"}), "no name set for network");
    EXPECT_EQ(wrong({"--env-file", "/nonexist", "i"}), "open /nonexist: no such file or directory");
}

TEST(parse_mount, reads_the_three_kinds) {
    auto const bind = cli::parse_mount("type=bind,src=/a,dst=/b,ro,bind-propagation=rslave");
    ASSERT_TRUE(bind);
    EXPECT_EQ(bind->type + bind->source + bind->target + bind->bind_options->propagation, "bind/a/brslave");
    EXPECT_TRUE(bind->read_only);
    auto const tmpfs = cli::parse_mount("type=tmpfs,target=/t,tmpfs-size=1m,tmpfs-mode=1770");
    ASSERT_TRUE(tmpfs);
    EXPECT_EQ(tmpfs->tmpfs_options->size_bytes, 1 << 20);
    EXPECT_EQ(tmpfs->tmpfs_options->mode, 01770u);
    EXPECT_EQ(cli::parse_mount("source=data,target=/d")->type, "volume");
    EXPECT_EQ(cli::parse_mount("type=bind,source=/a").error().message(), "target is required");
    EXPECT_EQ(cli::parse_mount("type=bind,source=/a,target=/b,nope=1").error().message(),
              "unexpected key 'nope' in 'nope=1'");
    EXPECT_EQ(cli::parse_mount("type=cluster,target=/b").error().code(), errc::unsupported);
}

TEST(read_key_value_file, takes_comments_bare_names_and_a_byte_order_mark) {
    auto const path = std::filesystem::temp_directory_path() / ("mocker_env_" + std::to_string(::getpid()));
    ::setenv("MOCKER_TEST_VARIABLE", "own", 1);
    ::unsetenv("MOCKER_TEST_NONE");
    ASSERT_TRUE(write_file_atomic(
        path, "\xef\xbb\xbf# comment\r\nA=1 # kept\r\n\n  MOCKER_TEST_VARIABLE\nMOCKER_TEST_NONE\nB=", 0600,
        durability::process));
    auto const lines = cli::read_key_value_file(path, true);
    ASSERT_TRUE(lines);
    EXPECT_EQ(*lines, (words{"A=1 # kept", "MOCKER_TEST_VARIABLE=own", "B="}));
    ASSERT_TRUE(write_file_atomic(path, "a b=1\n", 0600, durability::process));
    EXPECT_EQ(cli::read_key_value_file(path, true).error().message(),
              "poorly formatted environment: variable 'a b' contains whitespaces");
    std::filesystem::remove(path);
}
