#include <mocker/client/progress_stream.hpp>

#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

using namespace mocker;

namespace {

std::string split(std::string_view bytes, std::size_t cut) {
    client::json_splitter splitter;
    std::string out;
    for (auto part : {bytes.substr(0, cut), bytes.substr(cut)}) {
        while (!part.empty()) {
            auto const document = splitter.next(part);
            if (!document) return out + "!";
            if (*document) out += json::serialize(**document) + "|";
        }
    }
    return out + (splitter.at_boundary() ? "" : "cut");
}

} // namespace

TEST(json_splitter, gives_documents_one_by_one_however_the_stream_is_cut) {
    std::string_view const stream = "{\"status\":\"a\"}\r\n{\"b\":[1,{}]}\r\n\r\n{}\n";
    for (std::size_t cut = 0; cut <= stream.size(); ++cut)
        EXPECT_EQ(split(stream, cut), R"({"status":"a"}|{"b":[1,{}]}|{}|)") << cut;
}

TEST(json_splitter, knows_that_the_last_document_is_not_complete) {
    EXPECT_EQ(split("{\"a\":1} {\"b\"", 4), R"({"a":1}|cut)");
}

TEST(json_splitter, refuses_what_is_no_json) {
    EXPECT_EQ(split("{\"a\":1}<html>", 0), R"({"a":1}|!)");
    EXPECT_EQ(split("nonsense", 3), "!");
}
