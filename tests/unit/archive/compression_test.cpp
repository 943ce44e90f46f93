#include <mocker/archive/compression.hpp>

#include <gtest/gtest.h>
#include <support/archive_maker.hpp>

#include <string>

using namespace mocker;
using archive::compression;
using namespace std::string_view_literals;

namespace {

/// Pushes @p packed in pieces of @p piece bytes; gives what came out, or the error.
result<std::string> inflate(std::string_view packed, std::size_t piece = 1000) {
    std::string plain;
    archive::decompressor to([&](std::string_view bytes) -> result<> {
        plain += bytes;
        return {};
    });
    while (!packed.empty()) {
        auto const part = packed.substr(0, piece);
        MOCKER_CHECK_RETURN(to.write(part));
        packed.remove_prefix(part.size());
    }
    MOCKER_CHECK_RETURN(to.finish());
    return plain;
}

std::string sample() {
    std::string text;
    for (int i = 0; i < 50'000; ++i) text += "line " + std::to_string(i * 7919 % 50'021) + '\n';
    return text;
}

} // namespace

TEST(compression, is_detected_by_the_first_bytes) {
    EXPECT_EQ(archive::detect_compression("\x1f\x8b\x08\x00\x00\x00"sv), compression::gzip);
    EXPECT_EQ(archive::detect_compression("\x28\xb5\x2f\xfd\x00\x00"sv), compression::zstd);
    EXPECT_EQ(archive::detect_compression("\x50\x2a\x4d\x18\x00\x00"sv), compression::zstd); // a skippable frame
    EXPECT_EQ(archive::detect_compression("BZh91A"sv), compression::bzip2);
    EXPECT_EQ(archive::detect_compression("\xfd\x37\x7a\x58\x5a\x00"sv), compression::xz);
    EXPECT_EQ(archive::detect_compression("etc/ho"sv), compression::none);
    EXPECT_EQ(archive::detect_compression(""sv), compression::none);
}

TEST(decompressor, inflates_gzip_and_zstd_and_passes_the_rest) {
    auto const text = sample();
    for (std::size_t const piece : {std::size_t(1), std::size_t(7), std::size_t(100'000), std::size_t(1) << 20}) {
        EXPECT_EQ(inflate(test::gzip(text), piece).value(), text) << piece;
        EXPECT_EQ(inflate(test::zstd(text), piece).value(), text) << piece;
        EXPECT_EQ(inflate(text, piece).value(), text) << piece;
    }
}

TEST(decompressor, takes_streams_of_several_members_and_zeros_behind_them) {
    auto const both = test::gzip("first ") + test::gzip("second");
    EXPECT_EQ(inflate(both).value(), "first second");
    EXPECT_EQ(inflate(both, 1).value(), "first second");
    EXPECT_EQ(inflate(both + std::string(700, '\0'), 64).value(), "first second");
    EXPECT_EQ(inflate(test::zstd("first ") + test::zstd("second"), 3).value(), "first second");
}

TEST(decompressor, an_empty_stream_is_empty) {
    EXPECT_EQ(inflate("").value(), "");
    EXPECT_EQ(inflate("abc").value(), "abc"); // shorter than any magic number
    EXPECT_EQ(inflate(test::gzip("")).value(), "");
}

TEST(decompressor, notices_a_stream_that_is_cut_at_any_byte) {
    for (auto const& whole : {test::gzip("some text to inflate"), test::zstd("some text to inflate")}) {
        for (std::size_t cut = archive::compression_magic_size; cut < whole.size(); ++cut) {
            auto const cut_short = inflate(std::string_view(whole).substr(0, cut), 5);
            ASSERT_FALSE(cut_short) << cut;
            EXPECT_EQ(cut_short.error().code(), errc::malformed);
        }
    }
}

TEST(decompressor, notices_damage) {
    auto packed = test::gzip(sample());
    packed[packed.size() - 6] ^= 1; // in the checksum
    EXPECT_EQ(inflate(packed).error().message(), "gzip: invalid checksum");
    packed = test::gzip(sample());
    for (std::size_t at = 12; at < 60; ++at) packed[at] = static_cast<char>(~packed[at]);
    EXPECT_EQ(inflate(packed).error().code(), errc::malformed);
    packed = test::zstd(sample());
    for (std::size_t at = 30; at < 90; ++at) packed[at] = static_cast<char>(~packed[at]);
    EXPECT_EQ(inflate(packed).error().code(), errc::malformed);
    EXPECT_EQ(inflate(test::gzip("text") + "garbage").error().code(), errc::malformed);
}

TEST(decompressor, says_which_compressions_it_does_not_know) {
    EXPECT_EQ(inflate("\xfd\x37\x7a\x58\x5a\x00rest"sv).error().message(), "archives compressed with xz are not supported");
    EXPECT_EQ(inflate("BZh91AY&SY").error().code(), errc::unsupported);
}

TEST(decompressor, stops_with_what_its_sink_returns) {
    archive::decompressor to([](std::string_view) -> result<> { return error(errc::too_large, "enough"); });
    EXPECT_EQ(to.write(test::gzip(sample())).error().message(), "enough");
}
