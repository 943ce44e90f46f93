#ifndef MOCKER_IMAGE_IMPL_KEY_LOCKS_IPP
#define MOCKER_IMAGE_IMPL_KEY_LOCKS_IPP

#include <mocker/image/detail/key_locks.hpp>

namespace mocker::image::detail {

MOCKER_DECL awaitable<key_locks::guard> key_locks::lock(std::string key) {
    while (!held_.insert(key).second) co_await changed_.wait();
    co_return guard(*this, std::move(key));
}

} // namespace mocker::image::detail

#endif
