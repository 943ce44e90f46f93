// A container of its own for each test. As root, with the image in the environment variable IMAGE (`busybox` without it).
#include <mocker/engine.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <gtest/gtest.h>

#include <cstdlib>

namespace me = mocker::engine;

/// Starts a container before a test and removes it after, however the test ends.
class container_test : public testing::Test {
protected:
    void SetUp() override {
        me::engine_options options;
        options.data_root = "/var/lib/mocker-embed";
        options.exec_root = "/run/mocker-embed";
        engine_ = await(me::engine::open(context_.get_executor(), options));
        me::run_options wanted;
        wanted.image = std::getenv("IMAGE") ? std::getenv("IMAGE") : "busybox";
        wanted.command = {"sleep", "1000"};
        wanted.network = "none";
        id_ = await(me::run_detached(*engine_, wanted));
    }

    void TearDown() override {
        if (engine_ && !id_.empty()) await(engine_->remove(id_, true, true));
        if (engine_) await_void(engine_->shutdown());
    }

    /// Runs a command in the container of this test.
    me::run_outcome exec(std::vector<std::string> command) { return await(me::exec(*engine_, id_, std::move(command))); }

private:
    template <class T>
    T await(mocker::awaitable<mocker::result<T>> operation) {
        auto done = boost::asio::co_spawn(context_, std::move(operation), boost::asio::use_future);
        context_.restart();
        while (done.wait_for(std::chrono::seconds(0)) != std::future_status::ready) context_.run_one();
        auto result = done.get();
        if (!result) throw std::runtime_error(result.error().message());
        if constexpr (!std::is_void_v<T>) return std::move(*result);
    }

    void await_void(mocker::awaitable<> operation) {
        auto done = boost::asio::co_spawn(context_, std::move(operation), boost::asio::use_future);
        context_.restart();
        while (done.wait_for(std::chrono::seconds(0)) != std::future_status::ready) context_.run_one();
    }

    boost::asio::io_context context_{1};
    std::unique_ptr<me::engine> engine_;
    std::string id_;
};

TEST_F(container_test, keeps_what_is_written_in_it) {
    EXPECT_EQ(exec({"sh", "-c", "echo hello > /greeting"}).exit_code, 0);
    EXPECT_EQ(exec({"cat", "/greeting"}).output, "hello\n");
}

TEST_F(container_test, starts_from_the_image_each_time) { EXPECT_NE(exec({"cat", "/greeting"}).exit_code, 0); }
