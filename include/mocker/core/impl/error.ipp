#ifndef MOCKER_CORE_IMPL_ERROR_IPP
#define MOCKER_CORE_IMPL_ERROR_IPP

#include <mocker/core/error.hpp>

#include <boost/system/system_error.hpp>
#include <boost/throw_exception.hpp>

namespace mocker {
namespace detail {

class engine_category_type final : public boost::system::error_category {
public:
    char const* name() const noexcept override { return "mocker"; }

    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
        case errc::not_found: return "not found";
        case errc::conflict: return "conflict";
        case errc::malformed: return "malformed input";
        case errc::not_modified: return "not modified";
        case errc::unauthorized: return "unauthorized";
        case errc::forbidden: return "forbidden";
        case errc::too_large: return "too large";
        case errc::unsupported: return "not supported";
        case errc::unavailable: return "not available";
        case errc::digest_mismatch: return "digest mismatch";
        case errc::internal: return "internal error";
        case errc::command_not_found: return "executable file not found";
        case errc::command_not_executable: return "permission denied";
        }
        return "unknown error";
    }
};

} // namespace detail

MOCKER_DECL boost::system::error_category const& engine_category() noexcept {
    static detail::engine_category_type const category;
    return category;
}

MOCKER_DECL std::string error::message() const {
    if (detail_.empty()) return code_.message();
    return code_.category() == engine_category() ? detail_ : detail_ + ": " + code_.message();
}

MOCKER_DECL error error::within(std::string_view where) const {
    auto const separator = detail_.empty() && code_.category() != engine_category() ? "" : ": ";
    auto inner = detail_.empty() && code_.category() == engine_category() ? code_.message() : detail_;
    return error(code_, std::string(where) + separator + inner);
}

[[noreturn]] MOCKER_DECL void throw_exception_from_error(error const& e, boost::source_location const& where) {
    boost::throw_exception(boost::system::system_error(e.code(), e.message()), where);
}

} // namespace mocker

#endif
