#include <mocker/engine/events.hpp>
#include <support/co_test.hpp>

namespace {

using namespace mocker;

engine::event named(std::string action) { return {"container", std::move(action), "id", {{"name", "web"}}, {}}; }

CO_TEST(events, reach_every_listener_in_order) {
    engine::event_bus bus(co_await asio::this_coro::executor);
    auto const first = bus.subscribe(), second = bus.subscribe();
    bus.emit(named("create"));
    bus.emit(named("start"));
    for (auto* listener : {first.get(), second.get()}) {
        CO_REQUIRE(created, co_await listener->next());
        CO_REQUIRE(started, co_await listener->next());
        EXPECT_EQ(created->action, "create");
        EXPECT_EQ(started->action, "start");
        EXPECT_EQ(started->attribute("name"), "web");
        EXPECT_NE(started->time, time_point{});
    }
}

CO_TEST(events, of_the_past_are_remembered_up_to_256) {
    engine::event_bus bus(co_await asio::this_coro::executor);
    for (int i = 0; i < 300; ++i) bus.emit(named(std::to_string(i)));
    CO_ASSERT_TRUE(bus.past().size() == 256);
    EXPECT_EQ(bus.past().front().action, "44");
    EXPECT_EQ(bus.past().back().action, "299");
}

CO_TEST(events, end_with_the_engine_after_what_was_sent_before) {
    engine::event_bus bus(co_await asio::this_coro::executor);
    auto const listener = bus.subscribe();
    bus.emit(named("die"));
    bus.close();
    CO_REQUIRE(last, co_await listener->next());
    EXPECT_EQ(last->action, "die");
    CO_REQUIRE(end, co_await listener->next());
    EXPECT_FALSE(end);
}

CO_TEST(events, are_not_kept_without_bound_for_a_reader_that_sleeps) {
    engine::event_bus bus(co_await asio::this_coro::executor);
    auto const listener = bus.subscribe();
    for (int i = 0; i < 20'000; ++i) bus.emit(named("start"));
    result<std::optional<engine::event>> last = std::optional<engine::event>();
    int read = 0;
    while ((last = co_await listener->next())) ++read;
    EXPECT_EQ(last.error().code(), errc::unavailable);
    EXPECT_EQ(read, 16'384);
}

} // namespace
