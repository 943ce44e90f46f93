/// @file Containers as they are: started on the real kernel, looked at from the inside.
#include "container_fixture.hpp"

namespace mocker {
namespace {

using testing::HasSubstr;
using testing::Not;

CONTAINER_TEST(container, runs_a_program_and_gives_its_output_and_status) {
    CO_REQUIRE(done, co_await machine.shell("echo to stdout; echo to stderr >&2; exit 7"));
    EXPECT_EQ(done.out, "to stdout\n");
    EXPECT_EQ(done.err, "to stderr\n");
    EXPECT_EQ(done.status.code, 7);
    EXPECT_EQ(done.status.signal, 0);
    EXPECT_FALSE(done.status.oom_killed);
    EXPECT_GT(done.status.finished_at, now() - std::chrono::minutes(1));
}

} // namespace
} // namespace mocker
