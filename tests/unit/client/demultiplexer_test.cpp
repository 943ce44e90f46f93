#include <mocker/client/demultiplexer.hpp>

#include <gtest/gtest.h>

using namespace mocker;
using client::demultiplexer;

namespace {

std::string frame(char type, std::string_view payload) {
    std::string out{type, 0, 0, 0, 0, 0, 0, 0};
    out[6] = static_cast<char>(payload.size() >> 8);
    out[7] = static_cast<char>(payload.size());
    return out + std::string(payload);
}

/// What comes out of @p bytes when they arrive in two parts, cut at @p cut.
std::string collect(std::string_view bytes, std::size_t cut) {
    demultiplexer frames;
    std::string out;
    for (auto part : {bytes.substr(0, cut), bytes.substr(cut)}) {
        while (!part.empty()) {
            auto const piece = frames.next(part);
            if (!piece) return out + "!" + piece.error().message();
            if (*piece)
                out += ((*piece)->from == demultiplexer::stream::err ? "e:" : "o:") + std::string((*piece)->data) + " ";
        }
    }
    return out + (frames.at_boundary() ? "" : "cut");
}

} // namespace

TEST(demultiplexer, separates_the_two_streams) {
    EXPECT_EQ(collect(frame(1, "out") + frame(2, "err") + frame(1, "more"), 0), "o:out e:err o:more ");
}

TEST(demultiplexer, takes_frames_that_are_cut_anywhere) {
    auto const bytes = frame(1, "ab") + frame(2, "cd");
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        auto text = collect(bytes, cut);
        std::erase(text, ' ');
        for (auto const* label : {"o:", "e:"})
            for (auto at = text.find(label); at != std::string::npos; at = text.find(label)) text.erase(at, 2);
        EXPECT_EQ(text, "abcd") << cut;
    }
}

TEST(demultiplexer, skips_empty_frames) { EXPECT_EQ(collect(frame(1, "") + frame(2, "x"), 3), "e:x "); }

TEST(demultiplexer, knows_that_a_frame_is_not_complete) {
    auto const bytes = frame(1, "abc");
    EXPECT_EQ(collect(std::string_view(bytes).substr(0, 5), 0), "cut");
    EXPECT_EQ(collect(std::string_view(bytes).substr(0, 9), 0), "o:a cut");
}

TEST(demultiplexer, refuses_what_is_no_frame) {
    EXPECT_EQ(collect("plain text of a terminal", 0), "!unrecognized stream: 112");
    EXPECT_EQ(collect(std::string("\x01\x01\0\0\0\0\0\x01x", 9), 0), "!unrecognized stream: 1");
}

TEST(demultiplexer, reports_the_failure_that_the_server_puts_into_the_stream) {
    EXPECT_EQ(collect(frame(1, "a") + frame(3, "disk full"), 12), "o:a !error from daemon in stream: disk full");
}
