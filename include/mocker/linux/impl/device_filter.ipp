#ifndef MOCKER_LINUX_IMPL_DEVICE_FILTER_IPP
#define MOCKER_LINUX_IMPL_DEVICE_FILTER_IPP

#include <mocker/linux/device_filter.hpp>

#include <linux/bpf.h>

#include <cstddef>

namespace mocker::linux_ {
namespace detail {

class bpf_writer {
public:
    void add(std::uint8_t code, std::uint8_t to, std::uint8_t from, std::int16_t offset, std::int32_t number) {
        bpf_insn instruction{};
        instruction.code = code;
        instruction.dst_reg = to & 15;
        instruction.src_reg = from & 15;
        instruction.off = offset;
        instruction.imm = number;
        code_.push_back(instruction);
    }
    /// Goes on behind @ref end_rule unless register @p reg is @p number.
    void require(std::uint8_t reg, std::uint32_t number) {
        jumps_.push_back(code_.size());
        add(BPF_JMP | BPF_JNE | BPF_K, reg, 0, 0, static_cast<std::int32_t>(number));
    }
    /// Goes on behind @ref end_rule if it is.
    void require_not(std::uint8_t reg, std::uint32_t number) {
        jumps_.push_back(code_.size());
        add(BPF_JMP | BPF_JEQ | BPF_K, reg, 0, 0, static_cast<std::int32_t>(number));
    }
    void give(bool allow) {
        add(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, allow);
        add(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
    }
    void end_rule() {
        for (auto const at : jumps_) code_[at].off = static_cast<std::int16_t>(code_.size() - at - 1);
        jumps_.clear();
    }
    std::string bytes() const { return {reinterpret_cast<char const*>(code_.data()), code_.size() * sizeof(bpf_insn)}; }

private:
    std::vector<bpf_insn> code_;
    std::vector<std::size_t> jumps_;
};

} // namespace detail

MOCKER_DECL std::string device_filter(std::vector<device_access> const& rules) {
    detail::bpf_writer to;
    auto const load = [&](std::uint8_t reg, std::size_t offset) {
        to.add(BPF_LDX | BPF_MEM | BPF_W, reg, BPF_REG_1, static_cast<std::int16_t>(offset), 0);
    };
    load(BPF_REG_2, offsetof(bpf_cgroup_dev_ctx, access_type)); // type in the lower half, access in the upper
    to.add(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_3, BPF_REG_2, 0, 0);
    to.add(BPF_ALU64 | BPF_AND | BPF_K, BPF_REG_2, 0, 0, 0xffff);
    to.add(BPF_ALU64 | BPF_RSH | BPF_K, BPF_REG_3, 0, 0, 16);
    load(BPF_REG_4, offsetof(bpf_cgroup_dev_ctx, major));
    load(BPF_REG_5, offsetof(bpf_cgroup_dev_ctx, minor));
    std::vector<device_access> last_first(rules.rbegin(), rules.rend());
    bool decided = false;
    for (auto const& rule : last_first) {
        if (rule.type != 'a') to.require(BPF_REG_2, rule.type == 'c' ? BPF_DEVCG_DEV_CHAR : BPF_DEVCG_DEV_BLOCK);
        int const asked = (rule.read ? BPF_DEVCG_ACC_READ : 0) | (rule.write ? BPF_DEVCG_ACC_WRITE : 0) |
                          (rule.make ? BPF_DEVCG_ACC_MKNOD : 0);
        int const all = BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE | BPF_DEVCG_ACC_MKNOD;
        if (asked != all) { // an allowing rule covers all that is asked; a refusing one is hit by any of it
            to.add(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_6, BPF_REG_3, 0, 0);
            to.add(BPF_ALU64 | BPF_AND | BPF_K, BPF_REG_6, 0, 0, rule.allow ? all & ~asked : asked);
            if (rule.allow)
                to.require(BPF_REG_6, 0);
            else
                to.require_not(BPF_REG_6, 0);
        }
        if (rule.major) to.require(BPF_REG_4, *rule.major);
        if (rule.minor) to.require(BPF_REG_5, *rule.minor);
        to.give(rule.allow);
        to.end_rule();
        decided = rule.type == 'a' && asked == all && !rule.major && !rule.minor;
        if (decided) break; // nothing before it counts, and the kernel refuses code that is never reached
    }
    if (!decided) to.give(false);
    return to.bytes();
}

} // namespace mocker::linux_

#endif
