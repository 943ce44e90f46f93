#include <mocker/types.hpp>

#include <gtest/gtest.h>

using namespace mocker;

namespace {

types::container_create_request create_request(std::string_view text) {
    auto parsed = types::parse<types::container_create_request>(text);
    EXPECT_TRUE(parsed.has_value()) << (parsed ? "" : parsed.error().message());
    return parsed.value();
}

std::string failure(std::string_view text) {
    auto const parsed = types::parse<types::container_create_request>(text);
    return parsed ? "accepted" : parsed.error().message();
}

} // namespace

TEST(json_mapping, the_config_of_a_create_request_stands_beside_its_host_config) {
    auto const request = create_request(R"({"Image":"busybox","Cmd":["true"],"HostConfig":{"Memory":1048576,"NetworkMode":"none"}})");
    EXPECT_EQ(request.config.image, "busybox");
    EXPECT_EQ(request.config.cmd->front(), "true");
    EXPECT_EQ(request.host_config.memory, 1048576);
    EXPECT_EQ(request.host_config.network_mode, "none");
}

TEST(json_mapping, field_names_are_read_without_regard_to_case_and_unknown_ones_are_skipped) {
    auto const request = create_request(R"({"image":"busybox","hostconfig":{"autoREMOVE":true},"Surprise":[1,2,{}]})");
    EXPECT_EQ(request.config.image, "busybox");
    EXPECT_TRUE(request.host_config.auto_remove);
}

TEST(json_mapping, a_command_may_be_one_string) {
    EXPECT_EQ(create_request(R"({"Cmd":"true"})").config.cmd, types::word_list({"true"}));
    EXPECT_EQ(create_request(R"({"Cmd":null})").config.cmd, std::nullopt);
    EXPECT_EQ(create_request(R"({"Cmd":[]})").config.cmd, types::word_list());
}

TEST(json_mapping, null_and_empty_come_back_as_they_were_sent) {
    auto const request = create_request(R"({"HostConfig":{"Binds":[],"Dns":null,"PortBindings":{"80/tcp":null}}})");
    auto const text = types::to_text(request.host_config);
    EXPECT_NE(text.find(R"("Binds":[])"), std::string::npos);
    EXPECT_NE(text.find(R"("Dns":null)"), std::string::npos);
    EXPECT_NE(text.find(R"("PortBindings":{"80/tcp":null})"), std::string::npos);
    EXPECT_EQ(text.find("Annotations"), std::string::npos) << "omitempty";
}

TEST(json_mapping, a_wrong_kind_is_refused_with_the_field_and_what_was_expected) {
    EXPECT_EQ(failure(R"({"HostConfig":{"Memory":"1m"}})"), "field HostConfig.Memory: expected number, found string");
    EXPECT_EQ(failure(R"({"Env":["A=1",2]})"), "field Env[1]: expected string, found number");
    EXPECT_EQ(failure(R"({"Tty":"yes"})"), "field Tty: expected bool, found string");
    EXPECT_EQ(failure(R"([1])"), "field body: expected object, found array");
    EXPECT_EQ(failure(R"({"HostConfig":{"BlkioWeight":70000}})"), "field HostConfig.BlkioWeight: number out of range: 70000");
}

TEST(json_mapping, a_document_cut_anywhere_is_refused) {
    std::string const whole = R"({"Image":"busybox","HostConfig":{"Memory":1,"Ulimits":[{"Name":"nofile","Soft":1,"Hard":2}]}})";
    EXPECT_EQ(failure(whole), "accepted");
    for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_NE(failure(whole.substr(0, size)), "accepted") << size;
}

TEST(json_mapping, a_nesting_bomb_is_refused) {
    EXPECT_NE(failure("{\"Env\":" + std::string(100'000, '[') + "}"), "accepted");
}
