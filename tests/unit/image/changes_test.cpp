#include <mocker/image/changes.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

using namespace mocker;
using strings = std::vector<std::string>;

namespace {

oci::container_defaults changed(strings const& instructions) {
    oci::container_defaults config;
    for (auto const& line : instructions) {
        auto const applied = image::apply_change(config, line);
        EXPECT_TRUE(applied) << line << ": " << applied.error().message();
    }
    return config;
}

std::string refused(std::string const& instruction) {
    oci::container_defaults config;
    return image::apply_change(config, instruction).error().message();
}

} // namespace

TEST(changes, commands_are_lists_or_lines_for_the_shell) {
    EXPECT_EQ(changed({R"(CMD ["sh", "-c", "echo \"hi\""])"}).cmd, (strings{"sh", "-c", "echo \"hi\""}));
    EXPECT_EQ(changed({"cmd echo $HOME"}).cmd, (strings{"/bin/sh", "-c", "echo $HOME"}));
    EXPECT_EQ(changed({R"(ENTRYPOINT ["/init"])"}).entrypoint, (strings{"/init"}));
    EXPECT_EQ(changed({"ENTRYPOINT [not json"}).entrypoint, (strings{"/bin/sh", "-c", "[not json"}));
}

TEST(changes, variables_and_labels_are_pairs) {
    auto const config = changed({"ENV A=1 B=\"two words\" C=it\\ is", "ENV A=3", "ENV OLD the rest of the line", "LABEL a=b 'c d'=e"});
    EXPECT_EQ(config.env, (strings{"A=3", "B=two words", "C=it is", "OLD=the rest of the line"}));
    EXPECT_EQ(config.labels.at("a"), "b");
    EXPECT_EQ(config.labels.at("c d"), "e");
}

TEST(changes, ports_and_volumes_are_sets) {
    auto const config = changed({"EXPOSE 80 53/udp 8000-8002/tcp", "EXPOSE 80", "VOLUME /data /cache", R"(VOLUME ["/data"])"});
    EXPECT_EQ(config.exposed_ports, (strings{"80/tcp", "53/udp", "8000/tcp", "8001/tcp", "8002/tcp"}));
    EXPECT_EQ(config.volumes, (strings{"/data", "/cache"}));
}

TEST(changes, a_relative_directory_is_below_the_one_before) {
    EXPECT_EQ(changed({"WORKDIR /srv", "WORKDIR app"}).working_dir, "/srv/app");
    EXPECT_EQ(changed({"WORKDIR app"}).working_dir, "/app");
    EXPECT_EQ(changed({"USER 1000:1000"}).user, "1000:1000");
    EXPECT_EQ(changed({"STOPSIGNAL SIGINT"}).stop_signal, "SIGINT");
    EXPECT_EQ(changed({"ONBUILD RUN make"}).on_build, (strings{"RUN make"}));
}

TEST(changes, refuses_what_is_no_change) {
    EXPECT_EQ(refused("RUN make"), "RUN is not a valid change command");
    EXPECT_EQ(refused(""), " is not a valid change command");
    EXPECT_EQ(refused("CMD"), "CMD requires at least one argument");
    EXPECT_EQ(refused("EXPOSE http"), "invalid containerPort: http");
    EXPECT_EQ(refused("EXPOSE 90000"), "invalid containerPort: 90000");
    EXPECT_EQ(refused("EXPOSE 9-1"), "invalid containerPort: 9-1");
    EXPECT_EQ(refused("ENV A"), "ENV must have two arguments");
    EXPECT_EQ(refused("ENV A=1 B"), "Syntax error - can't find = in \"B\". Must be of the form: name=value");
    EXPECT_EQ(refused("LABEL a=\"b"), "unexpected end of statement while looking for matching quote");
}
