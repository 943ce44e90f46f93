#include <mocker/cli/list_format.hpp>
#include <mocker/cli/tab_writer.hpp>

#include <gtest/gtest.h>

using namespace mocker;
using cli::align_columns;

TEST(tab_writer, columns_are_at_least_ten_wide_and_three_apart) {
    EXPECT_EQ(align_columns("ID\tNAMES\n0123456789ab\tx\n"), "ID             NAMES\n0123456789ab   x\n");
    EXPECT_EQ(align_columns("A\tB\tC\n1\t2\t3\n"), "A         B         C\n1         2         3\n");
}

TEST(tab_writer, counts_characters_not_bytes) {
    EXPECT_EQ(align_columns("\"sleep 1…\"\tx\n123456789012\ty\n"), "\"sleep 1…\"     x\n123456789012   y\n");
}

TEST(tab_writer, a_line_without_the_column_ends_it) {
    EXPECT_EQ(align_columns("a long cell\tx\nno tab\nb\ty\n"), "a long cell   x\nno tab\nb         y\n");
    EXPECT_EQ(align_columns(""), "");
    EXPECT_EQ(align_columns("x\ty"), "x         y");
}

namespace {

cli::list_shape shape() {
    cli::list_shape out;
    out.columns = {{"ID", "CONTAINER ID", true}, {"Names", "NAMES", true}, {"State", "STATE"}};
    out.type_name = "*formatter.ContainerContext";
    return out;
}

cli::list_row row(std::string id, std::string name) {
    return [=](std::string_view field, std::span<json::value const> arguments) -> std::optional<json::value> {
        if (field == "ID") return json::value(id);
        if (field == "Names") return json::value(name);
        if (field == "State") return json::value("running");
        if (field == "Label" && arguments.size() == 1)
            return json::value("value of " + std::string(arguments[0].as_string()));
        return std::nullopt;
    };
}

std::string format(std::string_view text) {
    auto const out = cli::format_list(shape(), text, {row("1", "web"), row("2", "db")});
    return out ? *out : out.error().message();
}

} // namespace

TEST(list_format, prints_the_default_table) {
    EXPECT_EQ(format(""), "CONTAINER ID   NAMES\n1              web\n2              db\n");
    EXPECT_EQ(format("table"), format(""));
}

TEST(list_format, prints_a_table_of_ones_own) {
    EXPECT_EQ(format("table {{.Names}}\\t{{upper .State}}"), "NAMES     STATE\nweb       RUNNING\ndb        RUNNING\n");
    EXPECT_EQ(format("table {{.Label \"com.example.my-key\"}}"),
              "MY KEY\nvalue of com.example.my-key\nvalue of com.example.my-key\n");
}

TEST(list_format, prints_lines_and_json) {
    EXPECT_EQ(format("{{.ID}}:{{.Names}}"), "1:web\n2:db\n");
    EXPECT_EQ(format("json"), "{\"ID\":\"1\",\"Names\":\"web\",\"State\":\"running\"}\n{\"ID\":\"2\",\"Names\":\"db\","
                              "\"State\":\"running\"}\n");
    EXPECT_EQ(format("{{json .}}"), format("json"));
}

TEST(list_format, says_what_is_wrong) {
    EXPECT_EQ(format("{{.ID"), "failed to parse template: template: :1: unclosed action");
    EXPECT_EQ(
        format("{{.Nope}}"),
        "template: :1:2: executing \"\" at <.Nope>: can't evaluate field Nope in type *formatter.ContainerContext");
}
