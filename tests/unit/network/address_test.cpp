#include <mocker/network/address.hpp>

#include <gtest/gtest.h>

using namespace mocker;
using namespace mocker::network;

TEST(address, reads_and_writes_four_decimal_numbers) {
    EXPECT_EQ(to_string(parse_ipv4("172.17.0.2").value()), "172.17.0.2");
    EXPECT_EQ(number(parse_ipv4("255.255.255.255").value()), 0xffffffffu);
    EXPECT_EQ(number(parse_ipv4("0.0.0.0").value()), 0u);
}

TEST(address, refuses_what_is_no_address) {
    for (auto const* text : {"", "1", "1.2.3", "1.2.3.", "1.2.3.4.", "1.2.3.4.5", "1.2.3.256", "1.2.3.-4", "01.2.3.4", "1..3.4",
                             " 1.2.3.4", "1.2.3.4 ", "1.2.3.4/8", "1.2.3.99999999999999999999", "a.b.c.d", "::1"}) {
        EXPECT_FALSE(parse_ipv4(text)) << text;
    }
}

TEST(address, every_beginning_of_a_cidr_but_those_that_are_one_is_refused) {
    std::string const whole = "172.17.0.1/16";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        bool const complete = whole.substr(0, size) == "172.17.0.1/1";
        EXPECT_EQ(parse_cidr(whole.substr(0, size)).has_value(), complete) << whole.substr(0, size);
    }
}

TEST(address, a_bad_cidr_is_refused_in_the_words_of_docker) {
    EXPECT_EQ(parse_cidr("172.17.0.1").error().message(), "invalid CIDR address: 172.17.0.1");
    EXPECT_EQ(parse_cidr("172.17.0.1/33").error().code(), errc::malformed);
    EXPECT_FALSE(parse_cidr("172.17.0.1/16x"));
    EXPECT_FALSE(parse_cidr("172.17.0.1/"));
    EXPECT_FALSE(parse_cidr("172.17.0.1/016"));
}

TEST(address, a_cidr_gives_the_address_and_its_network) {
    auto const place = parse_cidr("10.1.2.3/22").value();
    EXPECT_EQ(to_string(place.address), "10.1.2.3");
    EXPECT_EQ(place.network.text(), "10.1.0.0/22");
    EXPECT_EQ(to_string(place.network.last()), "10.1.3.255");
    EXPECT_EQ(parse_cidr("0.0.0.0/0").value().network.text(), "0.0.0.0/0");
}

TEST(address, the_mac_address_follows_from_the_address) {
    EXPECT_EQ(mac_address_of(parse_ipv4("172.17.0.2").value()), "02:42:ac:11:00:02");
}

TEST(address, networks_overlap_if_one_holds_the_other) {
    auto const net = [](char const* text) { return parse_cidr(text).value().network; };
    EXPECT_TRUE(net("172.16.0.0/12").overlaps(net("172.17.0.0/16")));
    EXPECT_TRUE(net("172.17.3.0/24").overlaps(net("172.17.0.0/16")));
    EXPECT_FALSE(net("172.18.0.0/16").overlaps(net("172.17.0.0/16")));
}
