#include "engine_fixture.hpp"

#include <mocker/async/task_group.hpp>

#include <filesystem>

namespace {

using namespace mocker;
using engine::status;
using engine::wait_condition;

std::string directory_of(test::engine_world& world, std::string const& id) { return world.data_root() + "/containers/" + id; }

CO_TEST(container, is_created_started_and_ends_with_its_own_status) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    CO_REQUIRE(made, co_await e->create("web", world.request("exit", "7")));
    CO_REQUIRE(c, e->find("web"));
    EXPECT_EQ(c->state, status::created);
    EXPECT_EQ(c->id, made.id);
    EXPECT_EQ(c->config.hostname, made.id.substr(0, 12));
    CO_REQUIRE(end, e->register_wait("web", wait_condition::next_exit));
    auto const started = co_await e->start("web");
    EXPECT_TRUE(started.has_value());
    CO_REQUIRE(how, co_await end.get());
    EXPECT_EQ(how.status_code, 7);
    EXPECT_EQ(c->state, status::exited);
    EXPECT_TRUE(c->finished_at);
    CO_ASSERT_TRUE(world.kernel().launched.size() == 1);
    auto const& launched = world.kernel().launched[0];
    EXPECT_EQ(launched.cgroup_path, "/mocker/" + made.id);
    EXPECT_EQ(launched.root.lower, std::vector<std::string>{world.root() + "/layer"});
    EXPECT_TRUE(std::filesystem::exists(launched.root.upper));
    EXPECT_TRUE(std::filesystem::exists(c->hosts_path()));
    co_await e->shutdown();
}

CO_TEST(container, is_found_by_id_name_and_beginning_of_the_id) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    CO_REQUIRE(made, co_await e->create("web", world.request("true")));
    for (auto const& ref : {made.id, std::string("web"), std::string("/web"), made.id.substr(0, 5)}) EXPECT_TRUE(e->find(ref)) << ref;
    auto const missing = e->find("nobody");
    CO_ASSERT_TRUE(!missing);
    EXPECT_EQ(missing.error().message(), "No such container: nobody");
    EXPECT_EQ(missing.error().code(), errc::not_found);
    for (int i = 0; i < 16; ++i) {
        CO_REQUIRE(more, co_await e->create("", world.request("true")));
    }
    auto const first = made.id.substr(0, 1);
    int same = 0;
    for (auto const& c : e->list()) same += c->id.starts_with(first);
    if (same > 1) {
        EXPECT_EQ(e->find(first).error().message(), "multiple IDs found with provided prefix: " + first);
    }
    co_await e->shutdown();
}

CO_TEST(container, needs_an_image_and_a_name_of_its_own) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    auto request = world.request("true");
    request.config.image = "nothing:latest";
    auto const no_image = co_await e->create("", request);
    EXPECT_EQ(no_image.error().message(), "No such image: nothing:latest");
    CO_REQUIRE(made, co_await e->create("web", world.request("true")));
    auto const taken = co_await e->create("/web", world.request("true"));
    CO_ASSERT_TRUE(!taken);
    EXPECT_EQ(taken.error().code(), errc::conflict);
    EXPECT_EQ(taken.error().message(), "Conflict. The container name \"/web\" is already in use by container \"" + made.id +
                                           "\". You have to remove (or rename) that container to be able to reuse that name.");
    auto const bad = co_await e->create("-", world.request("true"));
    EXPECT_EQ(bad.error().code(), errc::malformed);
    EXPECT_EQ(e->list().size(), 1U);
    co_await e->shutdown();
}

CO_TEST(container, that_cannot_be_executed_says_why_and_leaves_nothing_running) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    CO_REQUIRE(made, co_await e->create("web", world.request("missing")));
    auto const started = co_await e->start("web");
    CO_ASSERT_TRUE(!started);
    EXPECT_EQ(started.error().code(), errc::command_not_found);
    CO_REQUIRE(c, e->find("web"));
    EXPECT_EQ(c->exit_code, 127);
    EXPECT_EQ(c->state, status::created);
    EXPECT_EQ(c->error, started.error().message());
    EXPECT_FALSE(std::filesystem::exists(c->state_directory));
    CO_REQUIRE(other, co_await e->create("dir", world.request("directory")));
    EXPECT_EQ((co_await e->start("dir")).error().code(), errc::command_not_executable);
    EXPECT_EQ((*e->find("dir"))->exit_code, 126);
    co_await e->shutdown();
}

CO_TEST(container, of_a_network_that_does_not_exist_is_made_and_does_not_start) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    auto request = world.request("true");
    request.host_config.network_mode = "mine";
    CO_REQUIRE(made, co_await e->create("web", std::move(request)));
    auto const started = co_await e->start("web");
    CO_ASSERT_TRUE(!started);
    EXPECT_EQ(started.error().code(), errc::not_found);
    EXPECT_EQ(started.error().message(), "failed to set up container networking: network mine not found");
    co_await e->shutdown();
}

CO_TEST(container, with_auto_remove_goes_by_itself_and_its_waiters_get_the_real_status) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    auto request = world.request("false");
    request.host_config.auto_remove = true;
    CO_REQUIRE(made, co_await e->create("web", std::move(request)));
    CO_REQUIRE(gone, e->register_wait("web", wait_condition::removed));
    auto const started = co_await e->start("web");
    EXPECT_TRUE(started.has_value());
    CO_REQUIRE(how, co_await gone.get());
    EXPECT_EQ(how.status_code, 1);
    EXPECT_FALSE(e->find("web"));
    EXPECT_FALSE(std::filesystem::exists(directory_of(world, made.id)));
    EXPECT_FALSE(std::filesystem::exists(world.exec_root() + "/containers/" + made.id));
    EXPECT_EQ(world.kernel().cleaned, std::vector<std::string>{made.id});
    CO_REQUIRE(again, co_await e->create("web", world.request("true")));
    co_await e->shutdown();
}

CO_TEST(container, is_stopped_with_its_signal_and_killed_after_its_grace) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    auto request = world.request("sleep");
    request.config.stop_signal = "SIGINT";
    CO_REQUIRE(kind, co_await e->create("kind", std::move(request)));
    CO_REQUIRE(deaf, co_await e->create("deaf", world.request("deaf")));
    EXPECT_TRUE((co_await e->start("kind")).has_value());
    EXPECT_TRUE((co_await e->start("deaf")).has_value());
    EXPECT_EQ((co_await e->start("kind")).error().code(), errc::not_modified);
    EXPECT_TRUE((co_await e->stop("kind", std::nullopt, std::nullopt)).has_value());
    EXPECT_EQ((*e->find("kind"))->exit_code, 130);
    EXPECT_EQ((co_await e->stop("kind", std::nullopt, std::nullopt)).error().code(), errc::not_modified);
    auto const process = world.kernel().processes[(*e->find("deaf"))->state_directory];
    EXPECT_TRUE((co_await e->stop("deaf", std::string("TERM"), 0)).has_value());
    EXPECT_EQ((*e->find("deaf"))->exit_code, 137);
    EXPECT_EQ(process->signals(), (std::vector<int>{SIGTERM, SIGKILL}));
    co_await e->shutdown();
}

CO_TEST(container, is_killed_while_somebody_waits_for_ever_for_its_stop) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    CO_REQUIRE(made, co_await e->create("deaf", world.request("deaf")));
    EXPECT_TRUE((co_await e->start("deaf")).has_value());
    async::task_group stops(co_await asio::this_coro::executor);
    auto const stop = [&]() -> awaitable<void> { static_cast<void>(co_await e->stop("deaf", std::nullopt, -1)); };
    stops.spawn(stop());
    co_await async::sleep(std::chrono::milliseconds(1));
    EXPECT_TRUE((co_await e->kill("deaf", "")).has_value());
    co_await stops.join();
    EXPECT_EQ((*e->find("deaf"))->exit_code, 137);
    auto const again = co_await e->kill("deaf", "9");
    EXPECT_EQ(again.error().code(), errc::conflict);
    EXPECT_EQ(again.error().message(), "cannot kill container: deaf: container " + made.id + " is not running");
    EXPECT_EQ((co_await e->kill("nobody", "9")).error().message(), "cannot kill container: nobody: No such container: nobody");
    EXPECT_EQ((co_await e->kill("deaf", "NOPE")).error().message(), "cannot kill container: deaf: invalid signal: NOPE");
    co_await e->shutdown();
}

CO_TEST(container, that_runs_is_removed_only_by_force) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    CO_REQUIRE(made, co_await e->create("web", world.request("deaf")));
    EXPECT_TRUE((co_await e->start("web")).has_value());
    auto const refused = co_await e->remove("web", false, false);
    CO_ASSERT_TRUE(!refused);
    EXPECT_EQ(refused.error().code(), errc::conflict);
    EXPECT_EQ(refused.error().message(), "cannot remove container \"/web\": container is running: stop the container before removing or force remove");
    CO_REQUIRE(gone, e->register_wait("web", wait_condition::removed));
    EXPECT_TRUE((co_await e->remove("web", true, false)).has_value());
    CO_REQUIRE(how, co_await gone.get());
    EXPECT_EQ(how.status_code, 137);
    EXPECT_FALSE(e->find(made.id));
    EXPECT_FALSE(std::filesystem::exists(directory_of(world, made.id)));
    co_await e->shutdown();
}

CO_TEST(container, restarts_with_the_same_identity) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    auto request = world.request("sleep");
    request.host_config.auto_remove = true; // a restart is no end
    CO_REQUIRE(made, co_await e->create("web", std::move(request)));
    EXPECT_TRUE((co_await e->start("web")).has_value());
    auto const events = e->events().subscribe();
    EXPECT_TRUE((co_await e->restart("web", std::nullopt, 1)).has_value());
    CO_REQUIRE(c, e->find(made.id));
    EXPECT_EQ(c->state, status::running);
    for (auto const* action : {"kill", "die", "stop", "start", "restart"}) {
        CO_REQUIRE(next, co_await events->next());
        EXPECT_EQ(next->action, action);
    }
    EXPECT_TRUE((co_await e->remove("web", true, true)).has_value());
    co_await e->shutdown();
}

CO_TEST(container, is_started_again_by_its_policy_until_it_is_stopped) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    auto request = world.request("sleep");
    request.host_config.restart_policy.name = "on-failure";
    request.host_config.restart_policy.maximum_retry_count = 1;
    CO_REQUIRE(made, co_await e->create("web", std::move(request)));
    EXPECT_TRUE((co_await e->start("web")).has_value());
    CO_REQUIRE(c, e->find("web"));
    auto const fail = [&] { world.kernel().processes[c->state_directory]->end(3, 0); };
    fail();
    while (c->restart_count == 0 || c->state != status::running) co_await async::sleep(std::chrono::milliseconds(5));
    CO_REQUIRE(end, e->register_wait("web", wait_condition::next_exit));
    fail();
    CO_REQUIRE(how, co_await end.get());
    EXPECT_EQ(how.status_code, 3);
    EXPECT_EQ(c->state, status::exited); // once was enough
    co_await e->shutdown();
}

CO_TEST(container, makes_its_volumes_and_takes_the_anonymous_ones_with_it) {
    test::engine_world world;
    std::ofstream(world.root() + "/layer/data/from-image") << "hello";
    world.defaults.volumes = {"/data"};
    CO_REQUIRE(e, co_await world.open());
    auto request = world.request("true");
    request.host_config.binds = types::string_list{"named:/named"};
    CO_REQUIRE(made, co_await e->create("web", std::move(request)));
    CO_REQUIRE(c, e->find("web"));
    CO_ASSERT_TRUE(c->mounts.size() == 2);
    CO_ASSERT_TRUE(e->volumes().list().size() == 2);
    auto const& anonymous = c->mounts[0].anonymous ? c->mounts[0] : c->mounts[1];
    EXPECT_EQ(anonymous.name.size(), 64U);
    EXPECT_TRUE(std::filesystem::exists(anonymous.source + "/from-image"));
    EXPECT_TRUE((co_await e->remove("web", false, true)).has_value());
    CO_ASSERT_TRUE(e->volumes().list().size() == 1);
    EXPECT_EQ(e->volumes().list()[0].name, "named");
    co_await e->shutdown();
}

CO_TEST(container, tells_its_life_in_events) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    auto const events = e->events().subscribe();
    auto request = world.request("exit", "3");
    request.config.labels = types::string_map{{"team", "blue"}};
    request.host_config.auto_remove = true;
    CO_REQUIRE(made, co_await e->create("web", std::move(request)));
    EXPECT_TRUE((co_await e->start("web")).has_value());
    for (auto const* action : {"create", "start", "die", "destroy"}) {
        CO_REQUIRE(next, co_await events->next());
        EXPECT_EQ(next->action, action);
        EXPECT_EQ(next->actor_id, made.id);
        EXPECT_EQ(next->attribute("name"), "web");
        EXPECT_EQ(next->attribute("image"), "box");
        EXPECT_EQ(next->attribute("team"), "blue");
        EXPECT_EQ(next->attribute("exitCode").has_value(), std::string(action) == "die");
    }
    co_await e->shutdown();
}

awaitable<void> run_one(engine::engine& e, types::container_create_request request, int& right) {
    auto const made = co_await e.create("", std::move(request));
    EXPECT_TRUE(made.has_value());
    auto end = e.register_wait(made->id, wait_condition::removed);
    EXPECT_TRUE((co_await e.start(made->id)).has_value());
    auto const how = co_await end->get();
    right += how && how->status_code == 5;
}

CO_TEST(containers, by_the_hundred_run_at_the_same_time) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    async::task_group all(co_await asio::this_coro::executor);
    int right = 0;
    for (int i = 0; i < 200; ++i) {
        auto request = world.request("exit", "5");
        request.host_config.auto_remove = true;
        all.spawn(run_one(*e, std::move(request), right));
    }
    co_await all.join();
    EXPECT_EQ(right, 200);
    EXPECT_TRUE(e->list().empty());
    EXPECT_TRUE(std::filesystem::is_empty(world.data_root() + "/containers"));
    EXPECT_TRUE(std::filesystem::is_empty(world.exec_root() + "/containers"));
    co_await e->shutdown();
}

CO_TEST(wait, for_a_container_that_does_not_run_returns_at_once) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    CO_REQUIRE(made, co_await e->create("web", world.request("true")));
    CO_REQUIRE(now, e->register_wait("web", wait_condition::not_running));
    EXPECT_TRUE(now.ready());
    CO_REQUIRE(later, e->register_wait("web", wait_condition::next_exit));
    EXPECT_FALSE(later.ready());
    co_await e->shutdown();
    auto const ended = co_await later.get();
    EXPECT_EQ(ended.error().code(), errc::unavailable);
}

CO_TEST(start, goes_on_when_whoever_asked_for_it_goes_away) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    CO_REQUIRE(made, co_await e->create("web", world.request("sleep")));
    async::task_group clients(co_await asio::this_coro::executor);
    auto const client = [&]() -> awaitable<void> { static_cast<void>(co_await e->start("web")); };
    clients.spawn(client());
    clients.cancel();
    co_await clients.join();
    CO_REQUIRE(c, e->find("web"));
    while (c->state != status::running) co_await async::sleep(std::chrono::milliseconds(1));
    co_await e->shutdown();
}

} // namespace
