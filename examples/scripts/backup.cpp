// backup DIRECTORY TARGET [KEEP]   Packs a directory as TARGET/NAME-TIME.tar.zst, checks the archive, keeps the newest KEEP (7).
//
// The archive appears under its name only once it is whole. Interrupt it at any time: tar and zstd end with it.
#include <mocker/script.hpp>

#include <algorithm>
#include <iostream>

using namespace mocker;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

std::vector<fs::path> archives_of(std::string const& name, fs::path const& target) {
    std::vector<fs::path> all;
    for (auto const& entry : fs::directory_iterator(target)) {
        auto const file = entry.path().filename().string();
        if (file.starts_with(name + "-") && file.ends_with(".tar.zst")) all.push_back(entry.path());
    }
    std::sort(all.rbegin(), all.rend()); // newest first: the time is in the name
    return all;
}

awaitable<void> backup(std::vector<std::string> args) {
    if (args.size() < 2 || args.size() > 3) script::fail("usage: backup DIRECTORY TARGET [KEEP]");
    if (!script::which("zstd")) script::fail("zstd is not installed");
    fs::path const directory = fs::canonical(args[0]), target = args[1];
    std::size_t const keep = args.size() == 3 ? std::stoul(args[2]) : 7;
    fs::create_directories(target);

    auto const name = directory.filename().string();
    auto const archive = target / (name + "-" + co_await sh::text("date", "-u", "+%Y%m%dT%H%M%SZ") + ".tar.zst");
    auto const unfinished = archive.string() + ".part";

    auto pack = sh::cmd("tar", "-C", directory.parent_path(), "-c", name) | sh::cmd("zstd", "-q", "-T0").output_file(unfinished);
    co_await pack.timeout(1h).run();
    auto const entries = co_await (sh::cmd("zstd", "-dc", unfinished) | sh::cmd("tar", "-t") | sh::cmd("wc", "-l")).text();
    fs::rename(unfinished, archive);
    std::cout << archive.string() << ": " << entries << " entries, " << fs::file_size(archive) << " bytes\n";

    auto const all = archives_of(name, target);
    for (std::size_t i = keep; i < all.size(); ++i) {
        fs::remove(all[i]);
        std::cout << "removed " << all[i].string() << '\n';
    }
}

int main(int argc, char** argv) { return script::run(backup(script::arguments(argc, argv))); }
