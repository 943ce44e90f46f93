/// @file What cannot be started says so in docker's words, and leaves nothing behind.
#include <mocker/async/event.hpp>
#include <mocker/async/with_timeout.hpp>
#include <mocker/runtime/failure.hpp>

#include <cerrno>
#include <chrono>

#include "container_fixture.hpp"

namespace mocker {
namespace {

constexpr char const* container_prefix =
    "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: "
    "unable to start container process: error during container init: ";

awaitable<error> failure_of(test::container_machine& machine, runtime::launch_request request) {
    auto const id = request.id;
    auto done = co_await machine.run(std::move(request));
    EXPECT_FALSE(done.has_value());
    auto const layout = linux_::detect_cgroup_layout();
    for (auto const& h : layout->hierarchies)
        EXPECT_FALSE(std::filesystem::exists(h.mount_point + machine.cgroup(id))) << h.mount_point;
    EXPECT_TRUE(std::filesystem::is_empty(machine.state_directory(id)));
    co_return done ? error() : done.error();
}

struct attempt {
    char const* program;
    char const* text;
    errc code;
};

CONTAINER_TEST(failure, programs_that_cannot_be_executed_are_named_as_docker_names_them) {
    CO_ASSERT_TRUE(
        write_file_atomic(machine.where / "layer/bin/no-interpreter", "#!/nosuch\n", 0755, durability::process));
    CO_ASSERT_TRUE(
        write_file_atomic(machine.where / "layer/bin/no-format", std::string(64, '\1'), 0755, durability::process));
    CO_ASSERT_TRUE(write_file_atomic(machine.where / "layer/bin/plain", "text", 0644, durability::process));
    attempt const attempts[] = {
        {"nosuch", "exec: \"nosuch\": executable file not found in $PATH", errc::command_not_found},
        {"plain", "exec: \"plain\": executable file not found in $PATH", errc::command_not_found},
        {"", "exec: \"\": executable file not found in $PATH", errc::command_not_found},
        {"/nosuch", "exec: \"/nosuch\": stat /nosuch: no such file or directory", errc::command_not_found},
        {"/etc", "exec: \"/etc\": is a directory", errc::command_not_executable},
        {"/etc/passwd", "exec: \"/etc/passwd\": permission denied", errc::command_not_executable},
        {"/etc/passwd/x", "exec: \"/etc/passwd/x\": stat /etc/passwd/x: not a directory", errc::command_not_found},
        {"/bin/no-interpreter", "exec /bin/no-interpreter: no such file or directory", errc::command_not_found},
        {"no-interpreter", "exec no-interpreter: no such file or directory", errc::command_not_found},
        {"/bin/no-format", "exec /bin/no-format: exec format error", errc::command_not_executable},
    };
    for (auto const& a : attempts) {
        auto const failed = co_await failure_of(machine, machine.command(a.program));
        EXPECT_EQ(failed.message(), std::string(container_prefix) + a.text + ": unknown");
        EXPECT_EQ(failed.code(), a.code) << a.program;
    }
}

CONTAINER_TEST(failure, a_user_or_group_that_the_image_lacks_is_named) {
    auto request = machine.command("true");
    request.spec.process.user.username = "nosuch";
    auto failed = co_await failure_of(machine, std::move(request));
    EXPECT_EQ(failed.message(), "unable to find user nosuch: no matching entries in passwd file");
    EXPECT_EQ(failed.code(), errc::malformed);
    request = machine.command("true");
    request.spec.process.user.username = "ann:nosuch";
    failed = co_await failure_of(machine, std::move(request));
    EXPECT_EQ(failed.message(), "unable to find group nosuch: no matching entries in group file");
}

CONTAINER_TEST(failure, a_step_that_fails_is_named_with_what_it_was_about) {
    auto request = machine.command("true");
    oci::mount missing;
    missing.destination = "/here", missing.source = "/nosuch/source", missing.type = "bind",
    missing.options = {"rbind"};
    request.spec.mounts.push_back(missing);
    auto failed = co_await failure_of(machine, std::move(request));
    EXPECT_EQ(failed.message(), std::string(container_prefix) +
                                    "error mounting to rootfs at \"/here\": no such file or directory: unknown");

    request = machine.command("true");
    request.spec.process.cwd = "/etc/passwd";
    failed = co_await failure_of(machine, std::move(request));
    EXPECT_EQ(failed.message(),
              std::string(container_prefix) +
                  "chdir to cwd (\"/etc/passwd\") set in config.json failed: not a directory: unknown");

    request = machine.command("true");
    request.spec.linux_.resources->cpu.emplace().cpus = "4711";
    failed = co_await failure_of(machine, std::move(request));
    EXPECT_THAT(failed.message(), testing::HasSubstr("cpuset.cpus: "));

    request = machine.command("true");
    request.root.lower = {"/nosuch/layer"};
    failed = co_await failure_of(machine, std::move(request));
    EXPECT_THAT(failed.message(), testing::HasSubstr("overlay")) << "no layer";
}

CONTAINER_TEST(failure, a_container_that_is_never_started_is_undone) {
    auto request = machine.command("true");
    auto const id = request.id;
    {
        CO_REQUIRE(process, co_await machine.native->create(std::move(request)));
        EXPECT_GT(process->pid(), 1);
        EXPECT_TRUE(std::filesystem::exists(machine.state_directory(id) + "/shim.sock"));
    } // as if the engine had died here
    for (int i = 0; i < 500 && !std::filesystem::is_empty(machine.state_directory(id)); ++i)
        co_await async::sleep(std::chrono::milliseconds(5));
    EXPECT_TRUE(std::filesystem::is_empty(machine.state_directory(id)));
    auto const layout = linux_::detect_cgroup_layout();
    for (auto const& h : layout->hierarchies) EXPECT_FALSE(std::filesystem::exists(h.mount_point + machine.cgroup(id)));
}

CONTAINER_TEST(failure, a_creation_that_is_cancelled_at_any_moment_leaves_nothing) {
    for (int i = 0; i < 24; ++i) {
        auto creating = machine.native->create(machine.command("true"));
        (void)co_await async::with_timeout(std::move(creating), std::chrono::microseconds(400 * i));
    }
    auto const layout = linux_::detect_cgroup_layout();
    auto const is_clean = [&] {
        for (auto const& id : machine.ids) {
            if (!std::filesystem::is_empty(machine.state_directory(id))) return false;
            for (auto const& h : layout->hierarchies)
                if (std::filesystem::exists(h.mount_point + machine.cgroup(id))) return false;
        }
        return true;
    };
    for (int i = 0; i < 1000 && !is_clean(); ++i) co_await async::sleep(std::chrono::milliseconds(5));
    EXPECT_TRUE(is_clean());
}

CONTAINER_TEST(failure, starting_twice_is_a_conflict) {
    CO_REQUIRE(process, co_await machine.native->create(machine.command("sleep", "1000")));
    CO_ASSERT_TRUE(co_await process->start());
    auto const again = co_await process->start();
    EXPECT_FALSE(again);
    EXPECT_EQ(again.error().code(), errc::conflict);
}

TEST(failure, texts_of_exec_are_those_of_docker_exec) {
    runtime::launch_failure failure;
    failure.at = runtime::plan::op::execute;
    failure.error_number = ENOENT;
    failure.detail = runtime::shim::execute_detail::in_path;
    failure.about = "nosuch";
    auto const shown = runtime::launch_error(failure, true);
    EXPECT_EQ(shown.message(), "OCI runtime exec failed: exec failed: unable to start container process: exec: "
                               "\"nosuch\": executable file not found in $PATH: unknown");
}

} // namespace
} // namespace mocker
