// What a layer costs: reading the archive, inflating it, making its files.
#include <mocker/archive/compression.hpp>
#include <mocker/archive/tar_reader.hpp>
#include <mocker/archive/tar_writer.hpp>
#include <mocker/core/sha256.hpp>
#include <mocker/core/unique_fd.hpp>
#include <mocker/snapshot/layer_unpacker.hpp>

#include <benchmark/benchmark.h>

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

using namespace mocker;

namespace {

/// An archive of @p files files of @p size bytes in directories of fifty.
std::string archive_of(int files, std::size_t size) {
    std::string bytes;
    archive::tar_writer tar([&bytes](std::string_view piece) { return bytes += piece, result<>{}; });
    std::string content(size, 'x');
    for (int i = 0; i < files; ++i) {
        for (std::size_t at = 0; at < size; at += 16) content[at] = static_cast<char>('a' + (at * 31 + static_cast<std::size_t>(i)) % 26);
        archive::tar_entry file;
        file.path = "usr/share/d" + std::to_string(i / 50) + "/file" + std::to_string(i);
        file.size = size;
        if (!tar.begin(file) || !tar.content(content)) throw std::runtime_error("cannot write the archive");
    }
    if (!tar.finish()) throw std::runtime_error("cannot end the archive");
    return bytes;
}

std::string gzip(std::string const& plain) {
    std::string packed(::compressBound(plain.size()) + 64, '\0');
    z_stream stream{};
    ::deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    ::deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    ::deflateEnd(&stream);
    return packed;
}

template <class Consumer>
void feed(benchmark::State& state, Consumer& into, std::string_view bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += 65536) {
        auto const taken = into.write(bytes.substr(at, 65536));
        if (!taken) return state.SkipWithError(taken.error().message().c_str());
    }
    if (auto const ended = into.finish(); !ended) state.SkipWithError(ended.error().message().c_str());
}

struct nothing final : archive::tar_visitor {
    result<> begin(archive::tar_entry const&) override { return result<>{}; }
    result<> content(std::uint64_t, std::string_view) override { return result<>{}; }
    result<> end() override { return result<>{}; }
};

void set_rate(benchmark::State& state, std::size_t bytes, int files = 0) {
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes));
    if (files > 0) state.SetItemsProcessed(state.iterations() * files);
}

void read_tar(benchmark::State& state) {
    auto const files = static_cast<int>(state.range(0));
    auto const bytes = archive_of(files, static_cast<std::size_t>(state.range(1)));
    for (auto _ : state) {
        nothing visitor;
        archive::tar_reader tar(visitor);
        feed(state, tar, bytes);
    }
    set_rate(state, bytes.size(), files);
}
BENCHMARK(read_tar)->Args({2000, 512})->Args({20, 1 << 20});

void inflate_gzip(benchmark::State& state) {
    auto const plain = archive_of(32, 1 << 20);
    auto const packed = gzip(plain);
    for (auto _ : state) {
        archive::decompressor inflate([](std::string_view) { return result<>{}; });
        feed(state, inflate, packed);
    }
    set_rate(state, plain.size());
}
BENCHMARK(inflate_gzip)->Unit(benchmark::kMillisecond);

void hash(benchmark::State& state) {
    std::string const bytes(std::size_t(16) << 20, 'x');
    for (auto _ : state) benchmark::DoNotOptimize(sha256_of(bytes));
    set_rate(state, bytes.size());
}
BENCHMARK(hash)->Unit(benchmark::kMillisecond);

/// In memory where there is such a file system: our own cost, not that of a disk.
std::filesystem::path scratch() {
    std::filesystem::path const memory = "/dev/shm";
    return ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
}

void unpack(benchmark::State& state) {
    auto const files = static_cast<int>(state.range(0));
    auto const bytes = archive_of(files, static_cast<std::size_t>(state.range(1)));
    auto const parent = scratch() / "mocker-bench-XXXXXX";
    for (auto _ : state) {
        state.PauseTiming();
        auto directory = parent.string();
        if (::mkdtemp(directory.data()) == nullptr) return state.SkipWithError("cannot make a directory");
        state.ResumeTiming();
        {
            snapshot::layer_unpacker unpacker{unique_fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))};
            archive::tar_reader tar(unpacker);
            feed(state, tar, bytes);
            if (auto const done = unpacker.finish(); !done) state.SkipWithError(done.error().message().c_str());
        }
        state.PauseTiming();
        std::filesystem::remove_all(directory);
        state.ResumeTiming();
    }
    set_rate(state, bytes.size(), files);
}
BENCHMARK(unpack)->Args({2000, 512})->Args({20, 1 << 20})->Unit(benchmark::kMillisecond);

} // namespace
