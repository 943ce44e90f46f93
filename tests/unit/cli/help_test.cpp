#include <mocker/cli/help.hpp>

#include <gtest/gtest.h>

#include <stdexcept>

using namespace mocker;

namespace {

cli::command_entry const& entry(std::string_view name) {
    for (auto const& each : cli::command_table())
        for (auto const known : each.names)
            if (known == name) return each;
    throw std::runtime_error("no command of that name");
}

/// What the flags of a command say to @p arguments, or `accepted`.
std::string parse(std::string_view name, std::vector<std::string> const& arguments) {
    auto const& command = entry(name);
    auto const action = command.make();
    cli::flag_set flags;
    action->declare(flags);
    flags.refuse(command.refused);
    flags.set_interspersed(command.interspersed);
    auto const parsed = flags.parse(arguments);
    return parsed ? "accepted" : parsed.error().message();
}

} // namespace

TEST(help, of_a_command_is_the_one_of_docker) {
    auto const& command = entry("kill");
    auto const action = command.make();
    cli::flag_set flags;
    action->declare(flags);
    EXPECT_EQ(cli::command_help(command, "kill", flags, 80),
              "Usage:  mocker kill [OPTIONS] CONTAINER [CONTAINER...]\n\n"
              "Kill one or more running containers\n\n"
              "Aliases:\n  mocker container kill, mocker kill\n\n"
              "Options:\n"
              "  -s, --signal string   Signal to send to the container\n");
}

TEST(help, names_a_command_as_docker_does) {
    EXPECT_EQ(cli::shown_name(entry("ps"), "ps"), "ps");
    EXPECT_EQ(cli::shown_name(entry("ps"), "container list"), "container ls");
    EXPECT_EQ(cli::use_line(entry("ps"), "container ls"), "mocker container ls [OPTIONS]");
}

TEST(help, of_a_group_lists_its_commands) {
    auto const text = cli::group_help("image");
    EXPECT_TRUE(text.starts_with(
        "Usage:  mocker image COMMAND\n\nManage images\n\nCommands:\n  import      Import the contents"));
    EXPECT_NE(text.find("  inspect     Display detailed information on one or more images\n"), std::string::npos);
    EXPECT_EQ(cli::group_summary("swarm"), "");
}

TEST(help, counts_arguments) {
    EXPECT_EQ(cli::argument_error(entry("run"), "run", 0), "mocker: 'mocker run' requires at least 1 argument\n\n"
                                                           "Usage:  mocker run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\n"
                                                           "See 'mocker run --help' for more information\n");
    EXPECT_EQ(cli::argument_error(entry("ps"), "ps", 1),
              "mocker: 'mocker ps' accepts no arguments\n\nUsage:  mocker ps [OPTIONS]\n\n"
              "Run 'mocker ps --help' for more information\n");
    EXPECT_TRUE(cli::argument_error(entry("tag"), "tag", 1).starts_with("mocker: 'mocker tag' requires 2 arguments\n"));
    EXPECT_TRUE(cli::argument_error(entry("images"), "images", 2)
                    .starts_with("mocker: 'mocker images' requires at most 1 argument\n"));
    EXPECT_EQ(cli::argument_error(entry("run"), "run", 5), "");
}

TEST(command_table, takes_the_flags_of_docker_or_refuses_them_by_name) {
    EXPECT_EQ(parse("run", {"-itd", "--rm", "--name=x", "-eA", "image", "--not-ours"}), "accepted");
    EXPECT_EQ(parse("run", {"--publish", "80:80", "image"}), "flag not supported: --publish");
    EXPECT_EQ(parse("create", {"-p", "80:80", "image"}), "flag not supported: -p");
    EXPECT_EQ(parse("run", {"--restart=always", "image"}), "flag not supported: --restart");
    EXPECT_EQ(parse("run", {"--nope", "image"}), "unknown flag: --nope");
    EXPECT_EQ(parse("pull", {"-a", "image"}), "flag not supported: -a");
    EXPECT_EQ(parse("exec", {"-it", "-u", "0", "box", "sh", "-c", "exit"}), "accepted");
    EXPECT_EQ(parse("stop", {"box", "-t", "3"}), "accepted");
    EXPECT_EQ(parse("logs", {"-fn", "5", "box"}), "accepted");
}

TEST(start_exit_status, tells_what_could_not_be_executed) {
    auto const status = [](std::string text) {
        return cli::start_exit_status(error(errc::malformed, std::move(text)), 125);
    };
    EXPECT_EQ(status("... exec: \"nosuch\": executable file not found in $PATH: unknown"), 127);
    EXPECT_EQ(status("... exec: \"/nosuch\": stat /nosuch: no such file or directory: unknown"), 127);
    EXPECT_EQ(status("... exec: \"/etc/passwd\": permission denied: unknown"), 126);
    EXPECT_EQ(status("... exec: \"/bin\": is a directory: unknown"), 126);
    EXPECT_EQ(status("No such image: x"), 125);
    EXPECT_EQ(cli::start_exit_status(error(errc::forbidden, "permission denied while trying to connect"), 125), 125);
}

TEST(parse_filters, collects_values_by_key) {
    auto const filters = cli::parse_filters({"status=exited", "Status=created", "label=a=b"});
    ASSERT_TRUE(filters);
    EXPECT_EQ(*filters, (client::filter_map{{"label", {"a=b"}}, {"status", {"exited", "created"}}}));
    EXPECT_FALSE(cli::parse_filter("x"));
}
