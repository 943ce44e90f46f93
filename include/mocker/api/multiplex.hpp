#ifndef MOCKER_API_MULTIPLEX_HPP
#define MOCKER_API_MULTIPLEX_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mocker::api {

/** The header of a frame of Docker's multiplexed stream: the stream (1 out, 2 err, 3 a failure of the engine), three zeros,
    the length of the payload as a big-endian 32-bit number.
    @see Engine API, "ContainerAttach", "Stream format" */
inline std::array<char, 8> frame_header(unsigned stream, std::size_t size) {
    auto const byte = [size](unsigned shift) { return static_cast<char>((size >> shift) & 0xff); };
    return {static_cast<char>(stream), 0, 0, 0, byte(24), byte(16), byte(8), byte(0)};
}

/// Appends a frame to @p out.
inline void append_frame(std::string& out, unsigned stream, std::string_view payload) {
    auto const header = frame_header(stream, payload.size());
    out.append(header.data(), header.size());
    out.append(payload);
}

} // namespace mocker::api

#endif
