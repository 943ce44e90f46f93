#include <mocker/cli/flag_set.hpp>

#include <gtest/gtest.h>

using namespace mocker;
using cli::flag_set;
using words = std::vector<std::string>;

namespace {

struct fixture {
    bool interactive = false, tty = false, proxy = true;
    std::string name;
    std::vector<std::string> env;
    std::optional<std::int64_t> last;
    flag_set flags;

    fixture() {
        flags.add_switch("interactive", 'i', interactive, "Keep STDIN open");
        flags.add_switch("tty", 't', tty, "Allocate a pseudo-TTY");
        flags.add_default_switch("sig-proxy", 0, proxy, "Proxy signals", "true");
        flags.add_text("name", 0, name, "Assign a name");
        flags.add_list("env", 'e', env, "Set environment variables");
        flags.add_integer("last", 'n', last, "Show n", "-1");
        flags.refuse("--publish -p");
    }

    std::string parse(words const& arguments) {
        auto const positional = flags.parse(arguments);
        if (!positional) return positional.error().message();
        std::string out;
        for (auto const& word : *positional) out += "[" + word + "]";
        return out;
    }
};

} // namespace

TEST(flag_set, takes_every_form_of_a_flag) {
    fixture f;
    EXPECT_EQ(f.parse({"-it", "--name", "web", "--env=A=1", "-eB=2", "-e", "C=3", "-e=D", "-n5", "--sig-proxy=false",
                       "image"}),
              "[image]");
    EXPECT_TRUE(f.interactive && f.tty && !f.proxy);
    EXPECT_EQ(f.name, "web");
    EXPECT_EQ(f.env, (words{"A=1", "B=2", "C=3", "D"}));
    EXPECT_EQ(f.last, 5);
    EXPECT_TRUE(f.flags.given("name"));
    EXPECT_FALSE(f.flags.given("publish"));
}

TEST(flag_set, a_joined_flag_may_end_in_one_that_takes_a_value) {
    fixture f;
    EXPECT_EQ(f.parse({"-ite", "A=1", "-"}), "[-]");
    EXPECT_EQ(f.env, words{"A=1"});
}

TEST(flag_set, flags_stop_at_two_dashes_and_for_run_at_the_first_argument) {
    fixture f;
    EXPECT_EQ(f.parse({"a", "-i", "--", "-t"}), "[a][-t]");
    EXPECT_TRUE(f.interactive);
    EXPECT_FALSE(f.tty);
    fixture run;
    run.flags.set_interspersed(false);
    EXPECT_EQ(run.parse({"-i", "image", "-t", "--name=x"}), "[image][-t][--name=x]");
    EXPECT_FALSE(run.tty);
}

TEST(flag_set, says_what_is_wrong_in_the_words_of_docker) {
    EXPECT_EQ(fixture().parse({"--nope"}), "unknown flag: --nope");
    EXPECT_EQ(fixture().parse({"-z"}), "unknown shorthand flag: 'z' in -z");
    EXPECT_EQ(fixture().parse({"-itz"}), "unknown shorthand flag: 'z' in -z");
    EXPECT_EQ(fixture().parse({"--name"}), "flag needs an argument: --name");
    EXPECT_EQ(fixture().parse({"-e"}), "flag needs an argument: 'e' in -e");
    EXPECT_EQ(fixture().parse({"--=x"}), "bad flag syntax: --=x");
    EXPECT_EQ(fixture().parse({"-it=x"}),
              "invalid argument \"x\" for \"-t, --tty\" flag: strconv.ParseBool: parsing \"x\": invalid syntax");
    EXPECT_EQ(fixture().parse({"--last=x"}),
              "invalid argument \"x\" for \"-n, --last\" flag: strconv.ParseInt: parsing \"x\": invalid syntax");
}

TEST(flag_set, refuses_by_name_what_only_docker_has) {
    EXPECT_EQ(fixture().parse({"--publish", "80:80"}), "flag not supported: --publish");
    EXPECT_EQ(fixture().parse({"-p80:80"}), "flag not supported: -p");
    EXPECT_EQ(fixture().parse({"--publ"}), "unknown flag: --publ");
}

TEST(flag_set, help_stops_everything) {
    fixture f;
    EXPECT_EQ(f.parse({"--help", "--nope"}), "");
    EXPECT_TRUE(f.flags.wants_help());
    EXPECT_FALSE(f.flags.wants_help_by_shorthand());
    fixture g;
    g.parse({"-h"});
    EXPECT_TRUE(g.flags.wants_help_by_shorthand());
}

TEST(flag_set, usages_are_aligned_and_wrapped_as_docker_does) {
    bool all = false, link = false;
    std::string since;
    flag_set flags;
    flags.add_text(
        "since", 0, since,
        "Show logs since timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)");
    flags.add_switch("all", 'a', all, "Show all");
    flags.add_switch("link", 0, link, "Hidden");
    flags.hide_last();
    EXPECT_EQ(flags.usages(79), "  -a, --all            Show all\n"
                                "      --since string   Show logs since timestamp (e.g.\n"
                                "                       \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\"\n"
                                "                       for 42 minutes)\n");
}
