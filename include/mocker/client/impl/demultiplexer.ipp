#ifndef MOCKER_CLIENT_IMPL_DEMULTIPLEXER_IPP
#define MOCKER_CLIENT_IMPL_DEMULTIPLEXER_IPP

#include <mocker/client/demultiplexer.hpp>

#include <algorithm>
#include <cstring>

namespace mocker::client {

MOCKER_DECL result<std::optional<demultiplexer::piece>> demultiplexer::next(std::string_view& input) {
    while (!input.empty()) {
        if (remaining_ == 0) {
            auto const size = std::min(header_.size() - header_size_, input.size());
            std::memcpy(header_.data() + header_size_, input.data(), size);
            header_size_ += size;
            input.remove_prefix(size);
            if (header_size_ < header_.size()) break;
            if (header_[0] > system_error || header_[1] || header_[2] || header_[3])
                return error(errc::malformed, "unrecognized stream: " + std::to_string(header_[0]));
            type_ = header_[0];
            remaining_ = std::uint32_t(header_[4]) << 24 | std::uint32_t(header_[5]) << 16 |
                         std::uint32_t(header_[6]) << 8 | header_[7];
            if (remaining_ == 0) header_size_ = 0;
            continue;
        }
        auto const data = input.substr(0, remaining_);
        input.remove_prefix(data.size());
        remaining_ -= static_cast<std::uint32_t>(data.size());
        if (remaining_ == 0) header_size_ = 0;
        if (type_ != system_error) return std::optional<piece>(piece{static_cast<stream>(type_), data});
        failure_ += data.substr(0, 64 * 1024);
        if (remaining_ == 0 || failure_.size() > 64 * 1024)
            return error(errc::internal, "error from daemon in stream: " + failure_);
    }
    return std::optional<piece>();
}

} // namespace mocker::client

#endif
