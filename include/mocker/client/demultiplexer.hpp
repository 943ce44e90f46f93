#ifndef MOCKER_CLIENT_DEMULTIPLEXER_HPP
#define MOCKER_CLIENT_DEMULTIPLEXER_HPP

#include <mocker/core/error.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mocker::client {

/** Takes apart the stream of a container without a terminal: standard output and error, in frames (Engine API,
    "Stream format": a byte for the stream, three of zero, four for the length, big-endian; then the payload).

    Payload is passed on as it arrives: a frame may come out in several pieces, nothing is copied.
    @par Example
    @code
    while (!input.empty()) {
        MOCKER_TRY(piece, frames.next(input));
        if (piece) write(piece->from == demultiplexer::stream::err ? 2 : 1, piece->data);
    }
    @endcode */
class demultiplexer {
public:
    enum class stream : std::uint8_t { in = 0, out = 1, err = 2 };

    struct piece {
        stream from;
        std::string_view data; ///< part of the input
    };

    /** The next piece of payload in @p input, which is shortened by what was used. Nothing once @p input is used up.
        @par Errors errc::malformed for a stream that is not framed; errc::internal with the server's own text, where
       the server reports a failure in the stream. */
    MOCKER_DECL result<std::optional<piece>> next(std::string_view& input);

    /// True between frames: a stream that ends elsewhere was cut.
    bool at_boundary() const noexcept { return header_size_ == 0 && remaining_ == 0; }

private:
    static constexpr std::uint8_t system_error = 3;

    std::array<unsigned char, 8> header_{};
    std::size_t header_size_ = 0;
    std::uint32_t remaining_ = 0;
    std::uint8_t type_ = 0;
    std::string failure_;
};

} // namespace mocker::client

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/client/impl/demultiplexer.ipp>
#endif
#endif
