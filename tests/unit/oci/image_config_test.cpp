#include <mocker/oci/image_config.hpp>

#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include "documents.hpp"

using namespace mocker;
using namespace mocker::test;
using namespace std::chrono_literals;
using oci::image_config;

namespace {

std::string const document = R"({
  "created": "2024-05-01T10:20:30.123456789Z", "author": "somebody", "architecture": "arm64", "variant": "v8", "os": "linux",
  "docker_version": "20.10", "container": "ignored", "container_config": {"Cmd": 1},
  "config": {"User": "1000:1000", "ExposedPorts": {"80/tcp": {}, "53/udp": {}}, "Env": ["PATH=/bin", "A"],
    "Entrypoint": ["/entry"], "Cmd": ["serve", "-v"], "Volumes": {"/data": {}}, "WorkingDir": "/srv", "Labels": {"k": "v"},
    "StopSignal": "SIGINT", "Shell": ["/bin/bash", "-c"], "OnBuild": ["RUN true"],
    "Healthcheck": {"Test": ["CMD", "true"], "Interval": 5000000000, "Timeout": 1000000, "Retries": 3}},
  "rootfs": {"type": "layers", "diff_ids": [")" +
                             digest_a + R"(", ")" + digest_b + R"("]},
  "history": [{"created": "2024-05-01T10:20:30Z", "created_by": "COPY x", "comment": "c"}, {"created_by": "CMD", "empty_layer": true}]
})";

std::string why(std::string const& text) { return message_of(image_config::parse(text)); }

} // namespace

TEST(image_config, tells_what_containers_start_with) {
    auto const c = image_config::parse(document);
    ASSERT_TRUE(c.has_value()) << c.error().message();
    EXPECT_EQ(to_rfc3339_nano(c->created), "2024-05-01T10:20:30.123456789Z");
    EXPECT_EQ(c->platform().text(), "linux/arm64/v8");
    EXPECT_EQ(c->config.user, "1000:1000");
    EXPECT_EQ(c->config.exposed_ports, (std::vector<std::string>{"80/tcp", "53/udp"}));
    EXPECT_EQ(c->config.env, (std::vector<std::string>{"PATH=/bin", "A"}));
    EXPECT_EQ(c->config.entrypoint, (std::vector<std::string>{"/entry"}));
    EXPECT_EQ(c->config.cmd, (std::vector<std::string>{"serve", "-v"}));
    EXPECT_EQ(c->config.volumes, (std::vector<std::string>{"/data"}));
    EXPECT_EQ(c->config.labels.at("k"), "v");
    EXPECT_EQ(c->config.stop_signal, "SIGINT");
    EXPECT_EQ(c->config.healthcheck->interval, 5s);
    EXPECT_EQ(c->config.healthcheck->retries, 3);
    EXPECT_EQ(c->diff_ids.size(), 2u);
    EXPECT_TRUE(c->history[1].empty_layer);
}

TEST(image_config, survives_a_round_trip) {
    auto const c = image_config::parse(document);
    ASSERT_TRUE(c.has_value());
    auto const text = json::serialize(c->to_json());
    auto const again = image_config::parse(text);
    ASSERT_TRUE(again.has_value()) << again.error().message();
    EXPECT_EQ(again->config, c->config);
    EXPECT_EQ(again->history, c->history);
    EXPECT_EQ(again->diff_ids, c->diff_ids);
    EXPECT_EQ(json::serialize(again->to_json()), text);
}

TEST(image_config, takes_null_for_absent_and_a_text_for_a_list_of_one) {
    auto const c = image_config::parse(R"({"os":"linux","architecture":"amd64","created":"0001-01-01T00:00:00Z",
        "config":{"Entrypoint":"/run it","Cmd":null,"Env":null,"Volumes":null,"Labels":null,"Healthcheck":null},
        "rootfs":{"type":"layers","diff_ids":null},"history":null})");
    ASSERT_TRUE(c.has_value()) << c.error().message();
    EXPECT_EQ(c->config.entrypoint, (std::vector<std::string>{"/run it"}));
    EXPECT_TRUE(c->config.cmd.empty());
    EXPECT_FALSE(c->created);
}

TEST(image_config, says_which_field_is_wrong) {
    EXPECT_EQ(why("{}"), "image config: field rootfs: is missing");
    EXPECT_EQ(why(replaced(document, "\"PATH=/bin\"", "7")),
              "image config: field config.Env[0]: expected string, found number");
    EXPECT_EQ(why(replaced(document, digest_b, "sha256:zz")),
              "image config: field rootfs.diff_ids[1]: invalid checksum digest length");
    EXPECT_EQ(why(replaced(document, "\"layers\"", "\"lairs\"")),
              "image config: field rootfs.type: expected \"layers\", found \"lairs\"");
    EXPECT_EQ(why(replaced(document, "5000000000", "-5")),
              "image config: field config.Healthcheck.Interval: expected an integer from 0 to 2^63-1, found -5");
    EXPECT_EQ(why(replaced(document, "\"empty_layer\": true", "\"empty_layer\": 1")),
              "image config: field history[1].empty_layer: expected bool, found number");
    EXPECT_TRUE(
        why(replaced(document, "2024-05-01T10:20:30.1", "yesterday")).starts_with("image config: field created: "));
}

TEST(image_config, cut_at_any_byte_is_refused) {
    for (std::size_t n = 0; n < document.size(); ++n)
        ASSERT_EQ(image_config::parse(std::string_view(document).substr(0, n)).error().code(), errc::malformed) << n;
}

TEST(image_config, has_limits) {
    std::string many;
    for (int i = 0; i < 126; ++i) many += "\"" + digest_a + "\",";
    EXPECT_EQ(why(replaced(document, "\"diff_ids\": [", "\"diff_ids\": [" + many)),
              "image config: field rootfs.diff_ids[125]: at most 125 layers are supported");
    EXPECT_NE(why(R"({"config":)" + std::string(50'000, '{')).find("invalid JSON"), std::string::npos);
}
