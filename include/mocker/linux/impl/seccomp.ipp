#ifndef MOCKER_LINUX_IMPL_SECCOMP_IPP
#define MOCKER_LINUX_IMPL_SECCOMP_IPP

#include <mocker/core/file.hpp>
#include <mocker/linux/seccomp.hpp>

#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace mocker::linux_ {
namespace detail {

MOCKER_DECL result<std::uint32_t> seccomp_action(std::string_view name, std::optional<std::uint32_t> errno_ret) {
    std::uint32_t const number = errno_ret.value_or(EPERM) & 0xffff;
    if (name == "SCMP_ACT_ALLOW") return std::uint32_t(SCMP_ACT_ALLOW);
    if (name == "SCMP_ACT_ERRNO") return std::uint32_t(SCMP_ACT_ERRNO(number));
    if (name == "SCMP_ACT_KILL" || name == "SCMP_ACT_KILL_THREAD") return std::uint32_t(SCMP_ACT_KILL_THREAD);
    if (name == "SCMP_ACT_KILL_PROCESS") return std::uint32_t(SCMP_ACT_KILL_PROCESS);
    if (name == "SCMP_ACT_TRAP") return std::uint32_t(SCMP_ACT_TRAP);
    if (name == "SCMP_ACT_LOG") return std::uint32_t(SCMP_ACT_LOG);
    if (name == "SCMP_ACT_TRACE") return std::uint32_t(SCMP_ACT_TRACE(number));
    return error(errc::malformed, "seccomp: unknown action \"" + std::string(name) + '"');
}

MOCKER_DECL result<scmp_compare> seccomp_comparison(std::string_view name) {
    if (name == "SCMP_CMP_NE") return SCMP_CMP_NE;
    if (name == "SCMP_CMP_LT") return SCMP_CMP_LT;
    if (name == "SCMP_CMP_LE") return SCMP_CMP_LE;
    if (name == "SCMP_CMP_EQ") return SCMP_CMP_EQ;
    if (name == "SCMP_CMP_GE") return SCMP_CMP_GE;
    if (name == "SCMP_CMP_GT") return SCMP_CMP_GT;
    if (name == "SCMP_CMP_MASKED_EQ") return SCMP_CMP_MASKED_EQ;
    return error(errc::malformed, "seccomp: unknown comparison \"" + std::string(name) + '"');
}

} // namespace detail

MOCKER_DECL result<seccomp_builder> seccomp_builder::create(std::string_view action,
                                                            std::optional<std::uint32_t> errno_ret) {
    MOCKER_TRY_RETURN(code, detail::seccomp_action(action, errno_ret));
    void* const context = ::seccomp_init(code);
    if (context == nullptr) return error(errc::internal, "seccomp: out of memory");
    seccomp_builder builder(context);
    builder.default_action_ = code;
    (void)::seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2); // a binary tree of calls instead of a list
    return builder;
}

MOCKER_DECL seccomp_builder::seccomp_builder(seccomp_builder&& other) noexcept
    : context_(std::exchange(other.context_, nullptr)), default_action_(other.default_action_) {}

MOCKER_DECL seccomp_builder::~seccomp_builder() {
    if (context_ != nullptr) ::seccomp_release(context_);
}

MOCKER_DECL result<> seccomp_builder::add_architecture(std::string_view name) {
    std::string lower;
    if (name.starts_with("SCMP_ARCH_")) name.remove_prefix(10);
    for (char const c : name) lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    auto const token = ::seccomp_arch_resolve_name(lower.c_str());
    if (token == 0) return error(errc::malformed, "seccomp: unknown architecture \"" + std::string(name) + '"');
    if (int const failed = ::seccomp_arch_add(context_, token); failed != 0 && failed != -EEXIST)
        return error::from_errno(-failed, "seccomp architecture " + lower);
    return {};
}

MOCKER_DECL result<> seccomp_builder::add_rule(std::string const& syscall, std::string_view action,
                                               std::optional<std::uint32_t> errno_ret,
                                               std::vector<syscall_comparison> const& arguments) {
    MOCKER_TRY_RETURN(code, detail::seccomp_action(action, errno_ret));
    if (code == default_action_) return {}; // says nothing, and libseccomp refuses it
    int const number = ::seccomp_syscall_resolve_name(syscall.c_str());
    if (number == __NR_SCMP_ERROR) return {};
    std::vector<scmp_arg_cmp> comparisons;
    for (auto const& argument : arguments) {
        MOCKER_TRY_RETURN(op, detail::seccomp_comparison(argument.op));
        if (argument.index > 5) return error(errc::malformed, "seccomp: a system call has six arguments");
        comparisons.push_back({argument.index, op, argument.value, argument.value_two});
    }
    int const failed =
        ::seccomp_rule_add_array(context_, code, number, static_cast<unsigned>(comparisons.size()), comparisons.data());
    if (failed != 0 && failed != -EEXIST) return error::from_errno(-failed, "seccomp rule for " + syscall);
    return {};
}

MOCKER_DECL result<std::string> seccomp_builder::program() const {
    unique_fd const memory(::memfd_create("seccomp", MFD_CLOEXEC));
    if (!memory) return error::from_errno(errno, "memfd_create");
    if (int const failed = ::seccomp_export_bpf(context_, memory.get()); failed != 0)
        return error::from_errno(-failed, "seccomp");
    auto const size = ::lseek(memory.get(), 0, SEEK_END);
    if (size <= 0) return error(errc::internal, "seccomp: empty program");
    std::string bytes(static_cast<std::size_t>(size), '\0');
    if (::pread(memory.get(), bytes.data(), bytes.size(), 0) != size) return error::from_errno(errno, "seccomp");
    return bytes;
}

} // namespace mocker::linux_

#endif
