#include "engine_fixture.hpp"

#include <filesystem>

namespace {

using namespace mocker;
using engine::status;
using engine::step;

/// What a killed engine left: rows in whatever state, with or without a process.
class wreck {
public:
    explicit wreck(test::engine_world& world) : world_(world) {
        std::filesystem::create_directories(world.data_root() + "/containers");
        std::filesystem::create_directories(world.exec_root() + "/containers");
        table_ = std::make_unique<engine::container_table>(std::move(*engine::container_table::open(world.data_root() + "/engine.db")));
    }

    std::string add(std::string name, status state, step doing, std::function<void(engine::container&)> const& change = {}) {
        engine::container c;
        c.id = std::string(63, 'c') + std::to_string(++count_);
        c.name = std::move(name);
        c.created = now();
        c.config.cmd = types::word_list{"sleep"};
        c.config.labels.emplace();
        c.host_config.network_mode = "none";
        c.layers = {world_.root() + "/layer"};
        c.state = state;
        c.doing = doing;
        if (state == status::running) c.started_at = now();
        if (change) change(c);
        EXPECT_TRUE(table_->insert(c));
        std::filesystem::create_directories(world_.data_root() + "/containers/" + c.id + "/upper");
        return c.id;
    }

    /// The process of @p id, which outlived the engine.
    std::shared_ptr<test::fake_process> process(asio::any_io_executor executor, std::string const& id) {
        auto const directory = world_.exec_root() + "/containers/" + id;
        std::filesystem::create_directories(directory);
        auto const made = std::make_shared<test::fake_process>(executor, std::vector<std::string>{"sleep"}, "", 4242);
        world_.kernel().processes[directory] = made;
        return made;
    }

    void close() { table_.reset(); }

private:
    test::engine_world& world_;
    std::unique_ptr<engine::container_table> table_;
    int count_ = 0;
};

CO_TEST(recovery, takes_over_what_runs) {
    test::engine_world world;
    wreck left(world);
    auto const id = left.add("web", status::running, step::none);
    auto const process = left.process(co_await asio::this_coro::executor, id);
    left.close();
    CO_REQUIRE(e, co_await world.open());
    CO_REQUIRE(c, e->find("web"));
    EXPECT_EQ(c->state, status::running);
    EXPECT_EQ(c->pid, 4242);
    CO_REQUIRE(end, e->register_wait("web", engine::wait_condition::next_exit));
    process->end(9, 0);
    CO_REQUIRE(how, co_await end.get());
    EXPECT_EQ(how.status_code, 9);
    co_await e->shutdown();
}

CO_TEST(recovery, records_an_exit_that_nobody_saw_with_its_own_status) {
    test::engine_world world;
    wreck left(world);
    auto const id = left.add("web", status::running, step::none);
    left.process(co_await asio::this_coro::executor, id)->end(42, 0);
    left.close();
    CO_REQUIRE(e, co_await world.open());
    CO_REQUIRE(end, e->register_wait("web", engine::wait_condition::not_running));
    CO_REQUIRE(how, co_await end.get());
    EXPECT_EQ(how.status_code, 42);
    EXPECT_EQ((*e->find("web"))->state, status::exited);
    co_await e->shutdown();
}

CO_TEST(recovery, after_a_reboot_finds_containers_exited) {
    test::engine_world world;
    wreck left(world);
    left.add("web", status::running, step::none);
    left.close();
    CO_REQUIRE(e, co_await world.open());
    CO_REQUIRE(c, e->find("web"));
    EXPECT_EQ(c->state, status::exited);
    EXPECT_EQ(c->exit_code, 255);
    co_await e->shutdown();
}

CO_TEST(recovery, undoes_a_creation_and_finishes_a_removal) {
    test::engine_world world;
    wreck left(world);
    auto const half = left.add("half", status::created, step::creating);
    auto const going = left.add("going", status::removing, step::removing);
    auto const kept = left.add("kept", status::created, step::none);
    left.close();
    CO_REQUIRE(e, co_await world.open());
    EXPECT_FALSE(e->find(half));
    EXPECT_FALSE(e->find(going));
    EXPECT_TRUE(e->find(kept));
    EXPECT_FALSE(std::filesystem::exists(world.data_root() + "/containers/" + half));
    EXPECT_FALSE(std::filesystem::exists(world.data_root() + "/containers/" + going));
    CO_REQUIRE(again, co_await e->create("half", world.request("true")));
    co_await e->shutdown();
}

CO_TEST(recovery, of_a_start_goes_on_if_the_process_is_there_and_else_forgets_it) {
    test::engine_world world;
    wreck left(world);
    auto const there = left.add("there", status::created, step::starting);
    left.add("not", status::created, step::starting);
    left.add("again", status::exited, step::starting, [](auto& c) { c.exit_code = 3; });
    left.process(co_await asio::this_coro::executor, there);
    left.close();
    CO_REQUIRE(e, co_await world.open());
    EXPECT_EQ((*e->find("there"))->state, status::running);
    EXPECT_TRUE((*e->find("there"))->started_at);
    EXPECT_EQ((*e->find("not"))->state, status::created);
    EXPECT_EQ((*e->find("again"))->state, status::exited);
    EXPECT_EQ((*e->find("again"))->exit_code, 3);
    co_await e->shutdown();
}

CO_TEST(recovery, completes_an_automatic_removal) {
    test::engine_world world;
    wreck left(world);
    left.add("over", status::exited, step::none, [](auto& c) { c.host_config.auto_remove = true; });
    auto const ended = left.add("ended", status::running, step::none, [](auto& c) { c.host_config.auto_remove = true; });
    left.process(co_await asio::this_coro::executor, ended)->end(0, 0);
    left.close();
    CO_REQUIRE(e, co_await world.open());
    EXPECT_FALSE(e->find("over"));
    if (e->find("ended")) {
        CO_REQUIRE(gone, e->register_wait("ended", engine::wait_condition::removed));
        CO_REQUIRE(how, co_await gone.get());
        EXPECT_EQ(how.status_code, 0);
    }
    EXPECT_FALSE(e->find("ended"));
    co_await e->shutdown();
}

CO_TEST(recovery, takes_away_what_no_row_stands_for) {
    test::engine_world world;
    wreck left(world);
    left.close();
    std::filesystem::create_directories(world.data_root() + "/containers/stranger/upper");
    std::filesystem::create_directories(world.exec_root() + "/containers/ghost");
    CO_REQUIRE(e, co_await world.open());
    EXPECT_TRUE(std::filesystem::is_empty(world.data_root() + "/containers"));
    EXPECT_TRUE(std::filesystem::is_empty(world.exec_root() + "/containers"));
    EXPECT_EQ(world.kernel().cleaned, std::vector<std::string>{"ghost"});
    co_await e->shutdown();
}

CO_TEST(recovery, starts_what_is_always_to_run) {
    test::engine_world world;
    wreck left(world);
    left.add("always", status::exited, step::none, [](auto& c) {
        c.host_config.restart_policy.name = "always";
        c.stopped_by_user = true;
    });
    left.add("stopped", status::exited, step::none, [](auto& c) {
        c.host_config.restart_policy.name = "unless-stopped";
        c.stopped_by_user = true;
    });
    left.close();
    CO_REQUIRE(e, co_await world.open());
    while ((*e->find("always"))->state != status::running) co_await async::sleep(std::chrono::milliseconds(5));
    EXPECT_EQ((*e->find("stopped"))->state, status::exited);
    co_await e->shutdown();
}

CO_TEST(recovery, keeps_everything_that_was_said_of_a_container) {
    test::engine_world world;
    std::string id;
    types::host_config sent;
    {
        CO_REQUIRE(e, co_await world.open());
        auto request = types::parse<types::container_create_request>(R"({"Image":"box","Cmd":["sleep"],"Env":["A=1"],"Labels":{"x":"y"},
            "HostConfig":{"NetworkMode":"none","Binds":["/tmp:/x:ro"],"CapAdd":[],"Memory":8000000,"Tmpfs":{"/t":"size=1m"}}})");
        CO_REQUIRE(made, co_await e->create("web", std::move(*request)));
        id = made.id;
        sent = (*e->find("web"))->host_config;
        co_await e->shutdown();
    }
    CO_REQUIRE(e, co_await world.open());
    CO_REQUIRE(c, e->find(id));
    EXPECT_EQ(types::to_text(c->host_config), types::to_text(sent));
    EXPECT_EQ(c->config.labels->at("x"), "y");
    CO_ASSERT_TRUE(c->mounts.size() == 2);
    EXPECT_EQ(c->image_name, "box");
    co_await e->shutdown();
}

CO_TEST(engine, is_the_only_one_in_its_directory) {
    test::engine_world world;
    CO_REQUIRE(first, co_await world.open());
    auto const second = co_await world.open();
    CO_ASSERT_TRUE(!second);
    EXPECT_EQ(second.error().code(), errc::unavailable);
    EXPECT_EQ(second.error().message(), world.data_root() + " is in use by another engine");
    co_await first->shutdown();
}

TEST(database, written_by_a_later_version_is_refused) {
    test::temporary_directory directory;
    auto const path = directory.path() + "/engine.db";
    {
        auto db = engine::database::open(path);
        ASSERT_TRUE(db);
        ASSERT_TRUE(db->execute("PRAGMA user_version=99"));
    }
    auto const opened = engine::container_table::open(path);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code(), errc::unsupported);
}

TEST(database, that_is_none_is_an_error_and_not_a_new_one) {
    test::temporary_directory directory;
    auto const path = directory.path() + "/engine.db";
    std::ofstream(path) << std::string(10'000, 'x');
    EXPECT_FALSE(engine::container_table::open(path));
    EXPECT_EQ(std::filesystem::file_size(path), 10'000U);
}

TEST(database, grows_a_log_that_a_checkpoint_takes_in) {
    test::temporary_directory directory;
    auto const path = directory.path() + "/engine.db";
    auto db = engine::database::open(path);
    ASSERT_TRUE(db);
    ASSERT_TRUE(db->execute("CREATE TABLE t(x TEXT)"));
    auto insert = db->prepare("INSERT INTO t VALUES(?)");
    ASSERT_TRUE(insert);
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(insert->bind(1, std::string_view("some text")).run());
    EXPECT_GE(db->log_pages(), 100);
    EXPECT_TRUE(engine::database::checkpoint(path));
    ASSERT_TRUE(insert->bind(1, std::string_view("after")).run());
    EXPECT_LT(db->log_pages(), 100);
    auto count = db->prepare("SELECT count(*) FROM t");
    ASSERT_TRUE(count);
    ASSERT_TRUE(*count->next());
    EXPECT_EQ(count->integer(0), 101);
}

} // namespace
