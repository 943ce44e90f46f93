#include <mocker/process/spawn.hpp>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

using namespace mocker;
using process::spawn;
using process::spawn_request;

namespace {

int wait_for(pid_t pid) {
    int status = -1;
    EXPECT_EQ(::waitpid(pid, &status, 0), pid);
    return status;
}

int error_number_of(spawn_request const& request) {
    auto const begun = spawn(request);
    if (begun) wait_for(begun->pid);
    return begun ? 0 : begun.error().code().value();
}

spawn_request request_for(std::vector<std::string> argv) {
    spawn_request request;
    request.argv = std::move(argv);
    request.environment = process::current_environment();
    return request;
}

/// A file in a directory of its own, gone with the test.
class temporary_file {
public:
    temporary_file(std::string const& content, std::filesystem::perms mode) {
        char name[] = "/tmp/mocker-spawn-XXXXXX";
        directory_ = ::mkdtemp(name);
        path_ = directory_ / "program";
        std::ofstream(path_) << content;
        std::filesystem::permissions(path_, mode);
    }
    ~temporary_file() { std::filesystem::remove_all(directory_); }
    std::string path() const { return path_.string(); }
    std::string directory() const { return directory_.string(); }

private:
    std::filesystem::path directory_, path_;
};

constexpr auto readable = std::filesystem::perms::owner_read | std::filesystem::perms::owner_write;
constexpr auto executable = std::filesystem::perms::owner_all;

} // namespace

TEST(spawn, starts_a_program_found_in_path) {
    auto const begun = spawn(request_for({"true"}));
    ASSERT_TRUE(begun.has_value());
    EXPECT_GT(begun->pid, 0);
    EXPECT_TRUE(begun->pidfd);
    EXPECT_NE(::fcntl(begun->pidfd.get(), F_GETFD) & FD_CLOEXEC, 0);
    EXPECT_EQ(wait_for(begun->pid), 0);
}

TEST(spawn, reports_the_errno_of_exec_and_the_name) {
    auto const begun = spawn(request_for({"no-such-program-anywhere"}));
    ASSERT_TRUE(begun.has_error());
    EXPECT_EQ(begun.error().code().value(), ENOENT);
    EXPECT_EQ(begun.error().message(), "exec no-such-program-anywhere: No such file or directory");
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "the child was not reaped";
}

TEST(spawn, tells_missing_forbidden_and_not_a_program_apart) {
    EXPECT_EQ(error_number_of(request_for({"/no/such/file"})), ENOENT);
    EXPECT_EQ(error_number_of(request_for({"/"})), EACCES);
    temporary_file const not_executable("#!/bin/sh\n", readable);
    EXPECT_EQ(error_number_of(request_for({not_executable.path()})), EACCES);
    temporary_file const no_format("echo a shell would run this\n", executable);
    EXPECT_EQ(error_number_of(request_for({no_format.path()})), ENOEXEC);
    temporary_file const no_interpreter("#!/no/such/interpreter\n", executable);
    EXPECT_EQ(error_number_of(request_for({no_interpreter.path()})), ENOENT);
}

TEST(spawn, refuses_what_no_program_can_be_given) {
    EXPECT_EQ(error_number_of(request_for({})), EINVAL);
    EXPECT_EQ(error_number_of(request_for({""})), EINVAL);
    EXPECT_EQ(error_number_of(request_for({"echo", std::string("a\0b", 3)})), EINVAL);
    EXPECT_EQ(error_number_of(request_for({"echo", std::string(std::size_t(8) << 20, 'x')})), E2BIG);
}

TEST(spawn, a_missing_directory_is_named) {
    auto request = request_for({"true"});
    request.directory = "/no/such/directory";
    auto const begun = spawn(request);
    ASSERT_TRUE(begun.has_error());
    EXPECT_EQ(begun.error().message(), "chdir /no/such/directory: No such file or directory");
}

TEST(spawn, a_later_directory_of_path_is_tried_after_one_without_permission) {
    temporary_file const not_executable("", readable);
    auto request = request_for({"program"});
    request.environment = {"PATH=" + not_executable.directory() + ":/no/such/directory"};
    EXPECT_EQ(error_number_of(request), EACCES) << "the last one has no such file, but one was found and forbidden";
    temporary_file const good("#!/bin/sh\nexit 0\n", executable);
    request.environment = {"PATH=" + not_executable.directory() + ":" + good.directory()};
    EXPECT_EQ(error_number_of(request), 0);
}

TEST(spawn, the_program_gets_only_the_descriptors_it_is_given) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, 0), 0); // without O_CLOEXEC, as a careless library would
    unique_fd const read(ends[0]);
    unique_fd write(ends[1]);
    auto request = request_for({"ls", "/proc/self/fd"});
    request.descriptors = {{0, 0}, {write.get(), 1}, {2, 2}, {read.get(), 7}};
    auto const begun = spawn(request);
    ASSERT_TRUE(begun.has_value());
    write.reset();
    std::string listed;
    char buffer[256];
    for (ssize_t n; (n = ::read(read.get(), buffer, sizeof buffer)) > 0;) listed.append(buffer, static_cast<std::size_t>(n));
    EXPECT_EQ(wait_for(begun->pid), 0);
    EXPECT_EQ(listed, "0\n1\n2\n3\n7\n"); // 3 is the directory that ls reads
}

TEST(spawn, descriptors_may_swap_their_numbers) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    unique_fd const read(ends[0]);
    unique_fd write(ends[1]);
    auto request = request_for({"sh", "-c", "echo to-target >&" + std::to_string(read.get())});
    request.descriptors = {{write.get(), read.get()}, {read.get(), write.get()}};
    auto const begun = spawn(request);
    ASSERT_TRUE(begun.has_value());
    write.reset();
    char buffer[64];
    auto const n = ::read(read.get(), buffer, sizeof buffer);
    EXPECT_EQ(std::string(buffer, n > 0 ? static_cast<std::size_t>(n) : 0), "to-target\n");
    EXPECT_EQ(wait_for(begun->pid), 0);
}

TEST(spawn, the_program_starts_without_blocked_or_ignored_signals_of_ours) {
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &blocked, &before);
    auto const begun = spawn(request_for({"sh", "-c", "kill -PIPE $$; exit 3"})); // main() ignores SIGPIPE
    auto const other = spawn(request_for({"sh", "-c", "kill -USR1 $$; exit 3"}));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    ASSERT_TRUE(begun.has_value() && other.has_value());
    int const first = wait_for(begun->pid), second = wait_for(other->pid);
    EXPECT_TRUE(WIFSIGNALED(first) && WTERMSIG(first) == SIGPIPE);
    EXPECT_TRUE(WIFSIGNALED(second) && WTERMSIG(second) == SIGUSR1);
}

TEST(spawn, a_new_group_is_led_by_the_program) {
    auto const begun = spawn(request_for({"sleep", "1000"}));
    ASSERT_TRUE(begun.has_value());
    EXPECT_EQ(::getpgid(begun->pid), begun->pid);
    EXPECT_NE(::getsid(begun->pid), begun->pid);
    ::kill(begun->pid, SIGKILL);
    wait_for(begun->pid);
}

TEST(search_path, tries_directories_in_order_and_an_empty_one_is_here) {
    EXPECT_EQ(process::search_path("ls", "/a:/b"), (std::vector<std::string>{"/a/ls", "/b/ls"}));
    EXPECT_EQ(process::search_path("ls", ":/b"), (std::vector<std::string>{"./ls", "/b/ls"}));
    EXPECT_EQ(process::search_path("x/ls", "/a:/b"), std::vector<std::string>{"x/ls"});
}
