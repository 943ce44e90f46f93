#ifndef MOCKER_REGISTRY_SINK_HPP
#define MOCKER_REGISTRY_SINK_HPP

#include <mocker/async/awaitable.hpp>

#include <string_view>

namespace mocker::registry {

/// Where the bytes of a blob go, in order.
class sink {
public:
    virtual ~sink() = default;

    /** Takes the next bytes, which stay valid until this returns. While it waits, the blob is not read on.
        @par Errors end the transfer, which returns them. */
    virtual awaitable<result<>> write(std::string_view bytes) = 0;
};

} // namespace mocker::registry

#endif
