/// @file More processes in a running container.
#include <csignal>

#include "container_fixture.hpp"

namespace mocker {
namespace {

using testing::HasSubstr;
using testing::Not;

struct running {
    std::string id;
    std::shared_ptr<runtime::process> process;
};

awaitable<result<running>> start(test::container_machine& machine, runtime::launch_request request) {
    running one;
    one.id = request.id;
    MOCKER_TRY(process, co_await machine.native->create(std::move(request)));
    MOCKER_CHECK(co_await process->start());
    one.process = process;
    co_return one;
}

template <class... Words>
runtime::exec_request exec_of(test::container_machine& machine, running const& in, Words... words) {
    runtime::exec_request request;
    request.id = random_id();
    request.state_directory = machine.state_directory(in.id) + "/exec-" + request.id;
    request.cgroup_path = machine.cgroup(in.id);
    request.container_pid = in.process->pid();
    auto const spec = runtime::docker_default_spec();
    request.process = spec.process;
    request.seccomp = spec.linux_.seccomp;
    (request.process.args.emplace_back(std::move(words)), ...);
    request.process.env.push_back("PATH=/bin");
    return request;
}

awaitable<result<test::finished>> exec(test::container_machine& machine, runtime::exec_request request) {
    MOCKER_TRY(process, co_await machine.native->exec(std::move(request)));
    co_return co_await machine.finish(process);
}

CONTAINER_TEST(exec, runs_in_the_namespaces_and_groups_of_the_container) {
    CO_REQUIRE(box, co_await start(machine, machine.command("sh", "-c",
                                                            "echo mark > /tmp/mark; while true; do sleep 1000; done")));
    CO_REQUIRE(
        done,
        co_await exec(machine, exec_of(machine, box, "sh", "-c",
                                       "cat /tmp/mark; hostname; for n in mnt net ipc uts cgroup; do test $(readlink "
                                       "/proc/1/ns/$n) = $(readlink /proc/self/ns/$n) || echo differs: $n; done;"
                                       "ps -o pid,args | grep -c '[s]leep 1000'; cat /proc/self/cgroup; grep -E "
                                       "'CapEff|CapBnd|Seccomp:' /proc/self/status; exit 12")));
    EXPECT_THAT(done.out, HasSubstr("mark\nbox\n2\n"));
    for (char const* const line : {":memory:/\n", ":pids:/\n"})
        EXPECT_THAT(done.out, HasSubstr(machine.v2() ? "0::/\n" : line));
    EXPECT_THAT(done.out, HasSubstr("CapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\nSeccomp:\t2\n"));
    EXPECT_THAT(done.out, Not(HasSubstr("differs")));
    EXPECT_EQ(done.status.code, 12);
}

CONTAINER_TEST(exec, takes_a_user_a_directory_and_an_environment) {
    CO_REQUIRE(box, co_await start(machine, machine.command("sleep", "1000")));
    auto request = exec_of(machine, box, "sh", "-c", "id; pwd; echo $X $HOME");
    request.process.user.username = "ann:staff";
    request.process.cwd = "/home/ann";
    request.process.env.push_back("X=y");
    CO_REQUIRE(done, co_await exec(machine, std::move(request)));
    EXPECT_EQ(done.out, "uid=1000(ann) gid=50(staff) groups=50(staff)\n/home/ann\ny /home/ann\n");
}

CONTAINER_TEST(exec, has_stdin_and_a_terminal) {
    CO_REQUIRE(box, co_await start(machine, machine.command("sleep", "1000")));
    auto request = exec_of(machine, box, "cat");
    request.io.open_stdin = true;
    CO_REQUIRE(cat, co_await machine.native->exec(std::move(request)));
    CO_REQUIRE(streams, co_await cat->attach(true, true, true));
    CO_ASSERT_TRUE(co_await cat->start());
    CO_ASSERT_TRUE(co_await streams->write_stdin("through\n"));
    CO_ASSERT_TRUE(co_await streams->close_stdin());
    CO_REQUIRE(text, co_await streams->read());
    EXPECT_EQ(text->data, "through\n");
    CO_REQUIRE(status, co_await cat->wait());
    EXPECT_EQ(status.code, 0);

    request = exec_of(machine, box, "sh", "-c", "tty; stty size");
    request.io.terminal = true;
    request.io.rows = 20;
    request.io.columns = 50;
    CO_REQUIRE(done, co_await exec(machine, std::move(request)));
    EXPECT_EQ(done.out, "/dev/pts/0\r\n20 50\r\n");
}

CONTAINER_TEST(exec, failures_have_the_texts_of_docker_exec) {
    CO_REQUIRE(box, co_await start(machine, machine.command("sleep", "1000")));
    auto failed = co_await exec(machine, exec_of(machine, box, "nosuch"));
    CO_ASSERT_TRUE(!failed);
    EXPECT_EQ(failed.error().message(), "OCI runtime exec failed: exec failed: unable to start container process: "
                                        "exec: \"nosuch\": executable file not found in $PATH: unknown");
    EXPECT_EQ(failed.error().code(), errc::command_not_found);
    failed = co_await exec(machine, exec_of(machine, box, "/etc/passwd"));
    CO_ASSERT_TRUE(!failed);
    EXPECT_EQ(failed.error().code(), errc::command_not_executable);
    auto request = exec_of(machine, box, "true");
    request.process.cwd = "/nosuch";
    failed = co_await exec(machine, std::move(request));
    CO_ASSERT_TRUE(!failed);
    EXPECT_THAT(failed.error().message(),
                HasSubstr("chdir to cwd (\"/nosuch\") set in config.json failed: no such file or directory"));
    request = exec_of(machine, box, "true");
    request.process.user.username = "nobody-here";
    failed = co_await exec(machine, std::move(request));
    CO_ASSERT_TRUE(!failed);
    EXPECT_EQ(failed.error().message(), "unable to find user nobody-here: no matching entries in passwd file");
    CO_ASSERT_TRUE(co_await box.process->kill(SIGKILL));
    CO_REQUIRE(status, co_await box.process->wait());
    failed = co_await exec(machine, exec_of(machine, box, "true"));
    CO_ASSERT_TRUE(!failed);
    EXPECT_EQ(failed.error().code(), errc::conflict);
}

CONTAINER_TEST(exec, dies_with_the_container) {
    CO_REQUIRE(box, co_await start(machine, machine.command("sleep", "1000")));
    CO_REQUIRE(more, co_await machine.native->exec(exec_of(machine, box, "sleep", "1000")));
    CO_ASSERT_TRUE(co_await more->start());
    CO_ASSERT_TRUE(co_await box.process->kill(SIGKILL));
    CO_REQUIRE(status, co_await more->wait());
    EXPECT_EQ(status.code, 137);
}

CONTAINER_TEST(exec, does_not_wait_for_what_it_left_in_the_background) {
    CO_REQUIRE(box, co_await start(machine, machine.command("sleep", "1000")));
    CO_REQUIRE(done, co_await exec(machine, exec_of(machine, box, "sh", "-c", "sleep 1000 & echo left")));
    EXPECT_EQ(done.out, "left\n");
    EXPECT_EQ(done.status.code, 0);
}

CONTAINER_TEST(exec, the_container_cannot_write_to_the_shim) {
    CO_REQUIRE(box, co_await start(machine, machine.command("sleep", "1000")));
    // What CVE-2019-5736 did: a program that is a link to /proc/self/exe is our own binary, seen from within.
    CO_REQUIRE(done, co_await exec(
                         machine,
                         exec_of(machine, box, "sh", "-c",
                                 "ln -s /proc/self/exe /tmp/x; (exec 3>>/proc/self/exe) 2>/dev/null || echo refused")));
    auto request = exec_of(machine, box, "/proc/self/exe");
    auto const ran = co_await exec(machine, std::move(request));
    EXPECT_TRUE(!ran || ran->status.code != 0) << "the shim without a plan does nothing";
}

} // namespace
} // namespace mocker
