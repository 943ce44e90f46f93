#include "engine_fixture.hpp"

#include <mocker/async/task_group.hpp>
#include <mocker/engine/log_reader.hpp>

#include <fstream>

namespace {

using namespace mocker;
using engine::log_options;

/// A log file that a test writes line by line.
class log_file {
public:
    std::string path() const { return directory_.path() + "/log"; }
    void raw(std::string const& text) { std::ofstream(path(), std::ios::app | std::ios::binary) << text; }
    void add(std::string const& escaped, std::string const& second = "05", std::string const& stream = "stdout") {
        raw(R"({"log":")" + escaped + R"(","stream":")" + stream + R"(","time":"2026-01-02T03:04:)" + second + R"(Z"})" + "\n");
    }

private:
    test::temporary_directory directory_;
};

awaitable<std::string> text_of(log_file const& file, log_options options = {}) {
    auto log = engine::open_log(co_await asio::this_coro::executor, file.path(), std::move(options));
    EXPECT_TRUE(log.has_value());
    co_return co_await test::read_log(**log);
}

CO_TEST(log_reader, gives_what_was_written_with_its_escapes_resolved) {
    log_file file;
    file.add(R"(plain\n)");
    file.add(R"(tab\t quote\" slash\\ \u003c\u00e4\u20ac\n)");
    file.add(R"(\ud83d\ude00\n)");
    EXPECT_EQ(co_await text_of(file), "plain\ntab\t quote\" slash\\ <ä€\n😀\n");
}

CO_TEST(log_reader, tells_stream_and_time_of_each_entry) {
    log_file file;
    file.add(R"(a\n)", "05.000000001");
    file.add(R"(b\n)", "05.5", "stderr");
    log_options const options;
    CO_REQUIRE(log, engine::open_log(co_await asio::this_coro::executor, file.path(), options));
    CO_REQUIRE(entries, co_await log->read());
    CO_ASSERT_TRUE(entries.size() == 2);
    EXPECT_EQ(to_rfc3339_nano(entries[0].time), "2026-01-02T03:04:05.000000001Z");
    EXPECT_EQ(to_rfc3339_nano(entries[1].time), "2026-01-02T03:04:05.5Z");
    EXPECT_EQ(entries[0].from, runtime::output::stream::out);
    EXPECT_EQ(entries[1].from, runtime::output::stream::err);
}

CO_TEST(log_reader, gives_only_the_streams_and_the_time_asked_for) {
    log_file file;
    for (auto const* second : {"01", "02", "03", "04"}) file.add(std::string(second) + R"(\n)", second);
    file.add(R"(err\n)", "03", "stderr");
    log_options no_errors;
    no_errors.err = false;
    no_errors.since = *parse_timestamp("2026-01-02T03:04:02Z");
    no_errors.until = *parse_timestamp("2026-01-02T03:04:03Z");
    EXPECT_EQ(co_await text_of(file, no_errors), "02\n03\n");
    log_options only_errors;
    only_errors.out = false;
    EXPECT_EQ(co_await text_of(file, only_errors), "err\n");
}

CO_TEST(log_reader, gives_the_last_lines_however_many_there_are) {
    log_file file;
    std::string expected;
    for (int i = 0; i < 5'000; ++i) file.add("line " + std::to_string(i) + R"(\n)");
    for (std::size_t tail : {0U, 1U, 2U, 1000U, 4999U, 5000U, 6000U}) {
        log_options options;
        options.tail = tail;
        std::string wanted;
        for (std::size_t i = 5'000 - std::min<std::size_t>(tail, 5'000); i < 5'000; ++i) wanted += "line " + std::to_string(i) + "\n";
        EXPECT_EQ(co_await text_of(file, options), wanted) << tail;
    }
}

CO_TEST(log_reader, counts_a_line_in_pieces_as_one_and_marks_what_goes_on) {
    log_file file;
    file.add(R"(first\n)");
    file.add("be");
    file.add("gin");
    file.add(R"( end\n)");
    log_options options;
    options.tail = 1;
    EXPECT_EQ(co_await text_of(file, options), "begin end\n");
    CO_REQUIRE(log, engine::open_log(co_await asio::this_coro::executor, file.path(), options));
    CO_REQUIRE(entries, co_await log->read());
    CO_ASSERT_TRUE(entries.size() == 3);
    EXPECT_FALSE(entries[0].continued);
    EXPECT_TRUE(entries[1].continued);
    EXPECT_TRUE(entries[2].continued);
}

CO_TEST(log_reader, of_a_file_that_does_not_exist_is_empty) {
    log_file file;
    EXPECT_EQ(co_await text_of(file), "");
}

CO_TEST(log_reader, skips_a_last_entry_that_was_cut_at_any_byte) {
    log_file whole;
    whole.add(R"(one\n)");
    std::string const second = R"({"log":"two\n","stream":"stdout","time":"2026-01-02T03:04:05Z"})";
    for (std::size_t size = 0; size < second.size(); ++size) {
        log_file cut;
        cut.add(R"(one\n)");
        cut.raw(second.substr(0, size));
        EXPECT_EQ(co_await text_of(cut), "one\n") << size;
        log_options options;
        options.tail = 10;
        EXPECT_EQ(co_await text_of(cut, options), "one\n") << size;
    }
}

CO_TEST(log_reader, refuses_entries_that_are_none) {
    for (auto const* bad : {"garbage", "{}", "[]", R"({"log":1})", R"({"log":"a\x","stream":"stdout","time":"2026-01-02T03:04:05Z"})",
                            R"({"log":"a","stream":"stdout","time":"yesterday"})"}) {
        log_file file;
        file.raw(std::string(bad) + "\n");
        log_options const options;
        CO_REQUIRE(log, engine::open_log(co_await asio::this_coro::executor, file.path(), options));
        auto const read = co_await log->read();
        EXPECT_FALSE(read.has_value()) << bad;
    }
}

CO_TEST(log_reader, takes_entries_with_attributes_and_other_orders) {
    log_file file;
    file.raw(R"({"stream":"stderr","log":"a\n","attrs":{"tag":"x"},"time":"2026-01-02T03:04:05+01:00"})" "\n");
    EXPECT_EQ(co_await text_of(file), "a\n");
}

CO_TEST(log_reader, reads_lines_as_long_as_they_are) {
    log_file file;
    std::string const text(1 << 20, 'x');
    file.add(text + R"(\n)");
    file.add(R"(y\n)");
    EXPECT_EQ(co_await text_of(file), text + "\ny\n");
}

awaitable<void> follow(std::unique_ptr<engine::log_reader>& log, std::string& into) { into = co_await test::read_log(*log); }

CO_TEST(log_reader, follows_until_the_end_is_reached_and_everything_read) {
    log_file file;
    file.add(R"(before\n)");
    auto const executor = co_await asio::this_coro::executor;
    auto const end = std::make_shared<engine::log_end>();
    log_options options;
    options.follow = true;
    CO_REQUIRE(log, engine::open_log(executor, file.path(), options, end));
    std::string text;
    async::task_group followers(executor);
    followers.spawn(follow(log, text));
    co_await async::sleep(std::chrono::milliseconds(1));
    file.add(R"(while\n)");
    co_await async::sleep(std::chrono::milliseconds(1));
    EXPECT_EQ(followers.size(), 1U);
    file.add(R"(last\n)");
    end->reach();
    co_await followers.join();
    EXPECT_EQ(text, "before\nwhile\nlast\n");
}

CO_TEST(log_reader, that_follows_can_be_cancelled) {
    log_file file;
    file.raw("");
    auto const executor = co_await asio::this_coro::executor;
    auto const end = std::make_shared<engine::log_end>();
    log_options options;
    options.follow = true;
    CO_REQUIRE(log, engine::open_log(executor, file.path(), options, end));
    std::string text;
    async::task_group followers(executor);
    followers.spawn(follow(log, text));
    co_await async::sleep(std::chrono::milliseconds(1));
    followers.cancel();
    co_await followers.join();
    EXPECT_EQ(text, "");
}

} // namespace
