#ifndef MOCKER_LINUX_SECCOMP_HPP
#define MOCKER_LINUX_SECCOMP_HPP

#include <mocker/core/error.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::linux_ {

/// A comparison of one argument of a system call, in the words of runtime-spec (`SCMP_CMP_EQ`).
struct syscall_comparison {
    std::uint32_t index = 0;
    std::string op{};
    std::uint64_t value = 0, value_two = 0;
};

/** Builds a filter of system calls: rules in, classic BPF out, by libseccomp.

    Names are those of runtime-spec. System calls that this machine does not know are passed over, as every runtime does.
    @see seccomp(2) */
class seccomp_builder {
public:
    /// @param action what happens to calls without a rule, `SCMP_ACT_ERRNO`.
    MOCKER_DECL static result<seccomp_builder> create(std::string_view action, std::optional<std::uint32_t> errno_ret);
    MOCKER_DECL seccomp_builder(seccomp_builder&&) noexcept;
    MOCKER_DECL ~seccomp_builder();

    /// Also filters the calls of a foreign architecture, `SCMP_ARCH_X86`. @par Errors errc::malformed unknown name.
    MOCKER_DECL result<> add_architecture(std::string_view name);

    /// @par Errors errc::malformed unknown action or comparison.
    MOCKER_DECL result<> add_rule(std::string const& syscall, std::string_view action,
                                  std::optional<std::uint32_t> errno_ret, std::vector<syscall_comparison> const& arguments);

    /// The program, an array of `sock_filter` as bytes.
    MOCKER_DECL result<std::string> program() const;

private:
    explicit seccomp_builder(void* context) noexcept : context_(context) {}
    void* context_;
    std::uint32_t default_action_ = 0;
};

} // namespace mocker::linux_

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/linux/impl/seccomp.ipp>
#endif
#endif
