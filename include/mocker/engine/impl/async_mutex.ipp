#ifndef MOCKER_ENGINE_IMPL_ASYNC_MUTEX_IPP
#define MOCKER_ENGINE_IMPL_ASYNC_MUTEX_IPP

#include <mocker/engine/detail/async_mutex.hpp>

namespace mocker::engine::detail {

MOCKER_DECL awaitable<async_mutex::guard> async_mutex::lock() {
    while (locked_) co_await unlocked_.wait();
    locked_ = true;
    co_return guard(this);
}

} // namespace mocker::engine::detail

#endif
