#include <mocker/network/address_pool.hpp>

#include <gtest/gtest.h>

using namespace mocker::network;

namespace {

ipv4 at(char const* text) { return parse_ipv4(text).value(); }
ipv4_network net(char const* text) { return parse_cidr(text).value().network; }

} // namespace

TEST(address_pool, gives_addresses_out_in_order_after_the_gateway) {
    address_pool pool(net("172.17.0.0/16"), at("172.17.0.1"));
    EXPECT_EQ(to_string(*pool.take_lowest()), "172.17.0.2");
    EXPECT_EQ(to_string(*pool.take_lowest()), "172.17.0.3");
}

TEST(address_pool, an_address_that_was_freed_is_the_next_one) {
    address_pool pool(net("172.17.0.0/16"), at("172.17.0.1"));
    for (int i = 0; i < 5; ++i) pool.take_lowest();
    pool.release(at("172.17.0.4"));
    pool.release(at("172.17.0.3"));
    EXPECT_EQ(to_string(*pool.take_lowest()), "172.17.0.3");
    EXPECT_EQ(to_string(*pool.take_lowest()), "172.17.0.4");
    EXPECT_EQ(to_string(*pool.take_lowest()), "172.17.0.7");
}

TEST(address_pool, network_broadcast_and_gateway_are_never_given_out) {
    address_pool pool(net("10.0.0.0/29"), at("10.0.0.3"));
    std::string given;
    while (auto const address = pool.take_lowest()) given += to_string(*address) + ' ';
    EXPECT_EQ(given, "10.0.0.1 10.0.0.2 10.0.0.4 10.0.0.5 10.0.0.6 ");
    EXPECT_FALSE(pool.take(at("10.0.0.0")));
    EXPECT_FALSE(pool.take(at("10.0.0.3")));
    EXPECT_FALSE(pool.take(at("10.0.0.7")));
    EXPECT_FALSE(pool.take(at("10.0.1.1")));
}

TEST(address_pool, a_full_pool_has_addresses_again_once_one_is_freed) {
    address_pool pool(net("10.0.0.0/30"), at("10.0.0.1"));
    EXPECT_TRUE(pool.take_lowest());
    EXPECT_FALSE(pool.take_lowest());
    pool.release(at("10.0.0.2"));
    EXPECT_EQ(to_string(*pool.take_lowest()), "10.0.0.2");
}

TEST(address_pool, an_address_that_was_asked_for_is_passed_over_later) {
    address_pool pool(net("10.0.0.0/24"), at("10.0.0.1"));
    EXPECT_TRUE(pool.take(at("10.0.0.2")));
    EXPECT_FALSE(pool.take(at("10.0.0.2")));
    EXPECT_EQ(to_string(*pool.take_lowest()), "10.0.0.3");
}

TEST(address_pool, releasing_what_nobody_has_changes_nothing) {
    address_pool pool(net("10.0.0.0/24"), at("10.0.0.1"));
    pool.release(at("10.0.0.1"));
    pool.release(at("192.168.0.1"));
    EXPECT_EQ(to_string(*pool.take_lowest()), "10.0.0.2");
    EXPECT_EQ(pool.taken(), 1u);
}

TEST(address_pool, works_at_the_end_of_the_address_space) {
    address_pool pool(net("255.255.255.252/30"), at("255.255.255.253"));
    EXPECT_EQ(to_string(*pool.take_lowest()), "255.255.255.254");
    EXPECT_FALSE(pool.take_lowest());
}

TEST(default_subnets, are_those_of_docker_in_its_order) {
    auto const all = default_subnets();
    EXPECT_EQ(all.front().text(), "172.17.0.0/16");
    EXPECT_EQ(all[14].text(), "172.31.0.0/16");
    EXPECT_EQ(all[15].text(), "192.168.0.0/20");
    EXPECT_EQ(all.back().text(), "192.168.240.0/20");
}

TEST(first_free, skips_what_the_host_uses_and_ignores_default_routes) {
    auto const all = default_subnets();
    std::vector<ipv4_network> const used{net("0.0.0.0/0"), net("128.0.0.0/1"), net("172.17.5.0/24"), net("172.18.0.0/15")};
    EXPECT_EQ(first_free(all, used)->text(), "172.20.0.0/16");
    EXPECT_FALSE(first_free(all, std::vector<ipv4_network>{net("172.16.0.0/12"), net("192.168.0.0/16")}));
}
