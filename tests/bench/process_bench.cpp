// Starting programs: clone to exec, a whole run with its output, and the rate of the pipes between.
#include <mocker/process/runner.hpp>
#include <mocker/process/spawn.hpp>

#include <benchmark/benchmark.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

using namespace mocker;

namespace {

void clone_to_exec(benchmark::State& state) {
    std::vector<char> const ballast(static_cast<std::size_t>(state.range(0)) << 20, 1); // a big parent must cost nothing
    process::spawn_request request;
    request.argv = {"/bin/true"};
    for (auto _ : state) {
        auto const begun = process::spawn(request);
        if (!begun) return state.SkipWithError(begun.error().message().c_str());
        state.PauseTiming();
        ::waitpid(begun->pid, nullptr, 0);
        state.ResumeTiming();
    }
    benchmark::DoNotOptimize(ballast.data());
}
BENCHMARK(clone_to_exec)->ArgName("parent_MiB")->Arg(0)->Arg(512)->Unit(benchmark::kMicrosecond);

void posix_spawn_for_comparison(benchmark::State& state) {
    char name[] = "/bin/true";
    char* const argv[] = {name, nullptr};
    for (auto _ : state) {
        pid_t pid = -1;
        if (::posix_spawn(&pid, name, nullptr, nullptr, argv, ::environ) != 0) return state.SkipWithError("posix_spawn failed");
        state.PauseTiming();
        ::waitpid(pid, nullptr, 0);
        state.ResumeTiming();
    }
}
BENCHMARK(posix_spawn_for_comparison)->Unit(benchmark::kMicrosecond);

awaitable<void> run_once(process::runner& runner, process::command cmd, std::string& failure) {
    auto const done = co_await runner.run(std::move(cmd));
    if (!done) failure = done.error().message();
    else if (!done->ok()) failure = done->status.describe();
}

void run(benchmark::State& state, process::command const& cmd) {
    asio::io_context context(1);
    auto const runner = process::make_runner(context.get_executor());
    std::string failure;
    for (auto _ : state) {
        asio::co_spawn(context, run_once(*runner, cmd, failure), asio::detached);
        context.run();
        context.restart();
        if (!failure.empty()) return state.SkipWithError(failure.c_str());
    }
}

void run_true(benchmark::State& state) { run(state, process::command("/bin/true")); }
BENCHMARK(run_true)->Unit(benchmark::kMicrosecond);

void capture_64_MiB(benchmark::State& state) {
    run(state, process::command("head", "-c", "67108864", "/dev/zero"));
    state.SetBytesProcessed(state.iterations() << 26);
}
BENCHMARK(capture_64_MiB)->Unit(benchmark::kMillisecond);

} // namespace
