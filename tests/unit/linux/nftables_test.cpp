#include <mocker/linux/nftables.hpp>

#include <support/net_namespace.hpp>

#include <array>
#include <cstdio>
#include <memory>

using namespace mocker;
using namespace mocker::linux_;
using mocker::test::in_new_network;

namespace {

/// What nft(8) makes of the rules of this namespace.
std::string ruleset() {
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> const pipe(::popen("nft list ruleset", "r"), &::pclose);
    std::string text;
    std::array<char, 4096> buffer;
    while (auto const got = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) text.append(buffer.data(), got);
    return text;
}

nftables_batch filter_table() {
    nftables_batch batch;
    batch.add_table("t");
    batch.add_chain("t", "c", nftables_hook::forward);
    return batch;
}

} // namespace

TEST(nftables_batch, an_empty_one_changes_nothing) {
    EXPECT_TRUE(nftables_batch().empty());
    EXPECT_TRUE(nftables_batch().commit());
}

TEST(nftables_batch, rules_are_what_nft_would_have_made) {
    in_new_network([] {
        auto batch = filter_table();
        batch.append_rule("t", "c", nftables_rule().input_interface("br0").accept());
        batch.append_rule("t", "c", nftables_rule().output_interface("br0").established().accept());
        batch.append_rule("t", "c", nftables_rule().output_interface("br0").drop().comment("the last"));
        batch.add_chain("t", "n", nftables_hook::postrouting);
        batch.append_rule("t", "n", nftables_rule().source_network(0xac110000, 16).output_interface_is_not("br0").masquerade());
        auto const done = batch.commit();
        ASSERT_TRUE(done) << done.error().message();
        EXPECT_EQ(ruleset(), "table ip t {\n"
                             "\tchain c {\n"
                             "\t\ttype filter hook forward priority filter; policy accept;\n"
                             "\t\tiifname \"br0\" accept\n"
                             "\t\toifname \"br0\" ct state established,related accept\n"
                             "\t\toifname \"br0\" drop comment \"the last\"\n"
                             "\t}\n\n"
                             "\tchain n {\n"
                             "\t\ttype nat hook postrouting priority srcnat; policy accept;\n"
                             "\t\tip saddr 172.17.0.0/16 oifname != \"br0\" masquerade\n"
                             "\t}\n"
                             "}\n");
    });
}

TEST(nftables_batch, takes_effect_as_a_whole_or_not_at_all) {
    in_new_network([] {
        auto batch = filter_table();
        batch.append_rule("t", "no such chain", nftables_rule().drop());
        auto const refused = batch.commit();
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code().value(), ENOENT);
        EXPECT_EQ(ruleset(), "");
    });
}

TEST(nftables_batch, replacing_a_table_leaves_nothing_of_the_old_one) {
    in_new_network([] {
        ASSERT_TRUE(filter_table().commit());
        nftables_batch batch;
        batch.replace_table("t");
        ASSERT_TRUE(batch.commit());
        EXPECT_EQ(ruleset(), "table ip t {\n}\n");
        EXPECT_FALSE(nftables_chain_exists("t", "c").value());
    });
}

TEST(nftables, rules_are_found_by_their_comment_and_deleted_by_their_handle) {
    in_new_network([] {
        auto batch = filter_table();
        batch.append_rule("t", "c", nftables_rule().drop().comment("other"));
        batch.insert_rule("t", "c", nftables_rule().accept().comment("mine"));
        batch.append_rule("t", "c", nftables_rule().accept().comment("mine"));
        ASSERT_TRUE(batch.commit());
        auto const handles = find_nftables_rules("t", "c", "mine").value();
        ASSERT_EQ(handles.size(), 2u);
        nftables_batch cleanup;
        for (auto const handle : handles) cleanup.delete_rule("t", "c", handle);
        ASSERT_TRUE(cleanup.commit());
        EXPECT_EQ(find_nftables_rules("t", "c", "mine").value().size(), 0u);
        EXPECT_EQ(find_nftables_rules("t", "c", "other").value().size(), 1u);
    });
}

TEST(nftables, a_chain_that_is_not_there_has_no_rules) {
    in_new_network([] {
        EXPECT_FALSE(nftables_chain_exists("t", "c").value());
        EXPECT_TRUE(find_nftables_rules("t", "c", "mine").value().empty());
        ASSERT_TRUE(filter_table().commit());
        EXPECT_TRUE(nftables_chain_exists("t", "c").value());
    });
}
