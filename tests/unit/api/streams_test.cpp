#include <mocker/api/detach_keys.hpp>
#include <mocker/api/multiplex.hpp>
#include <mocker/api/streams.hpp>
#include <mocker/async/channel.hpp>
#include <mocker/async/task_group.hpp>
#include <mocker/async/with_timeout.hpp>
#include <mocker/http/stream_pair.hpp>

#include <support/co_test.hpp>

using namespace mocker;
using namespace std::chrono_literals;

namespace {

/// A process that writes what its input is, as `cat` does, until its input ends.
class cat_session final : public engine::attach_session {
public:
    explicit cat_session(asio::any_io_executor executor, bool terminal = false) : echo_(std::move(executor), 16), terminal_(terminal) {}

    bool terminal() const noexcept override { return terminal_; }
    awaitable<result<std::optional<runtime::output>>> read() override {
        auto piece = co_await echo_.receive();
        if (!piece) co_return std::optional<runtime::output>();
        runtime::output out;
        out.from = runtime::output::stream::out;
        out.data = std::move(*piece);
        co_return std::optional<runtime::output>(std::move(out));
    }
    awaitable<result<>> write_stdin(std::string_view bytes) override {
        co_await echo_.send(std::string(bytes));
        co_return result<>{};
    }
    awaitable<result<>> close_stdin() override {
        echo_.close();
        co_return result<>{};
    }

private:
    async::channel<std::string> echo_;
    bool terminal_;
};

awaitable<std::string> read_to_end(http::any_stream& stream) {
    std::string all;
    char buffer[256];
    for (;;) {
        auto const size = co_await stream.read_some(asio::buffer(buffer));
        if (!size || *size == 0) co_return all;
        all.append(buffer, *size);
    }
}

awaitable<void> relay_then_flag(http::any_stream& client, engine::attach_session& session, bool& ended) {
    co_await api::relay(client, session, true, std::string());
    ended = true;
}

} // namespace

CO_TEST(relay, the_end_of_input_ends_only_the_input_and_all_output_still_arrives_framed) {
    auto const executor = co_await asio::this_coro::executor;
    auto [client, server] = http::make_stream_pair(executor);
    cat_session session(executor);
    bool ended = false;
    async::task_group tasks(executor);
    tasks.spawn(relay_then_flag(server, session, ended));
    CO_ASSERT_TRUE(co_await client.write(std::string_view("hello")));
    CO_ASSERT_TRUE(client.shutdown_send());
    auto const output = co_await read_to_end(client);
    EXPECT_EQ(output, std::string("\1\0\0\0\0\0\0\5hello", 13));
    co_await tasks.join();
    EXPECT_TRUE(ended);
}

CO_TEST(relay, a_terminal_is_not_framed_and_its_detach_keys_end_the_relay) {
    auto const executor = co_await asio::this_coro::executor;
    auto [client, server] = http::make_stream_pair(executor);
    cat_session session(executor, true);
    bool ended = false;
    async::task_group tasks(executor);
    tasks.spawn(relay_then_flag(server, session, ended));
    CO_ASSERT_TRUE(co_await client.write(std::string_view("ls\x10\x11")));
    EXPECT_EQ(co_await read_to_end(client), "ls");
    client.close();
    co_await tasks.join();
    EXPECT_TRUE(ended);
}

CO_TEST(relay, a_client_that_goes_away_ends_it) {
    auto const executor = co_await asio::this_coro::executor;
    auto [client, server] = http::make_stream_pair(executor);
    cat_session session(executor);
    bool ended = false;
    async::task_group tasks(executor);
    tasks.spawn(relay_then_flag(server, session, ended));
    co_await async::sleep(1ms);
    client.close();
    EXPECT_TRUE(co_await async::race(tasks.join(), 5s));
    EXPECT_TRUE(ended);
}

TEST(detach_keys, a_sequence_that_is_typed_in_pieces_is_found) {
    auto keys = api::detach_keys::parse("").value();
    std::string forward;
    EXPECT_FALSE(keys.filter("a\x10", forward));
    EXPECT_EQ(forward, "a") << "the first key is held back";
    EXPECT_TRUE(keys.filter("\x11", forward));
    EXPECT_EQ(forward, "a") << "the sequence itself is not forwarded";
}

TEST(detach_keys, keys_that_only_began_like_the_sequence_go_on_to_the_process) {
    auto keys = api::detach_keys::parse("ctrl-a,b").value();
    std::string forward;
    EXPECT_FALSE(keys.filter("\x01x\x01\x01", forward));
    EXPECT_EQ(forward, "\x01x\x01");
    EXPECT_TRUE(keys.filter("b", forward));
}

TEST(detach_keys, what_is_no_key_is_refused_by_name) {
    EXPECT_EQ(api::detach_keys::parse("ctrl-ä").error().message(), "Invalid detach keys (ctrl-ä) provided");
    for (auto const* text : {"ctrl-", "ctrl-pp", ",", "a,", "shift-a"}) EXPECT_FALSE(api::detach_keys::parse(text)) << text;
    EXPECT_TRUE(api::detach_keys::parse("ctrl-@,ctrl-_,z"));
}

TEST(multiplex, a_frame_is_its_stream_three_zeros_and_its_length) {
    std::string out;
    api::append_frame(out, 2, std::string(0x10203, 'x'));
    EXPECT_EQ(out.substr(0, 8), std::string("\2\0\0\0\0\1\2\3", 8));
    EXPECT_EQ(out.size(), 8u + 0x10203);
}
