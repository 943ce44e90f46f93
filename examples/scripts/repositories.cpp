// repositories [DIRECTORY]   What is not committed and not pushed in the git repositories below a directory, all asked at once.
//
//   project            main       3 changed, 2 to push
//   notes              draft      clean
#include <mocker/script.hpp>

#include <algorithm>
#include <iomanip>
#include <iostream>

using namespace mocker;

struct repository {
    std::filesystem::path path;
    std::string branch, state;
};

awaitable<void> examine(repository& repo) {
    auto const git = [&repo](auto const&... arguments) { return sh::cmd("git", arguments...).directory(repo.path).quiet(); };
    repo.branch = co_await git("rev-parse", "--abbrev-ref", "HEAD").text();
    auto const changes = co_await git("status", "--porcelain").lines();
    if (!changes.empty()) repo.state = std::to_string(changes.size()) + " changed";

    auto const unpushed = co_await git("rev-list", "--count", "@{upstream}..HEAD").capture(); // fails where there is no upstream
    if (unpushed.ok() && unpushed.output != "0\n") {
        if (!repo.state.empty()) repo.state += ", ";
        repo.state += std::to_string(std::stoi(unpushed.output)) + " to push";
    }
    if (repo.state.empty()) repo.state = "clean";
}

awaitable<void> try_to_examine(repository& repo) {
    try {
        co_await examine(repo);
    } catch (sh::failure const& e) { // an empty repository, say: the others still count
        repo.state = e.what();
    }
}

awaitable<void> show_repositories(std::vector<std::string> args) {
    std::filesystem::path const top = args.empty() ? "." : args[0];
    std::vector<repository> found;
    for (auto const& entry : std::filesystem::directory_iterator(top))
        if (std::filesystem::exists(entry.path() / ".git")) found.push_back({entry.path(), {}, {}});
    std::sort(found.begin(), found.end(), [](auto const& a, auto const& b) { return a.path < b.path; });

    async::task_group all(co_await asio::this_coro::executor);
    for (auto& repo : found) all.spawn(try_to_examine(repo));
    co_await all.join();

    for (auto const& [path, branch, state] : found)
        std::cout << std::left << std::setw(30) << path.filename().string() << std::setw(20) << branch << state << '\n';
}

int main(int argc, char** argv) { return script::run(show_repositories(script::arguments(argc, argv))); }
