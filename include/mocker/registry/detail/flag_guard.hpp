#ifndef MOCKER_REGISTRY_DETAIL_FLAG_GUARD_HPP
#define MOCKER_REGISTRY_DETAIL_FLAG_GUARD_HPP

#include <mocker/async/event.hpp>

namespace mocker::registry::detail {

/// Sets a flag, and clears it however its scope is left, also by cancellation; then wakes those who wait for that.
class flag_guard {
public:
    flag_guard(bool& flag, async::event& changed) : flag_(flag), changed_(changed) { flag_ = true; }
    ~flag_guard() {
        flag_ = false;
        changed_.notify_all();
    }
    flag_guard(flag_guard const&) = delete;
    flag_guard& operator=(flag_guard const&) = delete;

private:
    bool& flag_;
    async::event& changed_;
};

} // namespace mocker::registry::detail

#endif
