// Parsing what comes with every pull: references, manifests, image configurations.
#include <mocker/oci/image_config.hpp>
#include <mocker/oci/manifest.hpp>
#include <mocker/oci/reference.hpp>

#include <benchmark/benchmark.h>

#include <string>

using namespace mocker;

namespace {

std::string digest_text(int number) {
    auto const digits = std::to_string(number);
    return "sha256:" + std::string(64 - digits.size(), '0') + digits;
}

std::string manifest_of(int layers) {
    std::string text = R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":)"
                       R"({"mediaType":"application/vnd.oci.image.config.v1+json","size":7023,"digest":")" +
                       digest_text(0) + R"("},"layers":[)";
    for (int i = 1; i <= layers; ++i)
        text += std::string(i > 1 ? "," : "") + R"({"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","size":32654,"digest":")" +
                digest_text(i) + "\"}";
    return text + "]}";
}

std::string config_of(int layers) {
    std::string text = R"({"architecture":"amd64","os":"linux","created":"2024-05-01T12:00:00.123456789Z","config":{"Env":)"
                       R"(["PATH=/usr/local/bin:/usr/bin:/bin"],"Cmd":["sh"],"Labels":{"a":"b"}},"rootfs":{"type":"layers","diff_ids":[)";
    for (int i = 1; i <= layers; ++i) text += std::string(i > 1 ? "," : "") + "\"" + digest_text(i) + "\"";
    return text + "]}}";
}

void short_reference(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(oci::parse_reference("nginx"));
}
BENCHMARK(short_reference);

void full_reference(benchmark::State& state) {
    std::string const text = "registry.example.com:5000/team/project/app:v1.2.3@" + digest_text(7);
    for (auto _ : state) benchmark::DoNotOptimize(oci::parse_reference(text));
}
BENCHMARK(full_reference);

void manifest(benchmark::State& state) {
    auto const text = manifest_of(static_cast<int>(state.range(0)));
    if (!oci::manifest::parse(text)) state.SkipWithError("the manifest is refused");
    for (auto _ : state) benchmark::DoNotOptimize(oci::manifest::parse(text));
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(manifest)->Arg(1)->Arg(20)->Arg(120);

void image_config(benchmark::State& state) {
    auto const text = config_of(static_cast<int>(state.range(0)));
    if (!oci::image_config::parse(text)) state.SkipWithError("the configuration is refused");
    for (auto _ : state) benchmark::DoNotOptimize(oci::image_config::parse(text));
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(image_config)->Arg(1)->Arg(20);

} // namespace
