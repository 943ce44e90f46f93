#ifndef MOCKER_API_DETACH_KEYS_HPP
#define MOCKER_API_DETACH_KEYS_HPP

#include <mocker/core/error.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace mocker::api {

/** Finds the key sequence that detaches from a terminal in what a user types.

    Keys that might begin the sequence are held back until the next one decides, as Docker does.
    @par Example
    @code
    detach_keys keys = detach_keys::parse("ctrl-p,ctrl-q").value();
    std::string forward;
    if (keys.filter(typed, forward)) detach();
    @endcode */
class detach_keys {
public:
    /** Parses a comma-separated list of letters and `ctrl-X`; empty is the default `ctrl-p,ctrl-q`.
        @par Errors errc::malformed: `Invalid detach keys (K) provided`. */
    MOCKER_DECL static result<detach_keys> parse(std::string_view text);

    /// Appends to @p forward what of @p typed goes on to the process. True once the sequence is complete.
    MOCKER_DECL bool filter(std::string_view typed, std::string& forward);

private:
    std::string sequence_;
    std::size_t matched_ = 0;
};

} // namespace mocker::api

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/api/impl/detach_keys.ipp>
#endif
#endif
