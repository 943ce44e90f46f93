// retry TIMES COMMAND...   Runs a command until it succeeds, at most TIMES times, and waits longer after each failure.
//
//   retry 5 curl -fsS https://registry.example/v2/
#include <mocker/script.hpp>

#include <algorithm>
#include <iostream>

using namespace mocker;
using namespace std::chrono_literals;

awaitable<int> retry(std::vector<std::string> args) {
    if (args.size() < 2) script::fail("usage: retry TIMES COMMAND...");
    int const times = std::stoi(args[0]);
    std::vector<std::string> const rest(args.begin() + 2, args.end());

    auto pause = 100ms;
    for (int attempt = 1;; ++attempt) {
        auto const status = co_await sh::cmd(args[1], rest).status();
        if (status.ok() || attempt >= times) co_return status.shell_status();
        std::cerr << "attempt " << attempt << " of " << times << ": " << status.describe() << "; again in " << pause.count() << " ms\n";
        co_await async::sleep(pause);
        pause = std::min(pause * 2, 10'000ms);
    }
}

int main(int argc, char** argv) { return script::run(retry(script::arguments(argc, argv))); }
