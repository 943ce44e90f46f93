#ifndef MOCKER_RUNTIME_IMPL_COMPILE_PROCESS_IPP
#define MOCKER_RUNTIME_IMPL_COMPILE_PROCESS_IPP

#include <mocker/linux/capabilities.hpp>
#include <mocker/runtime/detail/compile_parts.hpp>

#include <linux/filter.h>
#include <sys/resource.h>

#include <utility>

namespace mocker::runtime::detail {

MOCKER_DECL result<int> resource_number(std::string const& name) {
    std::pair<char const*, int> const known[] = {
        {"RLIMIT_CPU", RLIMIT_CPU},           {"RLIMIT_FSIZE", RLIMIT_FSIZE},
        {"RLIMIT_DATA", RLIMIT_DATA},         {"RLIMIT_STACK", RLIMIT_STACK},
        {"RLIMIT_CORE", RLIMIT_CORE},         {"RLIMIT_RSS", RLIMIT_RSS},
        {"RLIMIT_NPROC", RLIMIT_NPROC},       {"RLIMIT_NOFILE", RLIMIT_NOFILE},
        {"RLIMIT_MEMLOCK", RLIMIT_MEMLOCK},   {"RLIMIT_AS", RLIMIT_AS},
        {"RLIMIT_LOCKS", RLIMIT_LOCKS},       {"RLIMIT_SIGPENDING", RLIMIT_SIGPENDING},
        {"RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE}, {"RLIMIT_NICE", RLIMIT_NICE},
        {"RLIMIT_RTPRIO", RLIMIT_RTPRIO},     {"RLIMIT_RTTIME", RLIMIT_RTTIME}};
    for (auto const& [text, number] : known)
        if (name == text) return number;
    return error(errc::malformed, "invalid resource limit \"" + name + '"');
}

/// What has to be said while the host's /proc is in sight and all capabilities are there.
MOCKER_DECL result<> add_process_limits(plan_builder& to, oci::process const& process) {
    to.init.push_back(to.write("/proc/self/oom_score_adj", std::to_string(process.oom_score_adj.value_or(0))));
    for (auto const& limit : process.rlimits) {
        MOCKER_TRY_RETURN(number, resource_number(limit.type));
        if (limit.soft > limit.hard)
            return error(errc::malformed, "resource limit " + limit.type + ": the soft one exceeds the hard one");
        to.init.push_back(
            make_step(plan::op::set_limit, 0, 0, 0, limit.soft, limit.hard, static_cast<std::uint16_t>(number)));
    }
    return {};
}

MOCKER_DECL result<std::pair<plan::capability_masks, std::uint64_t>> capabilities_of(oci::process const& process) {
    auto const sets = process.capabilities.value_or(oci::capability_sets{});
    plan::capability_masks masks;
    MOCKER_TRY_RETURN(bounding, linux_::capability_mask(sets.bounding));
    MOCKER_TRY_RETURN(effective, linux_::capability_mask(sets.effective));
    MOCKER_TRY_RETURN(permitted, linux_::capability_mask(sets.permitted));
    MOCKER_TRY_RETURN(inheritable, linux_::capability_mask(sets.inheritable));
    MOCKER_TRY_RETURN(ambient, linux_::capability_mask(sets.ambient));
    masks.effective = effective, masks.permitted = permitted, masks.inheritable = inheritable, masks.ambient = ambient;
    return std::pair(masks, bounding);
}

MOCKER_DECL std::string path_of(std::vector<std::string> const& environment) {
    for (auto const& variable : environment)
        if (variable.starts_with("PATH=")) return variable.substr(5);
    return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

MOCKER_DECL result<> add_process(plan_builder& to, oci::process const& process, std::string_view seccomp,
                                 bool make_cwd) {
    if (process.args.empty()) return error(errc::malformed, "no command specified");
    if (process.user.additional_gids.size() > 65535) return error(errc::malformed, "too many groups");
    auto const cwd = clean_path(process.cwd.empty() ? "/" : process.cwd);
    if (!cwd)
        return error(errc::malformed,
                     "the working directory '" + process.cwd + "' is invalid, it needs to be an absolute path");
    MOCKER_TRY_RETURN(capabilities, capabilities_of(process));
    auto const& user = process.user;
    auto& init = to.init;
    init.push_back(make_step(plan::op::standard_streams, 0, 0, 0, user.uid));
    init.push_back(
        make_step(plan::op::working_directory, to.text(*cwd), 0, 0, 0, 0, make_cwd ? plan::make_missing : 0));
    init.push_back(make_step(plan::op::bounding_set, 0, 0, 0, capabilities.second));
    if (process.no_new_privileges) init.push_back(make_step(plan::op::no_new_privileges));
    init.push_back(make_step(plan::op::identity, 0, to.numbers(user.additional_gids), user.umask.value_or(022),
                             user.uid, user.gid, static_cast<std::uint16_t>(user.additional_gids.size())));
    init.push_back(make_step(plan::op::gate));
    if (!seccomp.empty())
        init.push_back(make_step(plan::op::seccomp, 0, to.bytes(seccomp), 0, seccomp.size() / sizeof(sock_filter)));
    auto const& masks = capabilities.first;
    init.push_back(
        make_step(plan::op::capabilities, 0, to.bytes({reinterpret_cast<char const*>(&masks), sizeof masks})));
    init.push_back(make_step(plan::op::execute, to.texts(process.args), to.texts(process.env),
                             to.text(path_of(process.env)), process.args.size(), process.env.size()));
    return {};
}

} // namespace mocker::runtime::detail

#endif
