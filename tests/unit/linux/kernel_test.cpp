/// @file The kernel's facilities one by one: what is read is parsed from text, what is done is done for real.
#include <mocker/core/file.hpp>
#include <mocker/linux/capabilities.hpp>
#include <mocker/linux/cgroup.hpp>
#include <mocker/linux/clone.hpp>
#include <mocker/linux/device_filter.hpp>
#include <mocker/linux/mount.hpp>
#include <mocker/linux/namespaces.hpp>
#include <mocker/linux/overlay.hpp>
#include <mocker/linux/pidfd.hpp>
#include <mocker/linux/seccomp.hpp>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

namespace mocker {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class scratch {
public:
    scratch() {
        char pattern[] = "/tmp/mocker-linux-XXXXXX";
        path = ::mkdtemp(pattern);
    }
    scratch(scratch const&) = delete;
    scratch& operator=(scratch const&) = delete;
    ~scratch() { EXPECT_TRUE(remove_tree(path)); }
    std::string operator/(std::string const& name) const { return path + '/' + name; }
    std::string path;
};

TEST(capabilities, have_names_in_any_case_and_numbers) {
    EXPECT_EQ(linux_::capability_number("CAP_CHOWN"), 0u);
    EXPECT_EQ(linux_::capability_number("net_admin"), 12u);
    EXPECT_EQ(linux_::capability_number("CAP_CHECKPOINT_RESTORE"), 40u);
    EXPECT_FALSE(linux_::capability_number("CAP_"));
    EXPECT_EQ(linux_::capability_name(21), "CAP_SYS_ADMIN");
    EXPECT_EQ(*linux_::capability_mask({"CAP_CHOWN", "CAP_BPF"}), 1u | std::uint64_t(1) << 39);
    EXPECT_EQ(linux_::capability_mask({"CAP_FLY"}).error().message(), "invalid capability: \"CAP_FLY\"");
    for (unsigned i = 0; i < linux_::capability_count(); ++i)
        EXPECT_EQ(linux_::capability_number(linux_::capability_name(i)), i);
}

constexpr char const* hybrid = "25 1 0:22 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro,mode=755\n"
                               "26 25 0:23 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate\n"
                               "27 25 0:24 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n"
                               "28 25 0:25 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
                               "29 25 0:26 / /sys/fs/cgroup/a\\040b rw shared:9 - cgroup cgroup rw,memory\n"
                               "30 25 0:26 /docker/x /elsewhere rw - cgroup cgroup rw,memory\n"
                               "garbage\n31 25 0:27 / /x rw - cgroup\n";

TEST(cgroup, layouts_are_read_from_mountinfo) {
    auto const layout = linux_::parse_cgroup_layout(hybrid);
    EXPECT_EQ(layout.hierarchies.size(), 4u);
    ASSERT_NE(layout.unified(), nullptr);
    EXPECT_EQ(layout.unified()->mount_point, "/sys/fs/cgroup/unified");
    ASSERT_NE(layout.find("memory"), nullptr);
    EXPECT_EQ(layout.find("memory")->mount_point, "/sys/fs/cgroup/a b");
    EXPECT_EQ(layout.find("cpu"), layout.find("cpuacct"));
    EXPECT_EQ(layout.find("pids"), nullptr);
    EXPECT_FALSE(layout.is_v2());
    EXPECT_EQ(layout.container_hierarchies().size(), 2u) << "systemd's own is not a container's";
    auto const v2 = linux_::parse_cgroup_layout("26 25 0:23 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
    EXPECT_TRUE(v2.is_v2());
    std::string const whole = hybrid;
    for (std::size_t length = 0; length < whole.size(); ++length)
        (void)linux_::parse_cgroup_layout(std::string_view(whole).substr(0, length));
}

TEST(cgroup, the_group_of_a_process_is_found_by_controller) {
    constexpr char const* text = "4:memory:/a/b\n3:cpu,cpuacct:/c\n1:name=systemd:/user.slice\n0::/two\n";
    EXPECT_EQ(linux_::find_cgroup(text, "memory"), "/a/b");
    EXPECT_EQ(linux_::find_cgroup(text, "cpuacct"), "/c");
    EXPECT_EQ(linux_::find_cgroup(text, "name=systemd"), "/user.slice");
    EXPECT_EQ(linux_::find_cgroup(text, ""), "/two");
    EXPECT_EQ(linux_::find_cgroup(text, "pids"), "");
}

TEST(cgroup, removing_one_kills_what_is_in_it) {
    auto const layout = *linux_::detect_cgroup_layout();
    std::string const parent = "/mocker-linux-test-" + std::to_string(::getpid()), path = parent + "/one";
    ASSERT_TRUE(linux_::prepare_cgroup_parents(layout, path));
    auto all = layout.container_hierarchies();
    if (layout.is_v2()) all.push_back(layout.unified());
    ASSERT_FALSE(all.empty());
    pid_t const child = ::fork();
    if (child == 0) {
        ::pause();
        ::_exit(0);
    }
    for (auto const* const h : all) {
        auto const group = h->mount_point + path;
        ASSERT_EQ(::mkdir(group.c_str(), 0755), 0) << group;
        auto fd = open_file(group + "/cgroup.procs", O_WRONLY);
        ASSERT_TRUE(fd);
        ASSERT_TRUE(write_all(fd->get(), std::to_string(child))) << group << ": a cpuset has to be filled before";
    }
    std::thread reaper([child] { ::waitpid(child, nullptr, 0); });
    EXPECT_TRUE(linux_::remove_cgroup(layout, path));
    reaper.join();
    EXPECT_TRUE(linux_::remove_cgroup(layout, path)) << "nothing there is no error";
    EXPECT_TRUE(linux_::remove_cgroup(layout, parent));
    for (auto const* const h : all) EXPECT_FALSE(fs::exists(h->mount_point + parent));
    EXPECT_FALSE(linux_::remove_cgroup(layout, "/"));
    EXPECT_FALSE(linux_::remove_cgroup(layout, "/x/../.."));
}

TEST(mount, options_become_flags_and_data) {
    auto const tmpfs = *linux_::parse_mount_options({"nosuid", "strictatime", "mode=755", "size=65536k", "ro"});
    EXPECT_EQ(tmpfs.flags, std::uint64_t(MS_NOSUID | MS_STRICTATIME | MS_RDONLY));
    EXPECT_EQ(tmpfs.data, "mode=755,size=65536k");
    EXPECT_FALSE(tmpfs.bind);
    auto const bind = *linux_::parse_mount_options({"rbind", "ro", "rw", "rslave", "noexec", "exec", "nodev"});
    EXPECT_TRUE(bind.bind && bind.recursive);
    EXPECT_EQ(bind.attributes, std::uint64_t(MOUNT_ATTR_NODEV));
    EXPECT_EQ(bind.propagation, std::uint64_t(MS_SLAVE | MS_REC));
    EXPECT_FALSE(linux_::parse_mount_options({"a,b"}));
    EXPECT_FALSE(linux_::parse_mount_options({""}));
}

TEST(mount, paths_are_opened_inside_their_root) {
    scratch where;
    ASSERT_TRUE(make_directories(where / "root/etc"));
    ASSERT_TRUE(write_file_atomic(where / "root/etc/passwd", "inside", 0644, durability::process));
    fs::create_symlink("/etc/passwd", where / "root/absolute");
    fs::create_symlink("../../../../../../etc/passwd", where / "root/upwards");
    fs::create_symlink("/proc/self/root/etc/passwd", where / "root/magic");
    auto const root = *open_file(where / "root", O_PATH | O_DIRECTORY);
    for (char const* const path : {"absolute", "upwards", "/../../etc/passwd"}) {
        auto const fd = linux_::open_in_root(root.get(), path, O_RDONLY);
        ASSERT_TRUE(fd) << path;
        char text[16] = {};
        ASSERT_GT(::read(fd->get(), text, sizeof text), 0);
        EXPECT_STREQ(text, "inside");
    }
    EXPECT_FALSE(linux_::open_in_root(root.get(), "magic", O_RDONLY));
}

/// Two layers: the upper hides, replaces and makes opaque.
struct layers {
    layers() {
        for (char const* const d : {"low/etc", "low/opaque", "low/gone", "up/etc", "up/opaque"})
            EXPECT_TRUE(make_directories(where / d));
        file("low/etc/passwd", "low");
        file("low/etc/group", "low group");
        file("up/etc/passwd", "up");
        file("low/opaque/file", "hidden");
        file("low/gone/file", "hidden");
        fs::create_symlink("/etc/group", where / "up/etc/link");
        fs::create_symlink("../../../../../etc/group", where / "up/etc/climb");
        fs::create_symlink("loop", where / "up/etc/loop");
        EXPECT_EQ(::mknod((where / "up/gone").c_str(), S_IFCHR, makedev(0, 0)), 0);
        EXPECT_EQ(::setxattr((where / "up/opaque").c_str(), "trusted.overlay.opaque", "y", 1, 0), 0);
        EXPECT_EQ(::mkfifo((where / "up/etc/fifo").c_str(), 0644), 0);
    }
    void file(std::string const& at, std::string const& text) {
        EXPECT_TRUE(write_file_atomic(where / at, text, 0644, durability::process));
    }
    result<std::string> read(std::string const& path) {
        return linux_::read_overlay_file({where / "up", where / "low"}, path, 100);
    }
    scratch where;
};

TEST(overlay, files_are_read_through_the_layers_as_if_mounted) {
    layers all;
    EXPECT_EQ(*all.read("/etc/passwd"), "up");
    EXPECT_EQ(*all.read("/etc/group"), "low group");
    EXPECT_EQ(*all.read("etc/../etc/./group"), "low group");
    EXPECT_EQ(*all.read("/etc/link"), "low group");
    EXPECT_EQ(*all.read("/etc/climb"), "low group");
}

TEST(overlay, whiteouts_and_opaque_directories_hide_and_odd_things_are_refused) {
    layers all;
    auto const code = [&](std::string const& path) {
        auto const read = all.read(path);
        return read ? 0 : read.error().code().value();
    };
    EXPECT_EQ(code("/gone/file"), ENOENT);
    EXPECT_EQ(code("/opaque/file"), ENOENT);
    EXPECT_EQ(code("/nosuch"), ENOENT);
    EXPECT_EQ(code("/etc/loop"), ELOOP);
    EXPECT_EQ(code("/etc/passwd/x"), ENOTDIR);
    EXPECT_EQ(code("/etc"), EINVAL);
    EXPECT_EQ(code("/etc/fifo"), EINVAL);
    all.file("up/big", std::string(200, 'x'));
    EXPECT_FALSE(all.read("/big"));
}

TEST(pidfd, a_process_is_killed_only_if_it_is_the_one_that_was_meant) {
    pid_t const child = ::fork();
    if (child == 0) {
        ::pause();
        ::_exit(0);
    }
    auto const started = linux_::process_start_time(child);
    ASSERT_TRUE(started);
    EXPECT_TRUE(linux_::kill_process(child, *started + 1, std::chrono::seconds(1)));
    EXPECT_EQ(::kill(child, 0), 0) << "it was another one";
    EXPECT_TRUE(linux_::kill_process(child, *started, std::chrono::seconds(10)));
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
    EXPECT_FALSE(linux_::open_pidfd(child));
    EXPECT_FALSE(linux_::process_start_time(child));
}

TEST(clone, a_daemon_is_nobodys_child_and_gets_its_descriptors) {
    auto const program = linux_::open_program("/bin/busybox");
    ASSERT_TRUE(program) << program.error().message();
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    unique_fd read_end(ends[0]), write_end(ends[1]);
    ASSERT_TRUE(linux_::start_daemon(
        *program,
        {"sh", "-c",
         "/bin/busybox printf '%s ' $PPID >&3; /bin/busybox ps -o pid,sid | /bin/busybox grep -c \"^ *$$ *$$\" >&3"},
        {write_end.get()}));
    write_end.reset();
    std::string text;
    char buffer[256];
    for (ssize_t size; (size = ::read(read_end.get(), buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<std::size_t>(size));
    EXPECT_THAT(text, testing::EndsWith(" 1\n")) << "leads a session of its own";
    EXPECT_NE(std::stoi(text), ::getpid());
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "no child is left to reap";
}

TEST(clone, a_program_that_is_none_is_an_error) {
    EXPECT_FALSE(linux_::open_program("/nosuch"));
    auto const text = linux_::open_program("/etc/passwd");
    ASSERT_TRUE(text);
    EXPECT_FALSE(linux_::start_daemon(*text, {"x"}, {}));
}

TEST(seccomp, a_filter_refuses_what_it_says) {
    auto builder = linux_::seccomp_builder::create("SCMP_ACT_ALLOW", {});
    ASSERT_TRUE(builder);
    EXPECT_TRUE(builder->add_rule("getppid", "SCMP_ACT_ERRNO", 42, {}));
    EXPECT_TRUE(builder->add_rule("umask", "SCMP_ACT_ERRNO", 43, {{0, "SCMP_CMP_MASKED_EQ", 0700, 0100}}));
    EXPECT_TRUE(builder->add_rule("no_such_call", "SCMP_ACT_ERRNO", 1, {})) << "unknown calls are passed over";
    EXPECT_FALSE(builder->add_rule("read", "SCMP_ACT_DANCE", {}, {}));
    EXPECT_FALSE(builder->add_rule("read", "SCMP_ACT_ERRNO", {}, {{0, "SCMP_CMP_LIKE", 0, 0}}));
    EXPECT_FALSE(builder->add_rule("read", "SCMP_ACT_ERRNO", {}, {{6, "SCMP_CMP_EQ", 0, 0}}));
    EXPECT_FALSE(builder->add_architecture("SCMP_ARCH_PDP11"));
    auto const program = builder->program();
    ASSERT_TRUE(program);
    pid_t const child = ::fork();
    if (child == 0) {
        sock_fprog filter{static_cast<unsigned short>(program->size() / sizeof(sock_filter)),
                          reinterpret_cast<sock_filter*>(const_cast<char*>(program->data()))};
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0) ::_exit(1);
        if (::syscall(SYS_getppid) != -1 || errno != 42) ::_exit(2);
        if (::syscall(SYS_umask, 0122) != -1 || errno != 43) ::_exit(3);
        if (::syscall(SYS_umask, 022) == -1) ::_exit(4);
        ::_exit(0);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0) << WEXITSTATUS(status);
}

/// Attaches a filter to a group of version 2 and asks from within it.
class filtered_group {
public:
    explicit filtered_group(std::string const& program) {
        auto const layout = linux_::detect_cgroup_layout();
        auto const* const unified = layout ? layout->unified() : nullptr;
        if (unified == nullptr) return;
        path_ = unified->mount_point + "/mocker-filter-test-" + std::to_string(::getpid());
        EXPECT_EQ(::mkdir(path_.c_str(), 0755), 0);
        bpf_attr load{};
        load.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
        load.insns = reinterpret_cast<std::uint64_t>(program.data());
        load.insn_cnt = static_cast<std::uint32_t>(program.size() / 8);
        load.license = reinterpret_cast<std::uint64_t>("Apache");
        unique_fd const fd(static_cast<int>(::syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof load)));
        EXPECT_TRUE(fd) << "the kernel refuses the program: errno " << errno;
        auto const group = open_file(path_, O_RDONLY | O_DIRECTORY);
        bpf_attr attach{};
        attach.target_fd = static_cast<std::uint32_t>(group->get());
        attach.attach_bpf_fd = static_cast<std::uint32_t>(fd.get());
        attach.attach_type = BPF_CGROUP_DEVICE;
        EXPECT_EQ(::syscall(SYS_bpf, BPF_PROG_ATTACH, &attach, sizeof attach), 0) << errno;
    }
    filtered_group(filtered_group const&) = delete;
    filtered_group& operator=(filtered_group const&) = delete;
    ~filtered_group() { EXPECT_EQ(::rmdir(path_.c_str()), 0); }

    bool opens(char const* device, int flags) const {
        pid_t const child = ::fork();
        if (child == 0) {
            auto const procs = path_ + "/cgroup.procs";
            int const fd = ::open(procs.c_str(), O_WRONLY);
            if (::write(fd, "0", 1) != 1) ::_exit(9);
            ::_exit(::open(device, flags) >= 0 ? 0 : 1);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_NE(WEXITSTATUS(status), 9);
        return status == 0;
    }

private:
    std::string path_;
};

TEST(device_filter, the_last_rule_that_matches_decides) {
    std::vector<linux_::device_access> rules(4);
    rules[1].allow = true, rules[1].type = 'c', rules[1].major = 1;                      // mem
    rules[2].allow = false, rules[2].type = 'c', rules[2].major = 1, rules[2].minor = 5; // zero, but only for writing
    rules[2].read = rules[2].make = false;
    rules[3].allow = true, rules[3].type = 'c', rules[3].major = 5, rules[3].minor = 2,
    rules[3].write = rules[3].make = false; // ptmx, to read
    filtered_group const group(linux_::device_filter(rules));
    EXPECT_TRUE(group.opens("/dev/null", O_RDWR));
    EXPECT_TRUE(group.opens("/dev/zero", O_RDONLY));
    EXPECT_FALSE(group.opens("/dev/zero", O_WRONLY));
    EXPECT_FALSE(group.opens("/dev/zero", O_RDWR));
    EXPECT_TRUE(group.opens("/dev/ptmx", O_RDONLY | O_NOCTTY));
    EXPECT_FALSE(group.opens("/dev/ptmx", O_RDWR | O_NOCTTY));
    EXPECT_FALSE(group.opens("/dev/tty0", O_RDONLY | O_NOCTTY) || group.opens("/dev/vda", O_RDONLY));
}

TEST(device_filter, without_rules_nothing_is_allowed_and_with_one_for_all_everything) {
    { EXPECT_FALSE(filtered_group(linux_::device_filter({})).opens("/dev/null", O_RDONLY)); }
    linux_::device_access all;
    all.allow = true;
    EXPECT_TRUE(filtered_group(linux_::device_filter({all})).opens("/dev/null", O_RDWR));
}

TEST(namespaces, are_known_by_the_names_of_the_specification_and_of_proc) {
    EXPECT_EQ(linux_::namespace_flag("mount"), linux_::namespace_flag("mnt"));
    EXPECT_EQ(linux_::namespace_flag("network"), std::uint64_t(CLONE_NEWNET));
    EXPECT_FALSE(linux_::namespace_flag("moon"));
}

} // namespace
} // namespace mocker
