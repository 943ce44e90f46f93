#ifndef MOCKER_CORE_IMPL_ID_IPP
#define MOCKER_CORE_IMPL_ID_IPP

#include <mocker/core/hex.hpp>
#include <mocker/core/id.hpp>

#include <sys/random.h>

#include <cerrno>
#include <system_error>

namespace mocker {

MOCKER_DECL std::string random_id() {
    for (;;) {
        char bytes[32];
        if (::getrandom(bytes, sizeof bytes, 0) != sizeof bytes) {
            if (errno == EINTR) continue;
            throw std::system_error(errno, std::generic_category(), "getrandom");
        }
        auto id = to_hex({bytes, sizeof bytes});
        if (std::string_view(id).substr(0, 12).find_first_not_of("0123456789") != std::string_view::npos) return id;
    }
}

} // namespace mocker

#endif
