#include <mocker/http/fields.hpp>

#include <gtest/gtest.h>

namespace mocker::http {

TEST(http_fields, names_compare_without_case) {
    fields header;
    header.add("Content-Type", "text/plain");
    EXPECT_EQ(header["content-type"], "text/plain");
    EXPECT_TRUE(header.contains("CONTENT-TYPE"));
    EXPECT_EQ(header["Content-Typ"], "");
}

TEST(http_fields, set_replaces_all_of_that_name_and_add_keeps_them) {
    fields header;
    header.add("X", "1");
    header.add("Y", "2");
    header.add("x", "3");
    EXPECT_EQ(header.count("X"), 2U);
    header.set("X", "4");
    std::string text;
    header.append_to(text);
    EXPECT_EQ(text, "Y: 2\r\nX: 4\r\n");
}

TEST(http_fields, a_value_cannot_start_another_field) {
    fields header;
    header.set("X", "a\r\nSet-Cookie: evil\n");
    std::string text;
    header.append_to(text);
    EXPECT_EQ(text, "X: a  Set-Cookie: evil \r\n");
}

TEST(http_fields, lists_contain_tokens) {
    EXPECT_TRUE(list_contains("keep-alive, Upgrade", "upgrade"));
    EXPECT_TRUE(list_contains("upgrade", "upgrade"));
    EXPECT_FALSE(list_contains("upgraded, x", "upgrade"));
    EXPECT_FALSE(list_contains("", "upgrade"));
}

} // namespace mocker::http
