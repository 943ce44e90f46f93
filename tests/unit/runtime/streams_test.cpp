/// @file Standard streams: logs, attached clients, terminals, and the engine's death in between.
#include <mocker/async/event.hpp>
#include <mocker/async/task_group.hpp>
#include <mocker/core/json.hpp>
#include <mocker/core/sha256.hpp>

#include <boost/json/parse.hpp>

#include <chrono>
#include <csignal>

#include "container_fixture.hpp"

namespace mocker {
namespace {

using testing::HasSubstr;

std::vector<json::object> log_records(std::string const& path) {
    std::vector<json::object> records;
    auto const text = read_file(path);
    EXPECT_TRUE(text.has_value());
    for (std::size_t begin = 0; text && begin < text->size();) {
        auto const end = text->find('\n', begin);
        EXPECT_NE(end, std::string::npos) << "an unfinished line";
        if (end == std::string::npos) break;
        records.push_back(json::parse(text->substr(begin, end - begin)).as_object());
        begin = end + 1;
    }
    return records;
}

std::string log_text(std::vector<json::object> const& records, std::string_view stream) {
    std::string all;
    for (auto const& record : records)
        if (record.at("stream").as_string() == stream) all += std::string(record.at("log").as_string());
    return all;
}

awaitable<void> read_all(runtime::attachment& from, std::string& into) {
    for (;;) {
        auto some = co_await from.read();
        if (!some || !*some) co_return;
        into += (*some)->data;
    }
}

CONTAINER_TEST(log, has_a_record_a_line_in_dockers_format) {
    auto request = machine.command("sh", "-c", "echo one; echo two >&2; printf 'no end'");
    auto const path = request.log_path;
    CO_REQUIRE(done, co_await machine.run(std::move(request)));
    auto const records = log_records(path);
    CO_ASSERT_TRUE(records.size() == 3);
    EXPECT_EQ(log_text(records, "stdout"), "one\nno end");
    EXPECT_EQ(log_text(records, "stderr"), "two\n");
    for (auto const& record : records) {
        auto const time = parse_rfc3339(std::string(record.at("time").as_string()));
        CO_ASSERT_TRUE(time && *time);
        EXPECT_LT(std::chrono::abs(**time - now()), std::chrono::minutes(1));
        EXPECT_EQ(to_rfc3339_nano(**time), std::string(record.at("time").as_string()));
    }
}

CONTAINER_TEST(log, escapes_as_docker_does) {
    auto request = machine.command(
        "printf",
        "q\" b\\ t\t<a>&\x01 \xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\xb3 \xe2\x80\xa8 bad\xff\xc3( \xed\xa0\x80 \\r\\n");
    auto const path = request.log_path;
    CO_REQUIRE(done, co_await machine.run(std::move(request)));
    auto const text = *read_file(path);
    EXPECT_THAT(
        text,
        HasSubstr("{\"log\":\"q\\\" b\\\\ t\\u0009\\u003ca\\u003e\\u0026\\u0001 \xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\xb3 "
                  "\\u2028 bad\\ufffd\\ufffd( \\ufffd\\ufffd\\ufffd \\r\\n\",\"stream\":\"stdout\",\"time\":\""));
    EXPECT_EQ(log_records(path).size(), 1u);
}

CONTAINER_TEST(log, splits_long_lines_at_16_KiB) {
    auto request = machine.command("sh", "-c", "head -c 40000 /dev/zero | tr '\\0' x; echo");
    auto const path = request.log_path;
    CO_REQUIRE(done, co_await machine.run(std::move(request)));
    std::vector<std::size_t> sizes;
    for (auto const& record : log_records(path)) sizes.push_back(record.at("log").as_string().size());
    EXPECT_THAT(sizes, testing::ElementsAre(16384, 16384, 40001 - 2 * 16384));
    EXPECT_EQ(done.out.size(), 40001u);
}

CONTAINER_TEST(log, is_whole_when_the_exit_is_known_even_if_nobody_is_attached) {
    auto request = machine.command("sh", "-c", "seq 1 50000; seq 1 1000 >&2");
    auto const path = request.log_path;
    CO_REQUIRE(process, co_await machine.native->create(std::move(request)));
    CO_ASSERT_TRUE(co_await process->start());
    CO_REQUIRE(status, co_await process->wait());
    auto const records = log_records(path);
    EXPECT_EQ(records.size(), 51000u);
    EXPECT_TRUE(log_text(records, "stdout").ends_with("\n50000\n"));
    EXPECT_TRUE(log_text(records, "stderr").ends_with("\n1000\n"));
}

CONTAINER_TEST(attach, stdin_of_64_MiB_comes_back_byte_for_byte) {
    auto request = machine.command("cat");
    request.io.open_stdin = true;
    request.log_path.clear();
    CO_REQUIRE(process, co_await machine.native->create(std::move(request)));
    CO_REQUIRE(streams, co_await process->attach(true, true, true));
    CO_ASSERT_TRUE(co_await process->start());
    std::string sent(64 << 20, '\0');
    for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 2654435761u >> 13);
    std::string received;
    async::task_group readers(co_await asio::this_coro::executor);
    readers.spawn(read_all(*streams, received));
    CO_ASSERT_TRUE(co_await streams->write_stdin(sent));
    CO_ASSERT_TRUE(co_await streams->close_stdin());
    co_await readers.join();
    EXPECT_EQ(received.size(), sent.size());
    EXPECT_TRUE(received == sent);
    CO_REQUIRE(status, co_await process->wait());
    EXPECT_EQ(status.code, 0);
}

CONTAINER_TEST(attach, without_open_stdin_the_process_reads_nothing) {
    CO_REQUIRE(done, co_await machine.shell("cat | wc -c; readlink /proc/self/fd/0"));
    EXPECT_EQ(done.out, "0\n/dev/null\n");
}

CONTAINER_TEST(attach, several_clients_get_what_they_asked_for) {
    CO_REQUIRE(process, co_await machine.native->create(machine.command("sh", "-c", "echo out; echo err >&2")));
    CO_REQUIRE(both, co_await process->attach(false, true, true));
    CO_REQUIRE(only_err, co_await process->attach(false, false, true));
    CO_REQUIRE(none, co_await process->attach(false, false, false));
    CO_ASSERT_TRUE(co_await process->start());
    std::string a, b, c;
    co_await read_all(*both, a);
    co_await read_all(*only_err, b);
    co_await read_all(*none, c);
    EXPECT_THAT(a, testing::AnyOf("out\nerr\n", "err\nout\n"));
    EXPECT_EQ(b, "err\n");
    EXPECT_EQ(c, "");
}

CONTAINER_TEST(attach, a_client_that_goes_away_takes_nothing_with_it) {
    auto request = machine.command("sh", "-c", "read line; echo got $line; read line; echo got $line");
    request.io.open_stdin = true;
    CO_REQUIRE(process, co_await machine.native->create(std::move(request)));
    CO_REQUIRE(first, co_await process->attach(true, true, true));
    CO_ASSERT_TRUE(co_await process->start());
    CO_ASSERT_TRUE(co_await first->write_stdin("a\n"));
    CO_REQUIRE(answer, co_await first->read());
    EXPECT_EQ(answer->data, "got a\n");
    first.reset();
    CO_REQUIRE(second, co_await process->attach(true, true, true));
    CO_ASSERT_TRUE(co_await second->write_stdin("b\n"));
    std::string rest;
    co_await read_all(*second, rest);
    EXPECT_EQ(rest, "got b\n");
}

CONTAINER_TEST(attach, a_client_that_does_not_read_holds_the_process_back_and_not_its_end) {
    auto request = machine.command("sh", "-c", "head -c 4000000 /dev/zero; echo finished >&2");
    request.log_path.clear();
    CO_REQUIRE(process, co_await machine.native->create(std::move(request)));
    CO_REQUIRE(lazy, co_await process->attach(false, true, false));
    CO_REQUIRE(eager, co_await process->attach(false, false, true));
    CO_ASSERT_TRUE(co_await process->start());
    std::string log;
    async::task_group readers(co_await asio::this_coro::executor);
    readers.spawn(read_all(*eager, log));
    co_await async::sleep(std::chrono::milliseconds(300));
    EXPECT_EQ(log, "") << "the process ran ahead of its client";
    EXPECT_TRUE(co_await process->kill(SIGKILL));
    CO_REQUIRE(status, co_await process->wait()); // not held back
    EXPECT_EQ(status.signal, SIGKILL);
    std::string all;
    co_await read_all(*lazy, all);
    EXPECT_GT(all.size(), 32768u);
    co_await readers.join();
}

CONTAINER_TEST(terminal, is_one_with_a_size_that_follows) {
    auto request = machine.command("sh", "-c",
                                   "tty; stty size; ls -l /dev/console | head -c 1; trap 'stty size; exit 4' WINCH; "
                                   "echo; while true; do sleep 0.05; done");
    request.io.terminal = true;
    request.io.open_stdin = true;
    request.io.rows = 31;
    request.io.columns = 97;
    CO_REQUIRE(process, co_await machine.native->create(std::move(request)));
    CO_REQUIRE(streams, co_await process->attach(true, true, true));
    CO_ASSERT_TRUE(co_await process->start());
    std::string text;
    while (text.find("c\r\n") == std::string::npos) {
        CO_REQUIRE(some, co_await streams->read());
        CO_ASSERT_TRUE(some);
        text += some->data;
    }
    EXPECT_EQ(text, "/dev/pts/0\r\n31 97\r\nc\r\n");
    CO_ASSERT_TRUE(co_await process->resize(40, 120));
    std::string rest;
    co_await read_all(*streams, rest);
    EXPECT_EQ(rest, "40 120\r\n");
    CO_REQUIRE(status, co_await process->wait());
    EXPECT_EQ(status.code, 4);
}

CONTAINER_TEST(terminal, passes_typed_keys_and_interrupts) {
    auto request = machine.command(
        "sh", "-c",
        "trap 'echo interrupted; exit 9' INT; read line; echo \"<$line>\"; while true; do sleep 0.05; done");
    request.io.terminal = true;
    request.io.open_stdin = true;
    CO_REQUIRE(process, co_await machine.native->create(std::move(request)));
    CO_REQUIRE(streams, co_await process->attach(true, true, true));
    CO_ASSERT_TRUE(co_await process->start());
    CO_ASSERT_TRUE(co_await streams->write_stdin("hello\r"));
    std::string text;
    while (text.find("<hello>") == std::string::npos) {
        CO_REQUIRE(some, co_await streams->read());
        CO_ASSERT_TRUE(some);
        text += some->data;
    }
    CO_ASSERT_TRUE(co_await streams->write_stdin("\x03"));
    std::string rest;
    co_await read_all(*streams, rest);
    EXPECT_THAT(rest, HasSubstr("interrupted\r\n"));
    CO_REQUIRE(status, co_await process->wait());
    EXPECT_EQ(status.code, 9);
}

CONTAINER_TEST(terminal, without_one_there_is_nothing_to_resize) {
    CO_REQUIRE(process, co_await machine.native->create(machine.command("sleep", "1000")));
    CO_ASSERT_TRUE(co_await process->start());
    auto const resized = co_await process->resize(1, 1);
    EXPECT_FALSE(resized);
    EXPECT_EQ(resized.error().code(), errc::conflict);
}

CONTAINER_TEST(reattach, finds_a_running_process_after_the_engine_died) {
    auto request = machine.command("sh", "-c", "read line; echo got $line; exit 6");
    request.io.open_stdin = true;
    auto const directory = request.state_directory, log = request.log_path;
    pid_t pid = -1;
    {
        CO_REQUIRE(process, co_await machine.native->create(std::move(request)));
        CO_ASSERT_TRUE(co_await process->start());
        pid = process->pid();
    } // its connection is gone, as after a SIGKILL
    CO_REQUIRE(found, co_await machine.native->reattach(directory));
    EXPECT_EQ(found->pid(), pid);
    CO_REQUIRE(streams, co_await found->attach(true, true, true));
    CO_ASSERT_TRUE(co_await streams->write_stdin("again\n"));
    CO_REQUIRE(status, co_await found->wait());
    EXPECT_EQ(status.code, 6);
    EXPECT_EQ(log_text(log_records(log), "stdout"), "got again\n");
    CO_REQUIRE(later, co_await machine.native->reattach(directory));
    CO_REQUIRE(recorded, co_await later->wait());
    EXPECT_EQ(recorded, status);
    EXPECT_FALSE(co_await later->attach(false, true, true));
    auto const nothing = co_await machine.native->reattach(machine.where.path());
    EXPECT_FALSE(nothing);
    EXPECT_EQ(nothing.error().code(), errc::not_found);
}

CONTAINER_TEST(reattach, a_killed_shim_takes_its_container_with_it_and_clean_removes_the_rest) {
    auto request = machine.command("sh", "-c", "sleep 4321 & sleep 4321");
    auto const id = request.id, directory = request.state_directory;
    CO_REQUIRE(process, co_await machine.native->create(std::move(request)));
    CO_ASSERT_TRUE(co_await process->start());
    auto const numbers = *read_file(directory + "/init");
    int init = 0, shim = 0;
    CO_ASSERT_TRUE(std::sscanf(numbers.c_str(), "%d %*d %d", &init, &shim) == 2);
    EXPECT_EQ(init, process->pid());
    CO_ASSERT_TRUE(::kill(shim, SIGKILL) == 0);
    CO_REQUIRE(status, co_await process->wait());
    EXPECT_EQ(status.code, 137);
    CO_ASSERT_TRUE(machine.native->clean(id, directory, machine.cgroup(id)));
    CO_ASSERT_TRUE(machine.native->clean(id, directory, machine.cgroup(id)));
    auto const remains = read_file("/proc/" + std::to_string(init) + "/stat"); // perhaps nobody has reaped it yet
    EXPECT_TRUE(!remains || remains->substr(remains->rfind(')'), 3) == ") Z") << *remains;
    auto const layout = linux_::detect_cgroup_layout();
    for (auto const& h : layout->hierarchies) EXPECT_FALSE(std::filesystem::exists(h.mount_point + machine.cgroup(id)));
    EXPECT_TRUE(std::filesystem::is_empty(directory));
}

CONTAINER_TEST(shim, is_nobodys_child_and_small) {
    CO_REQUIRE(process, co_await machine.native->create(machine.command("sleep", "1000")));
    CO_ASSERT_TRUE(co_await process->start());
    int shim = 0;
    auto const numbers = *read_file(machine.state_directory(machine.ids.back()) + "/init");
    CO_ASSERT_TRUE(std::sscanf(numbers.c_str(), "%*d %*d %d", &shim) == 1);
    auto const stat = *read_file("/proc/" + std::to_string(shim) + "/stat");
    int parent = 0, group = 0, session = 0;
    CO_ASSERT_TRUE(std::sscanf(stat.c_str() + stat.rfind(')'), ") %*c %d %d %d", &parent, &group, &session) == 3);
    EXPECT_NE(parent, ::getpid());
    EXPECT_EQ(session, shim);
    EXPECT_NE(session, ::getsid(0));
    auto const smaps = *read_file("/proc/" + std::to_string(shim) + "/smaps_rollup");
    long clean = 0, dirty = 0;
    std::sscanf(smaps.c_str() + smaps.find("Private_Clean:"), "Private_Clean: %ld", &clean);
    std::sscanf(smaps.c_str() + smaps.find("Private_Dirty:"), "Private_Dirty: %ld", &dirty);
    testing::Test::RecordProperty("private_kilobytes", static_cast<int>(clean + dirty));
    EXPECT_LT(dirty, 350) << smaps;
}

} // namespace
} // namespace mocker
