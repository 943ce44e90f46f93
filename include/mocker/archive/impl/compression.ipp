#ifndef MOCKER_ARCHIVE_IMPL_COMPRESSION_IPP
#define MOCKER_ARCHIVE_IMPL_COMPRESSION_IPP

#include <mocker/archive/compression.hpp>

#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace mocker::archive {
namespace detail {

/// Bytes inflated before they are passed on: what fits the processor's second cache with room to spare.
inline constexpr std::size_t inflate_buffer_size = std::size_t(128) << 10;

class plain_codec final : public decompressor::codec {
public:
    result<> write(std::string_view bytes, byte_sink const& sink) override { return sink(bytes); }
    result<> finish() override { return {}; }
};

class gzip_codec final : public decompressor::codec {
public:
    gzip_codec() : state_(std::make_unique<inflate_state>()), buffer_(inflate_buffer_size) { begin_member(); }

    result<> write(std::string_view bytes, byte_sink const& sink) override {
        while (!bytes.empty()) {
            if (between_members_ && !next_member(bytes)) break;
            auto const piece = std::min<std::size_t>(bytes.size(), std::numeric_limits<std::uint32_t>::max());
            // ISA-L only reads what next_in points at.
            state_->next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(bytes.data()));
            state_->avail_in = static_cast<std::uint32_t>(piece);
            MOCKER_CHECK_RETURN(inflate(sink));
            bytes.remove_prefix(piece - state_->avail_in);
        }
        return {};
    }

    result<> finish() override {
        if (!between_members_) return error(errc::malformed, "unexpected end of a gzip stream");
        return {};
    }

private:
    void begin_member() {
        ::isal_inflate_init(state_.get());
        state_->crc_flag = ISAL_GZIP;
        between_members_ = false;
    }

    /// Skips the zeros that may follow a stream; true once another member begins.
    bool next_member(std::string_view& bytes) {
        auto const zeros = std::min(bytes.find_first_not_of('\0'), bytes.size());
        bytes.remove_prefix(zeros);
        if (bytes.empty()) return false;
        begin_member();
        return true;
    }

    result<> inflate(byte_sink const& sink) {
        do {
            auto const unread = state_->avail_in;
            state_->next_out = buffer_.data();
            state_->avail_out = static_cast<std::uint32_t>(buffer_.size());
            if (int const code = ::isal_inflate(state_.get()); code != ISAL_DECOMP_OK) {
                return error(errc::malformed, code == ISAL_INCORRECT_CHECKSUM ? "gzip: invalid checksum" : "gzip: invalid data");
            }
            auto const made = buffer_.size() - state_->avail_out;
            if (made != 0) MOCKER_CHECK_RETURN(sink({reinterpret_cast<char const*>(buffer_.data()), made}));
            between_members_ = state_->block_state == ISAL_BLOCK_FINISH;
            if (!between_members_ && made == 0 && unread != 0 && unread == state_->avail_in) {
                return error(errc::malformed, "gzip: invalid data");
            }
        } while (!between_members_ && (state_->avail_in != 0 || state_->avail_out == 0));
        return {};
    }

    std::unique_ptr<inflate_state> state_;
    std::vector<std::uint8_t> buffer_;
    bool between_members_ = false;
};

class zstd_codec final : public decompressor::codec {
public:
    zstd_codec() : stream_(::ZSTD_createDStream()), buffer_(inflate_buffer_size) {
        if (stream_ == nullptr) throw std::bad_alloc();
    }

    result<> write(std::string_view bytes, byte_sink const& sink) override {
        ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
        bool full = false;
        while (in.pos < in.size || full) {
            ZSTD_outBuffer out{buffer_.data(), buffer_.size(), 0};
            auto const left = ::ZSTD_decompressStream(stream_.get(), &out, &in);
            if (::ZSTD_isError(left) != 0) return error(errc::malformed, std::string("zstd: ") + ::ZSTD_getErrorName(left));
            if (out.pos != 0) MOCKER_CHECK_RETURN(sink({buffer_.data(), out.pos}));
            between_frames_ = left == 0;
            full = out.pos == out.size && !between_frames_;
        }
        return {};
    }

    result<> finish() override {
        if (!between_frames_) return error(errc::malformed, "unexpected end of a zstd stream");
        return {};
    }

private:
    struct free_stream {
        void operator()(ZSTD_DStream* stream) const noexcept { ::ZSTD_freeDStream(stream); }
    };
    std::unique_ptr<ZSTD_DStream, free_stream> stream_;
    std::vector<char> buffer_;
    bool between_frames_ = false;
};

} // namespace detail

MOCKER_DECL compression detect_compression(std::string_view first_bytes) noexcept {
    using namespace std::string_view_literals;
    if (first_bytes.starts_with("\x1f\x8b"sv)) return compression::gzip;
    if (first_bytes.starts_with("\x28\xb5\x2f\xfd"sv)) return compression::zstd;
    // A skippable frame: "\x50" to "\x5f" and three fixed bytes, as estargz' zstd relative writes them.
    if (first_bytes.size() >= 4 && (first_bytes[0] & 0xf0) == 0x50 && first_bytes.substr(1, 3) == "\x2a\x4d\x18"sv) {
        return compression::zstd;
    }
    if (first_bytes.starts_with("BZh"sv)) return compression::bzip2;
    if (first_bytes.starts_with("\xfd\x37\x7a\x58\x5a\x00"sv)) return compression::xz;
    return compression::none;
}

MOCKER_DECL std::string_view to_string(compression c) noexcept {
    switch (c) {
    case compression::none: return "";
    case compression::gzip: return "gzip";
    case compression::zstd: return "zstd";
    case compression::bzip2: return "bzip2";
    case compression::xz: return "xz";
    }
    return "";
}

MOCKER_DECL decompressor::decompressor(byte_sink sink) : sink_(std::move(sink)) {}
MOCKER_DECL decompressor::~decompressor() = default;
MOCKER_DECL compression decompressor::kind() const noexcept { return kind_; }

MOCKER_DECL result<> decompressor::write(std::string_view bytes) {
    if (codec_) return codec_->write(bytes, sink_);
    if (first_.size() + bytes.size() < compression_magic_size) {
        first_ += bytes;
        return {};
    }
    auto const taken = compression_magic_size - first_.size();
    first_ += bytes.substr(0, taken);
    MOCKER_CHECK_RETURN(start());
    return codec_->write(bytes.substr(taken), sink_);
}

MOCKER_DECL result<> decompressor::start() {
    kind_ = detect_compression(first_);
    switch (kind_) {
    case compression::none: codec_ = std::make_unique<detail::plain_codec>(); break;
    case compression::gzip: codec_ = std::make_unique<detail::gzip_codec>(); break;
    case compression::zstd: codec_ = std::make_unique<detail::zstd_codec>(); break;
    default: return error(errc::unsupported, "archives compressed with " + std::string(to_string(kind_)) + " are not supported");
    }
    return codec_->write(first_, sink_);
}

MOCKER_DECL result<> decompressor::finish() {
    if (!codec_ && !first_.empty()) MOCKER_CHECK_RETURN(start());
    return codec_ ? codec_->finish() : result<>{};
}

} // namespace mocker::archive

#endif
