#ifndef MOCKER_SHIM_PLAN_VIEW_HPP
#define MOCKER_SHIM_PLAN_VIEW_HPP

#include <mocker/runtime/plan_format.hpp>

#include <stdint.h>

namespace shim {

namespace plan = mocker::runtime::plan;

/// A launch plan in memory that is ours alone: numbers may be stored into it.
class plan_view {
public:
    plan_view() = default;
    explicit plan_view(char* base) : base_(base) {}

    plan::header const& head() const { return *reinterpret_cast<plan::header const*>(base_); }
    plan::step const* steps(plan::section part) const {
        return reinterpret_cast<plan::step const*>(base_ + head().steps) + part.first;
    }
    char* bytes(uint32_t offset) const { return base_ + offset; }
    char const* text(uint32_t offset) const { return base_ + offset; }

private:
    char* base_ = nullptr;
};

/// Which step failed, how, and what it was about.
struct step_failure {
    plan::op at = plan::op::none;
    int error = 0; ///< errno; 0: nothing failed
    uint32_t extra = 0;
    char const* about = "";
};

} // namespace shim

#endif
