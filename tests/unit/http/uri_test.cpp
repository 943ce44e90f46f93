#include <mocker/http/uri.hpp>

#include <gtest/gtest.h>

namespace mocker::http {

TEST(http_uri, percent_decoding_gives_bytes_and_refuses_broken_escapes) {
    EXPECT_EQ(percent_decode("/a%20b%2Fc").value(), "/a b/c");
    EXPECT_EQ(percent_decode("+").value(), "+");
    for (auto const* const broken : {"%", "%2", "%zz", "a%2", "%%20"}) {
        auto const decoded = percent_decode(broken);
        ASSERT_FALSE(decoded) << broken;
        EXPECT_EQ(decoded.error().code(), errc::malformed);
    }
}

TEST(http_uri, what_is_encoded_decodes_to_itself) {
    std::string all;
    for (int i = 0; i != 256; ++i) all.push_back(static_cast<char>(i));
    EXPECT_EQ(percent_decode(percent_encode(all)).value(), all);
    EXPECT_EQ(percent_encode("quay.io/a:b", "/"), "quay.io/a%3Ab");
}

TEST(http_uri, a_query_has_names_values_and_repetitions) {
    query_parameters const query("all=1&filters=%7B%7D&t=a&t=b+c&flag&&=x");
    EXPECT_EQ(query.find("all"), "1");
    EXPECT_EQ(query.find("filters"), "{}");
    EXPECT_EQ(query.find("flag"), "");
    EXPECT_EQ(query.find("none"), std::nullopt);
    EXPECT_EQ(query.find_all("t"), (std::vector<std::string>{"a", "b c"}));
    EXPECT_EQ(query_parameters("a=%zz").find("a"), "%zz");
}

TEST(http_uri, a_query_is_built_escaped) {
    EXPECT_EQ(query_builder().add("fromImage", "a/b").add("tag", "1 2").text(), "?fromImage=a%2Fb&tag=1%202");
    EXPECT_EQ(query_builder().text(), "");
}

} // namespace mocker::http
