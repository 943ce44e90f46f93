#ifndef MOCKER_ARCHIVE_COMPRESSION_HPP
#define MOCKER_ARCHIVE_COMPRESSION_HPP

#include <mocker/core/error.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace mocker::archive {

/// How a stream of bytes is compressed. What its first bytes say counts, not its media type.
enum class compression { none, gzip, zstd, bzip2, xz };

/// Bytes that @ref detect_compression needs to see to be sure.
inline constexpr std::size_t compression_magic_size = 6;

/// What the first bytes of a stream say; `none` if they are nothing that is known.
MOCKER_DECL compression detect_compression(std::string_view first_bytes) noexcept;

/// `gzip`, `zstd`, …; `none` is "".
MOCKER_DECL std::string_view to_string(compression c) noexcept;

/// Where a stream goes, piece by piece. A failure stops whoever feeds it, and is theirs to return.
using byte_sink = std::function<result<>(std::string_view)>;

/** Inflates a stream that is pushed into it, whatever its compression: gzip (RFC 1952, also of several members) through
    ISA-L, zstd (RFC 8878) through libzstd; anything else passes as it is.

    @par Example
    @code
    decompressor inflate([&](std::string_view plain) { return tar.write(plain); });
    MOCKER_CHECK_RETURN(inflate.write(piece));
    MOCKER_CHECK_RETURN(inflate.finish());
    @endcode */
class decompressor {
public:
    MOCKER_DECL explicit decompressor(byte_sink sink);
    MOCKER_DECL ~decompressor();
    decompressor(decompressor const&) = delete;
    decompressor& operator=(decompressor const&) = delete;

    /** Takes the next bytes and passes on what they inflate to.
        @par Errors errc::malformed: the stream is damaged; errc::unsupported: bzip2 and xz; whatever the sink returns. */
    MOCKER_DECL result<> write(std::string_view bytes);

    /** Says that the stream has ended.
        @par Errors errc::malformed: it was cut short. */
    MOCKER_DECL result<> finish();

    /// What the stream turned out to be, once it has given enough bytes.
    MOCKER_DECL compression kind() const noexcept;

    /// The part that knows one format.
    class codec {
    public:
        virtual ~codec() = default;
        virtual result<> write(std::string_view bytes, byte_sink const& sink) = 0;
        virtual result<> finish() = 0;
    };

private:
    result<> start();

    byte_sink sink_;
    std::string first_;
    compression kind_ = compression::none;
    std::unique_ptr<codec> codec_;
};

} // namespace mocker::archive

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/archive/impl/compression.ipp>
#endif
#endif
