// From a container's document to its launch plan, before anything is started.
#include <mocker/linux/cgroup.hpp>
#include <mocker/oci/runtime_spec.hpp>
#include <mocker/runtime/compile.hpp>
#include <mocker/runtime/docker_defaults.hpp>

#include <benchmark/benchmark.h>

using namespace mocker;

namespace {

runtime::launch_request default_request() {
    runtime::launch_request request;
    request.id = std::string(64, 'a');
    request.state_directory = "/run/mocker/containers/" + request.id;
    request.spec = runtime::docker_default_spec();
    request.spec.process.args = {"true"};
    request.spec.process.env = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME=aaaaaaaaaaaa"};
    request.spec.process.cwd = "/";
    request.spec.hostname = "aaaaaaaaaaaa";
    request.root.lower = {"/l1", "/l2", "/l3"};
    request.root.upper = "/upper";
    request.root.work = "/work";
    request.root.mount_point = "/merged";
    request.cgroup_path = "/mocker/" + request.id;
    return request;
}

void default_document(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(runtime::docker_default_spec());
}
BENCHMARK(default_document);

void launch_plan(benchmark::State& state) {
    auto const request = default_request();
    auto const seccomp = runtime::compile_seccomp(request.spec.linux_.seccomp.value());
    if (!seccomp) return state.SkipWithError("the seccomp profile is refused");
    runtime::machine machine; // a machine of today, so that the figures of all machines compare
    machine.cgroups = linux_::parse_cgroup_layout("30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec shared:9 - cgroup2 cgroup2 rw\n");
    if (auto const plan = runtime::compile_launch(request, machine, *seccomp); !plan)
        return state.SkipWithError(plan.error().message().c_str());
    for (auto _ : state) benchmark::DoNotOptimize(runtime::compile_launch(request, machine, *seccomp));
}
BENCHMARK(launch_plan);

void seccomp_filter(benchmark::State& state) {
    auto const spec = runtime::docker_default_spec();
    for (auto _ : state) benchmark::DoNotOptimize(runtime::compile_seccomp(spec.linux_.seccomp.value()));
}
BENCHMARK(seccomp_filter)->Unit(benchmark::kMillisecond);

} // namespace
