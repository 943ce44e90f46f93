#include <mocker/engine/mounts.hpp>

#include <gtest/gtest.h>

namespace {

using namespace mocker;
using kind = engine::mount_point::kind;

TEST(parse_bind, knows_directories_volumes_and_anonymous_volumes) {
    auto const bind = engine::parse_bind("/src/./a/:/dst:ro,z");
    ASSERT_TRUE(bind) << bind.error().message();
    EXPECT_EQ(bind->type, kind::bind);
    EXPECT_EQ(bind->source, "/src/a");
    EXPECT_EQ(bind->destination, "/dst");
    EXPECT_FALSE(bind->writable);
    EXPECT_TRUE(bind->create_source);
    EXPECT_EQ(bind->propagation, "rprivate");

    auto const volume = engine::parse_bind("data:/var/lib/data:nocopy");
    ASSERT_TRUE(volume);
    EXPECT_EQ(volume->type, kind::volume);
    EXPECT_EQ(volume->name, "data");
    EXPECT_FALSE(volume->copy_image_data);

    auto const anonymous = engine::parse_bind("/cache");
    ASSERT_TRUE(anonymous);
    EXPECT_TRUE(anonymous->anonymous);
    EXPECT_EQ(anonymous->destination, "/cache");
}

TEST(parse_bind, refuses_what_is_none) {
    for (auto const* bad : {"", ":", "a:", ":/b", "/a:/b:/c:ro", "/a:/b:fast", "/a:relative", "/a:/", "data:/x:rshared", "/a::ro", "./rel:/x"})
        EXPECT_FALSE(engine::parse_bind(bad)) << bad;
    EXPECT_EQ(engine::parse_bind(":").error().message(), "invalid volume specification: ':'");
    EXPECT_EQ(engine::parse_bind("/a:/b:fast").error().message(), "invalid mode: fast");
}

TEST(clean_path, keeps_inside_the_root) {
    EXPECT_EQ(engine::clean_path("/a/../../b//c/."), "/b/c");
    EXPECT_EQ(engine::clean_path("/.."), "/");
    EXPECT_EQ(engine::clean_path("a/b"), "/a/b");
}

types::host_config host_from(char const* json) {
    auto host = types::parse<types::host_config>(json);
    EXPECT_TRUE(host) << host.error().message();
    return std::move(*host);
}

std::string refusal_of(char const* json) {
    auto const planned = engine::plan_mounts({}, host_from(json));
    EXPECT_FALSE(planned);
    return planned ? "" : planned.error().message();
}

TEST(plan_mounts, puts_outer_mounts_before_inner_ones) {
    auto const planned = engine::plan_mounts({}, host_from(R"({"Binds":["/x:/a/b/c","/y:/a"],"Tmpfs":{"/a/b":"size=1m"}})"));
    ASSERT_TRUE(planned);
    ASSERT_EQ(planned->size(), 3U);
    EXPECT_EQ((*planned)[0].destination, "/a");
    EXPECT_EQ((*planned)[1].destination, "/a/b");
    EXPECT_EQ((*planned)[1].options, (std::vector<std::string>{"noexec", "nosuid", "nodev", "size=1m"}));
    EXPECT_EQ((*planned)[2].destination, "/a/b/c");
}

TEST(plan_mounts, makes_volumes_of_the_image_anonymous_unless_something_else_is_there) {
    types::container_config config;
    config.volumes = types::name_set{"/data", "/logs"};
    auto const planned = engine::plan_mounts(config, host_from(R"({"Binds":["/y:/logs/"]})"));
    ASSERT_TRUE(planned);
    ASSERT_EQ(planned->size(), 2U);
    EXPECT_EQ((*planned)[0].type, kind::bind);
    EXPECT_TRUE((*planned)[1].anonymous);
    EXPECT_TRUE((*planned)[1].copy_image_data);
}

TEST(plan_mounts, says_what_is_wrong_in_the_words_of_docker) {
    EXPECT_EQ(refusal_of(R"({"Binds":["/a:/x","/b:/x"]})"), "Duplicate mount point: /x");
    EXPECT_EQ(refusal_of(R"({"Mounts":[{"Type":"bind","Source":"/no/such/place","Target":"/x"}]})"),
              "invalid mount config for type \"bind\": bind source path does not exist: /no/such/place");
    EXPECT_EQ(refusal_of(R"({"Mounts":[{"Type":"bind","Target":"/x"}]})"),
              "invalid mount config for type \"bind\": field Source must not be empty");
    EXPECT_EQ(refusal_of(R"({"Mounts":[{"Type":"tmpfs","Source":"/a","Target":"/x"}]})"),
              "invalid mount config for type \"tmpfs\": field Source must not be specified");
    EXPECT_EQ(refusal_of(R"({"Mounts":[{"Type":"volume","Source":"data","Target":"x"}]})"),
              "invalid mount config for type \"volume\": invalid mount path: 'x' mount path must be absolute");
    EXPECT_EQ(refusal_of(R"({"Mounts":[{"Type":"weird","Target":"/x"}]})"), "invalid mount config for type \"weird\": mount type unknown");
    EXPECT_EQ(refusal_of(R"({"Tmpfs":{"/x":"colour=red"}})"), "invalid tmpfs option [\"colour=red\"]");
}

} // namespace
