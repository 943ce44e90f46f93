#include "engine_fixture.hpp"

#include <mocker/async/task_group.hpp>

namespace {

using namespace mocker;

engine::attach_options everything() {
    engine::attach_options wanted;
    wanted.in = wanted.out = wanted.err = true;
    return wanted;
}

CO_TEST(attach, before_the_start_misses_nothing_of_a_container_that_ends_at_once) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    CO_REQUIRE(made, co_await e->create("web", world.request("echo", "hello")));
    CO_REQUIRE(session, co_await e->attach("web", everything()));
    EXPECT_TRUE((co_await e->start("web")).has_value());
    EXPECT_EQ(co_await test::read_all(*session), "hello\n");
    co_await e->shutdown();
}

CO_TEST(attach, carries_input_until_its_end) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    auto request = world.request("cat");
    request.config.open_stdin = request.config.stdin_once = true;
    CO_REQUIRE(made, co_await e->create("web", std::move(request)));
    CO_REQUIRE(session, co_await e->attach("web", everything()));
    EXPECT_TRUE((co_await e->start("web")).has_value());
    EXPECT_TRUE((co_await session->write_stdin("one ")).has_value());
    EXPECT_TRUE((co_await session->write_stdin("two")).has_value());
    EXPECT_TRUE((co_await session->close_stdin()).has_value());
    EXPECT_EQ(co_await test::read_all(*session), "one two");
    co_await e->shutdown();
}

CO_TEST(attach, leaves_input_open_for_the_next_client_without_stdin_once) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    auto request = world.request("cat");
    request.config.open_stdin = true;
    CO_REQUIRE(made, co_await e->create("web", std::move(request)));
    EXPECT_TRUE((co_await e->start("web")).has_value());
    {
        CO_REQUIRE(first, co_await e->attach("web", everything()));
        EXPECT_TRUE((co_await first->close_stdin()).has_value());
    }
    CO_REQUIRE(second, co_await e->attach("web", everything()));
    EXPECT_TRUE((co_await second->write_stdin("still here")).has_value());
    CO_REQUIRE(piece, co_await second->read());
    EXPECT_EQ(piece->data, "still here");
    co_await e->shutdown();
}

CO_TEST(attach, ends_input_when_the_client_of_a_stdin_once_container_goes) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    auto request = world.request("cat");
    request.config.open_stdin = request.config.stdin_once = true;
    CO_REQUIRE(made, co_await e->create("web", std::move(request)));
    CO_REQUIRE(end, e->register_wait("web", engine::wait_condition::next_exit));
    CO_REQUIRE(session, co_await e->attach("web", everything()));
    EXPECT_TRUE((co_await e->start("web")).has_value());
    session.reset();
    CO_REQUIRE(how, co_await end.get());
    EXPECT_EQ(how.status_code, 0);
    co_await e->shutdown();
}

CO_TEST(attach, gives_the_log_first_when_asked) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    CO_REQUIRE(made, co_await e->create("web", world.request("echo", "logged")));
    EXPECT_TRUE((co_await e->start("web")).has_value());
    auto wanted = everything();
    wanted.logs = true;
    wanted.stream = false;
    CO_REQUIRE(session, co_await e->attach("web", wanted));
    EXPECT_EQ(co_await test::read_all(*session), "logged\n");
    co_await e->shutdown();
}

CO_TEST(attach, to_a_container_that_never_starts_ends_with_it) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    auto request = world.request("true");
    request.config.open_stdin = true;
    CO_REQUIRE(made, co_await e->create("web", std::move(request)));
    CO_REQUIRE(session, co_await e->attach("web", everything()));
    EXPECT_TRUE((co_await e->remove("web", false, false)).has_value());
    EXPECT_EQ(co_await test::read_all(*session), "");
    EXPECT_EQ((co_await session->write_stdin("x")).error().code(), errc::conflict);
    co_await e->shutdown();
}

CO_TEST(logs, follow_a_container_to_its_end) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    CO_REQUIRE(made, co_await e->create("web", world.request("sleep")));
    EXPECT_TRUE((co_await e->start("web")).has_value());
    engine::log_options options;
    options.follow = true;
    CO_REQUIRE(log, e->logs("web", options));
    auto const process = world.kernel().processes[(*e->find("web"))->state_directory];
    process->write(runtime::output::stream::err, "bye\n");
    process->end(0, 0);
    EXPECT_EQ(co_await test::read_log(*log), "bye\n");
    CO_REQUIRE(again, e->logs("web", options)); // it is down: this ends as well
    EXPECT_EQ(co_await test::read_log(*again), "bye\n");
    co_await e->shutdown();
}

CO_TEST(logs, are_refused_where_there_are_none) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    auto request = world.request("true");
    request.host_config.log_config.type = "none";
    CO_REQUIRE(made, co_await e->create("web", std::move(request)));
    engine::log_options options;
    EXPECT_EQ(e->logs("web", options).error().message(), "configured logging driver does not support reading");
    options.out = options.err = false;
    EXPECT_EQ(e->logs("web", options).error().message(), "Bad parameters: you must choose at least one stream");
    co_await e->shutdown();
}

template <class... Words>
types::exec_config exec_of(Words... words) {
    types::exec_config config;
    config.cmd.emplace();
    (config.cmd->emplace_back(words), ...);
    config.attach_stdin = config.attach_stdout = config.attach_stderr = true;
    return config;
}

CO_TEST(exec, runs_once_in_a_running_container_and_is_remembered) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    CO_REQUIRE(made, co_await e->create("web", world.request("sleep")));
    EXPECT_EQ(e->create_exec("web", exec_of("echo", "x")).error().message(), "container " + made.id + " is not running");
    EXPECT_TRUE((co_await e->start("web")).has_value());
    CO_REQUIRE(id, e->create_exec("web", exec_of("echo", "hi")));
    CO_REQUIRE(info, e->find_exec(id));
    EXPECT_FALSE(info->running);
    EXPECT_FALSE(info->exit_code);
    engine::exec_start_options const options;
    CO_REQUIRE(session, co_await e->start_exec(id, options));
    EXPECT_EQ(co_await test::read_all(*session), "hi\n");
    EXPECT_EQ(info->exit_code, 0); // known before the stream ends
    EXPECT_EQ((co_await e->start_exec(id, options)).error().message(), "exec command " + id + " has already run");
    EXPECT_EQ((co_await e->start_exec("nope", options)).error().message(), "No such exec instance: nope");
    CO_ASSERT_TRUE(world.kernel().executed.size() == 1);
    EXPECT_EQ(world.kernel().executed[0].container_pid, (*e->find("web"))->pid);
    EXPECT_TRUE(world.kernel().executed[0].seccomp);
    co_await e->shutdown();
}

CO_TEST(exec, that_cannot_be_executed_has_the_status_of_a_shell) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    CO_REQUIRE(made, co_await e->create("web", world.request("sleep")));
    EXPECT_TRUE((co_await e->start("web")).has_value());
    engine::exec_start_options const options;
    CO_REQUIRE(id, e->create_exec("web", exec_of("missing")));
    EXPECT_EQ((co_await e->start_exec(id, options)).error().code(), errc::command_not_found);
    EXPECT_EQ((*e->find_exec(id))->exit_code, 127);
    EXPECT_EQ(e->create_exec("web", exec_of()).error().message(), "No exec command specified");
    co_await e->shutdown();
}

CO_TEST(exec, detached_has_no_session_and_can_be_resized) {
    test::engine_world world;
    CO_REQUIRE(e, co_await world.open());
    CO_REQUIRE(made, co_await e->create("web", world.request("sleep")));
    EXPECT_TRUE((co_await e->start("web")).has_value());
    CO_REQUIRE(id, e->create_exec("web", exec_of("sleep")));
    EXPECT_EQ((co_await e->resize_exec(id, 10, 20)).error().message(), "exec process is not started");
    engine::exec_start_options options;
    options.detach = true;
    CO_REQUIRE(session, co_await e->start_exec(id, options));
    EXPECT_EQ(session, nullptr);
    EXPECT_EQ(e->exec_ids(made.id), std::vector<std::string>{id});
    EXPECT_TRUE((co_await e->resize_exec(id, 10, 20)).has_value());
    EXPECT_TRUE((co_await e->resize("web", 5, 6)).has_value());
    co_await e->shutdown();
}

} // namespace
