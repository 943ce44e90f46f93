/// @file Images that want out: what they name is looked up inside of their root, and the host stays as it was.
#include "container_fixture.hpp"

namespace mocker {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

/// Replaces a directory of the layer by a symbolic link.
void link_instead(test::container_machine& machine, std::string const& name, std::string const& target) {
    auto const path = machine.where / ("layer/" + name);
    fs::remove_all(path);
    fs::create_symlink(target, path);
}

/// All there is below a directory, with types: what must not change.
std::vector<std::string> census(std::string const& directory) {
    std::vector<std::string> names;
    for (auto const& entry : fs::recursive_directory_iterator(directory)) names.push_back(entry.path().string());
    std::ranges::sort(names);
    return names;
}

CONTAINER_TEST(hostile, proc_and_sys_that_are_links_are_refused) {
    link_instead(machine, "proc", "/etc");
    auto failed = co_await machine.run(machine.command("true"));
    CO_ASSERT_TRUE(!failed);
    EXPECT_THAT(failed.error().message(), HasSubstr("error mounting to rootfs at \"/proc\": not a directory"));
    fs::remove(machine.where / "layer/proc");
    fs::create_directory(machine.where / "layer/proc");
    link_instead(machine, "sys", "../../../../../etc");
    failed = co_await machine.run(machine.command("true"));
    CO_ASSERT_TRUE(!failed);
    EXPECT_THAT(failed.error().message(), HasSubstr("error mounting to rootfs at \"/sys\": not a directory"));
}

CONTAINER_TEST(hostile, a_dev_that_leads_outside_leads_inside) {
    CO_ASSERT_TRUE(make_directories(machine.where / "outside"));
    link_instead(machine, "dev", machine.where / "outside");
    CO_ASSERT_TRUE(make_directories(machine.where / ("layer" + (machine.where / "outside"))));
    auto const before = census(machine.where / "outside");
    CO_REQUIRE(done, co_await machine.shell("ls -d /dev/null; echo ran"));
    EXPECT_THAT(done.out, HasSubstr("ran\n"));
    EXPECT_EQ(census(machine.where / "outside"), before);
}

CONTAINER_TEST(hostile, a_dev_that_dangles_is_made_inside_and_one_that_is_a_file_fails) {
    link_instead(machine, "dev", "/nosuch/place");
    CO_REQUIRE(done, co_await machine.shell("test -c /nosuch/place/null && echo inside"));
    EXPECT_EQ(done.out, "inside\n");
    EXPECT_FALSE(fs::exists("/nosuch"));
    link_instead(machine, "dev", "dev"); // to itself
    EXPECT_FALSE(co_await machine.run(machine.command("true")));
    fs::remove(machine.where / "layer/dev");
    CO_ASSERT_TRUE(write_file_atomic(machine.where / "layer/dev", "file", 0644, durability::process));
    EXPECT_FALSE(co_await machine.run(machine.command("true")));
}

CONTAINER_TEST(hostile, destinations_of_binds_stay_inside) {
    CO_ASSERT_TRUE(make_directories(machine.where / "data"));
    CO_ASSERT_TRUE(make_directories(machine.where / "victim"));
    fs::create_symlink(machine.where / "victim", machine.where / "layer/escape");
    fs::create_symlink("../../../../../../.." + (machine.where / "victim"), machine.where / "layer/upwards");
    for (char const* const at : {"/escape", "/escape/new", "/upwards/deep/new", "/../../escape/x"}) {
        auto request = machine.command("sh", "-c", "echo ran");
        oci::mount bind;
        bind.destination = at, bind.source = machine.where / "data", bind.type = "bind", bind.options = {"rbind"};
        request.spec.mounts.push_back(bind);
        auto const done = co_await machine.run(std::move(request)); // that it fails is as good
        EXPECT_TRUE(!done || done->out == "ran\n");
        EXPECT_TRUE(fs::is_empty(machine.where / "victim")) << at;
        EXPECT_TRUE(fs::is_empty(machine.where / "data")) << at;
    }
}

CONTAINER_TEST(hostile, a_working_directory_cannot_lead_out) {
    fs::create_symlink("../../../../../../../../" + machine.where.path(), machine.where / "layer/up");
    auto request = machine.command("sh", "-c", "pwd -P; ls");
    request.spec.process.cwd = "/up/made";
    auto done = co_await machine.run(std::move(request));
    EXPECT_FALSE(fs::exists(machine.where / "made"));
    for (int fd = 3; fd < 20; ++fd) { // CVE-2024-21626: a descriptor that was left open
        request = machine.command("pwd");
        request.spec.process.cwd = "/proc/self/fd/" + std::to_string(fd);
        done = co_await machine.run(std::move(request));
        EXPECT_FALSE(done && done->status.code == 0) << fd << ": " << done->out;
    }
}

CONTAINER_TEST(hostile, hidden_paths_cannot_be_moved_by_links) {
    link_instead(machine, "etc", "/proc"); // users come from nowhere; masks go where the links say, inside
    auto request = machine.command("sh", "-c", "cat /proc/kcore | wc -c");
    CO_REQUIRE(done, co_await machine.run(std::move(request)));
    EXPECT_EQ(done.out, "0\n");
}

CONTAINER_TEST(hostile, a_user_database_that_is_a_device_or_a_fifo_or_leads_out_is_empty) {
    for (int kind = 0; kind < 3; ++kind) {
        auto const passwd = machine.where / "layer/etc/passwd";
        fs::remove(passwd);
        if (kind == 0) fs::create_symlink("/dev/zero", passwd);
        if (kind == 1) CO_ASSERT_TRUE(::mkfifo(passwd.c_str(), 0644) == 0);
        if (kind == 2) fs::create_symlink("../../../../../../../../etc/passwd", passwd);
        auto request = machine.command("true");
        request.spec.process.user.username = "daemon";
        auto const failed = co_await machine.run(std::move(request));
        CO_ASSERT_TRUE(!failed);
        EXPECT_EQ(failed.error().message(), "unable to find user daemon: no matching entries in passwd file");
    }
}

CONTAINER_TEST(hostile, no_descriptor_of_the_host_is_inherited) {
    CO_REQUIRE(done, co_await machine.shell("ls /proc/self/fd | tr '\\n' ' '"));
    EXPECT_EQ(done.out, "0 1 2 3 ") << "3 is the directory that ls reads";
}

} // namespace
} // namespace mocker
