#include <mocker/cli/container_list.hpp>

#include <gtest/gtest.h>

using namespace mocker;

namespace {

std::string cell(types::container_summary const& container, std::string_view name, bool truncate = true) {
    auto const value = cli::container_row(container, truncate)(name, {});
    return value && value->is_string() ? std::string(value->get_string()) : "";
}

types::port_summary port(std::uint16_t inside, std::uint16_t outside = 0, std::string ip = {},
                         std::string type = "tcp") {
    types::port_summary out;
    out.private_port = inside;
    out.public_port = outside;
    out.ip = std::move(ip);
    out.type = std::move(type);
    return out;
}

} // namespace

TEST(container_row, shows_what_docker_shows) {
    types::container_summary container;
    container.id = std::string(64, 'a');
    container.names = {"/web", "/other/web"};
    container.image = "nginx:1@sha256:abc";
    container.command = "sh -c 'while true; do sleep 1; done'";
    container.status = "Up 5 seconds";
    container.size_rw = 0;
    container.size_root_fs = 4261556;
    container.labels = {{"b", "2"}, {"a", "1"}};
    EXPECT_EQ(cell(container, "ID"), "aaaaaaaaaaaa");
    EXPECT_EQ(cell(container, "ID", false), container.id);
    EXPECT_EQ(cell(container, "Names"), "web");
    EXPECT_EQ(cell(container, "Names", false), "web,other/web");
    EXPECT_EQ(cell(container, "Image"), "nginx:1");
    EXPECT_EQ(cell(container, "Command"), "\"sh -c 'while true; …\"");
    EXPECT_EQ(cell(container, "Status"), "Up 5 seconds");
    EXPECT_EQ(cell(container, "Size"), "0B (virtual 4.26MB)");
    EXPECT_EQ(cell(container, "Labels"), "a=1,b=2");
}

TEST(displayable_ports, groups_what_is_adjacent) {
    EXPECT_EQ(cli::displayable_ports({port(80)}), "80/tcp");
    EXPECT_EQ(cli::displayable_ports({port(82), port(80), port(81), port(90)}), "80-82/tcp, 90/tcp");
    EXPECT_EQ(cli::displayable_ports({port(80, 8080, "0.0.0.0"), port(80, 8080, "::")}),
              "0.0.0.0:8080->80/tcp, [::]:8080->80/tcp");
    EXPECT_EQ(cli::displayable_ports({port(80, 80, "0.0.0.0"), port(81, 81, "0.0.0.0")}), "0.0.0.0:80-81->80-81/tcp");
    EXPECT_EQ(cli::displayable_ports({}), "");
}

TEST(image_names, has_a_row_for_each_tag) {
    std::vector<types::image_summary> images(3);
    images[0].repo_tags = {"busybox:1", "localhost:5000/b:latest"};
    images[0].repo_digests = {"busybox@sha256:aa"};
    images[2].repo_digests = {"alpine@sha256:bb"};
    auto const rows = cli::image_names(images, false);
    ASSERT_EQ(rows.size(), 4u);
    EXPECT_EQ(rows[0].repository + "|" + rows[0].tag, "busybox|1");
    EXPECT_EQ(rows[1].repository + "|" + rows[1].tag, "localhost:5000/b|latest");
    EXPECT_EQ(rows[2].repository + "|" + rows[2].tag, "<none>|<none>");
    EXPECT_EQ(rows[3].repository + "|" + rows[3].tag, "alpine|<none>");
    EXPECT_EQ(cli::image_names(images, true)[0].digest, "sha256:aa");
}

TEST(ellipsis, counts_characters) {
    EXPECT_EQ(cli::ellipsis("short", 20), "short");
    EXPECT_EQ(cli::ellipsis("abcdef", 4), "abc…");
    EXPECT_EQ(cli::ellipsis("ääää", 3), "ää…");
}
