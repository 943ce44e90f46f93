#ifndef MOCKER_ENGINE_IMPL_SECCOMP_PROFILE_IPP
#define MOCKER_ENGINE_IMPL_SECCOMP_PROFILE_IPP

#include <mocker/engine/seccomp_profile.hpp>
#include <mocker/types/json_mapping.hpp>

#include <sys/utsname.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <optional>

namespace mocker::engine {
namespace detail {

struct profile_condition {
    std::vector<std::string> arches, caps;
    std::string min_kernel;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("arches", self.arches);
        v("caps", self.caps);
        v("minKernel", self.min_kernel);
    }
};

struct profile_argument {
    std::uint32_t index = 0;
    std::uint64_t value = 0, value_two = 0;
    std::string op;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("index", self.index);
        v("value", self.value);
        v("valueTwo", self.value_two);
        v("op", self.op);
    }
};

struct profile_rule {
    std::vector<std::string> names;
    std::string name, action, comment;
    std::optional<std::uint32_t> errno_ret;
    std::vector<profile_argument> args;
    profile_condition includes, excludes;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("names", self.names);
        v("name", self.name);
        v("action", self.action);
        v("comment", self.comment);
        v("errnoRet", self.errno_ret);
        v("args", self.args);
        v("includes", self.includes);
        v("excludes", self.excludes);
    }
};

struct profile_arch {
    std::string architecture;
    std::vector<std::string> sub_architectures;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("architecture", self.architecture);
        v("subArchitectures", self.sub_architectures);
    }
};

struct profile_document {
    std::string default_action;
    std::optional<std::uint32_t> default_errno_ret;
    std::vector<std::string> architectures, flags;
    std::vector<profile_arch> arch_map;
    std::vector<profile_rule> syscalls;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("defaultAction", self.default_action);
        v("defaultErrnoRet", self.default_errno_ret);
        v("architectures", self.architectures);
        v("flags", self.flags);
        v("archMap", self.arch_map);
        v("syscalls", self.syscalls);
    }
};

/// This machine in the words of profiles.
struct profile_machine {
    std::string arch{}, seccomp_arch{};
    int major = 0, minor = 0;
};

MOCKER_DECL profile_machine this_machine() {
    utsname names{};
    ::uname(&names);
    std::string const machine = names.machine;
    profile_machine out;
    if (machine == "x86_64") out.arch = "amd64", out.seccomp_arch = "SCMP_ARCH_X86_64";
    else if (machine == "aarch64") out.arch = "arm64", out.seccomp_arch = "SCMP_ARCH_AARCH64";
    else out.arch = machine;
    if (std::sscanf(names.release, "%d.%d", &out.major, &out.minor) != 2) out.major = out.minor = 0;
    return out;
}

MOCKER_DECL bool contains(std::vector<std::string> const& list, std::string const& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

/// True if the kernel is at least the one the condition names.
MOCKER_DECL bool kernel_reaches(profile_machine const& machine, std::string const& wanted) {
    int major = 0, minor = 0;
    if (std::sscanf(wanted.c_str(), "%d.%d", &major, &minor) < 1) return false;
    return std::pair(machine.major, machine.minor) >= std::pair(major, minor);
}

MOCKER_DECL bool rule_applies(profile_rule const& rule, profile_machine const& machine,
                              std::vector<std::string> const& capabilities) {
    auto const& out = rule.excludes;
    if (contains(out.arches, machine.arch)) return false;
    for (auto const& cap : out.caps)
        if (contains(capabilities, cap)) return false;
    if (!out.min_kernel.empty() && kernel_reaches(machine, out.min_kernel)) return false;
    auto const& in = rule.includes;
    if (!in.arches.empty() && !contains(in.arches, machine.arch)) return false;
    for (auto const& cap : in.caps)
        if (!contains(capabilities, cap)) return false;
    return in.min_kernel.empty() || kernel_reaches(machine, in.min_kernel);
}

} // namespace detail

MOCKER_DECL result<oci::seccomp> parse_seccomp_profile(std::string_view json, std::vector<std::string> const& capabilities) {
    auto const failed = [](std::string const& why) {
        return error(errc::malformed, "Decoding seccomp profile failed: " + why);
    };
    auto const read = types::parse<detail::profile_document>(json);
    if (!read) return failed(read.error().message());
    if (read->default_action.empty()) return failed("field defaultAction is missing");
    if (!read->architectures.empty() && !read->arch_map.empty())
        return failed("both 'architectures' and 'archMap' are specified in the seccomp profile, use either");
    auto const machine = detail::this_machine();
    oci::seccomp out;
    out.default_action = read->default_action;
    out.default_errno_ret = read->default_errno_ret;
    out.flags = read->flags;
    out.architectures = read->architectures;
    for (auto const& arch : read->arch_map)
        if (arch.architecture == machine.seccomp_arch) {
            out.architectures.push_back(arch.architecture);
            out.architectures.insert(out.architectures.end(), arch.sub_architectures.begin(), arch.sub_architectures.end());
        }
    for (auto const& rule : read->syscalls) {
        if (!detail::rule_applies(rule, machine, capabilities)) continue;
        if (rule.action.empty()) return failed("a rule in field syscalls has no action");
        if (!rule.name.empty() && !rule.names.empty())
            return failed("both 'name' and 'names' are specified in the seccomp profile, use either");
        oci::seccomp_rule kept{rule.names, rule.action, rule.errno_ret, {}};
        if (!rule.name.empty()) kept.names.push_back(rule.name);
        for (auto const& arg : rule.args) kept.args.push_back({arg.index, arg.value, arg.value_two, arg.op});
        out.syscalls.push_back(std::move(kept));
    }
    return out;
}

} // namespace mocker::engine

#endif
