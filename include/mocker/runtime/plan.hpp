/** @file
    Building launch plans, and showing what is in one. */
#ifndef MOCKER_RUNTIME_PLAN_HPP
#define MOCKER_RUNTIME_PLAN_HPP

#include <mocker/core/error.hpp>
#include <mocker/runtime/plan_format.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::runtime {

/** Collects the steps of a launch plan and what they refer to.
    @par Example
    @code
    plan_builder to;
    to.init.push_back({.kind = plan::op::hostname, .a = to.text("web")});
    std::string const block = to.finish();
    @endcode */
class plan_builder {
public:
    plan::header head{};
    std::vector<plan::step> before_clone{}, after_clone{}, init{}, cleanup{};

    /// The offset of @p text in the plan, followed by a null character. Equal texts are stored once; never 0.
    MOCKER_DECL std::uint32_t text(std::string_view text);

    /// The offset of a copy of @p bytes, on a multiple of eight.
    MOCKER_DECL std::uint32_t bytes(std::string_view bytes);

    /// The offset of a table of 32-bit numbers.
    MOCKER_DECL std::uint32_t numbers(std::vector<std::uint32_t> const& numbers);

    /// The offset of a table of 64-bit offsets of texts with one entry more than @p texts: an argument vector to be.
    MOCKER_DECL std::uint32_t texts(std::vector<std::string> const& texts);

    /// A step that writes @p value to a file.
    MOCKER_DECL plan::step write(std::string_view path, std::string_view value, std::uint16_t flags = 0);

    /// The whole plan.
    MOCKER_DECL std::string finish() const;

private:
    std::string blob_{};
    std::map<std::string, std::uint32_t, std::less<>> known_{};
};

/** The steps of a plan, one a line, for tests and for people: `init mount proc at /proc flags=0xe`.
    @par Errors errc::malformed: it is none, or refers to what lies outside of it. */
MOCKER_DECL result<std::vector<std::string>> plan_lines(std::string_view plan);

/// The name of an operation: `pivot_root` is `enter_root`, for example.
MOCKER_DECL std::string_view op_name(plan::op kind) noexcept;

} // namespace mocker::runtime

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/runtime/impl/plan.ipp>
#endif
#endif
