#ifndef MOCKER_ENGINE_IMPL_WAIT_IPP
#define MOCKER_ENGINE_IMPL_WAIT_IPP

#include <mocker/engine/wait.hpp>

namespace mocker::engine {

MOCKER_DECL awaitable<result<wait_result>> wait_handle::get() {
    auto const state = state_;
    while (!state->done && !state->closed) co_await state->changed.wait();
    if (!state->done) co_return error(errc::unavailable, "the engine is shutting down");
    co_return state->value;
}

} // namespace mocker::engine

#endif
