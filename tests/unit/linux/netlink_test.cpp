#include <mocker/linux/interfaces.hpp>
#include <mocker/linux/netlink.hpp>
#include <mocker/linux/network_plan.hpp>

#include <support/net_namespace.hpp>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <cstring>

using namespace mocker;
using namespace mocker::linux_;
using mocker::test::in_new_network;

namespace {

int perform(netlink_requests const& requests) { return perform_requests(requests.bytes().data(), requests.bytes().size()); }

/// A message as the kernel sends it.
std::string message(std::uint16_t type, std::string payload) {
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + payload.size());
    header.nlmsg_type = type;
    std::string bytes(reinterpret_cast<char const*>(&header), sizeof header);
    bytes += payload;
    bytes.resize(NLMSG_ALIGN(bytes.size()));
    return bytes;
}

std::string number(int value) { return {reinterpret_cast<char const*>(&value), sizeof value}; }

} // namespace

TEST(netlink_requests, are_aligned_messages_that_know_their_length) {
    netlink_requests requests;
    requests.begin(RTM_NEWLINK, NLM_F_CREATE, ifinfomsg{});
    requests.put_text(IFLA_IFNAME, "br0");
    auto const first = requests.bytes().size();
    requests.begin(RTM_DELLINK, 0, ifinfomsg{});
    nlmsghdr header;
    std::memcpy(&header, requests.bytes().data(), sizeof header);
    EXPECT_EQ(header.nlmsg_len, first);
    EXPECT_EQ(header.nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE);
    EXPECT_EQ(first % 4, 0u);
    std::memcpy(&header, requests.bytes().data() + first, sizeof header);
    EXPECT_EQ(header.nlmsg_type, RTM_DELLINK);
    EXPECT_EQ(header.nlmsg_len, requests.bytes().size() - first);
}

TEST(netlink_requests, a_nest_spans_what_was_put_between_its_ends) {
    netlink_requests requests;
    requests.begin(RTM_NEWLINK, 0, ifinfomsg{});
    auto const nest = requests.open_nest(IFLA_LINKINFO);
    requests.put(IFLA_INFO_KIND, "veth", 4);
    requests.close_nest(nest);
    nlattr header;
    std::memcpy(&header, requests.bytes().data() + nest, sizeof header);
    EXPECT_EQ(header.nla_type, IFLA_LINKINFO | NLA_F_NESTED);
    EXPECT_EQ(header.nla_len, NLA_HDRLEN + NLA_HDRLEN + 4);
}

TEST(netlink_requests, an_offset_leads_to_the_value) {
    netlink_requests requests;
    requests.begin(RTM_NEWLINK, 0, ifinfomsg{});
    auto const at = requests.put_number(IFLA_NET_NS_PID, 0);
    auto bytes = requests.bytes();
    store_number(bytes.data() + at, 4711);
    EXPECT_EQ(bytes.substr(at), number(4711));
}

TEST(parse_netlink, gives_messages_until_done) {
    auto const parsed = parse_netlink(message(RTM_NEWADDR, "abcd") + message(NLMSG_DONE, number(0)));
    ASSERT_TRUE(parsed);
    ASSERT_EQ(parsed->messages.size(), 1u);
    EXPECT_EQ(parsed->messages[0].payload, "abcd");
    EXPECT_TRUE(parsed->done);
}

TEST(parse_netlink, an_error_message_is_an_error) {
    auto const parsed = parse_netlink(message(NLMSG_ERROR, number(-ENODEV) + std::string(16, '\0')));
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code().value(), ENODEV);
}

TEST(parse_netlink, an_acknowledgement_ends_an_answer) {
    EXPECT_TRUE(parse_netlink(message(NLMSG_ERROR, number(0) + std::string(16, '\0')))->done);
}

TEST(parse_netlink, input_cut_anywhere_is_refused_or_holds_whole_messages_only) {
    auto const whole = message(RTM_NEWADDR, "abcdefg") + message(RTM_NEWADDR, "hijk") + message(NLMSG_DONE, number(0));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        auto const parsed = parse_netlink(std::string_view(whole).substr(0, size));
        if (!parsed) EXPECT_EQ(parsed.error().code().value(), EBADMSG);
        else EXPECT_FALSE(parsed->done) << size;
    }
}

TEST(parse_netlink, lengths_that_lie_are_refused) {
    for (std::uint32_t const length : {0u, 1u, 15u, 1000u, 0xffffffffu}) {
        auto bytes = message(RTM_NEWADDR, "abcd");
        std::memcpy(bytes.data(), &length, sizeof length);
        EXPECT_FALSE(parse_netlink(bytes)) << length;
    }
}

TEST(find_attribute, malformed_attributes_are_not_found) {
    EXPECT_FALSE(find_attribute("", 1));
    EXPECT_FALSE(find_attribute(std::string_view("\x03\x00\x01\x00", 4), 1)); // shorter than its own header
    EXPECT_FALSE(find_attribute(std::string_view("\x09\x00\x01\x00" "abcd", 8), 1)); // longer than there is
    EXPECT_EQ(find_attribute(std::string_view("\x06\x00\x01\x00" "ab\0\0", 8), 1), "ab");
    EXPECT_EQ(find_attribute(std::string_view("\x05\x00\x02\x00" "a\0\0\0" "\x05\x00\x01\x00" "b", 13), 1), "b");
    EXPECT_FALSE(find_number(std::string_view("\x06\x00\x01\x00" "ab\0\0", 8), 1));
}

TEST(perform_requests, of_nothing_succeeds) { EXPECT_EQ(perform_requests("", 0), 0); }

TEST(perform_requests, gives_the_first_error_and_has_tried_the_rest) {
    in_new_network([] {
        netlink_requests requests;
        delete_link(requests, 4711);
        set_up(requests, loopback_index);
        EXPECT_EQ(perform(requests), ENODEV);
        EXPECT_TRUE(find_link("lo").value()->up);
    });
}

TEST(perform_requests, many_requests_in_one_go_are_all_acknowledged) {
    in_new_network([] {
        netlink_requests requests;
        set_up(requests, loopback_index);
        for (std::uint32_t i = 1; i <= 100; ++i) add_address(requests, loopback_index, 0x0a000000 + i, 32);
        EXPECT_EQ(perform(requests), 0);
        EXPECT_EQ(list_addresses().value().size(), 101u); // and 127.0.0.1
    });
}

TEST(interfaces, a_bridge_can_be_made_found_and_deleted) {
    in_new_network([] {
        netlink_requests make;
        add_bridge(make, "br0", {2, 0x42, 1, 2, 3, 4});
        ASSERT_EQ(perform(make), 0);
        EXPECT_EQ(perform(make), EEXIST);
        auto const found = find_link("br0").value();
        ASSERT_TRUE(found);
        EXPECT_EQ(found->kind, "bridge");
        EXPECT_EQ(found->name, "br0");
        EXPECT_FALSE(found->up);
        netlink_requests end;
        delete_link(end, found->index);
        EXPECT_EQ(perform(end), 0);
        EXPECT_FALSE(find_link("br0").value());
    });
}

TEST(interfaces, addresses_and_routes_are_listed_as_they_were_set) {
    in_new_network([] {
        netlink_requests make;
        add_bridge(make, "br0", {2, 0x42, 1, 2, 3, 4});
        ASSERT_EQ(perform(make), 0);
        auto const index = ::if_nametoindex("br0");
        netlink_requests set;
        add_address(set, index, 0x0a010203, 22);
        set_up(set, index);
        add_default_route(set, index, 0x0a010001);
        ASSERT_EQ(perform(set), 0);
        auto const addresses = list_addresses().value();
        ASSERT_EQ(addresses.size(), 1u);
        EXPECT_EQ(addresses[0].index, index);
        EXPECT_EQ(addresses[0].address, 0x0a010203u);
        EXPECT_EQ(addresses[0].length, 22u);
        auto const routes = list_routes().value();
        ASSERT_EQ(routes.size(), 2u);
        EXPECT_EQ(routes[0].length, 0u);
        EXPECT_EQ(routes[1].destination, 0x0a010000u);
        EXPECT_EQ(routes[1].length, 22u);
        EXPECT_EQ(routes[1].index, index);
        netlink_requests remove;
        delete_address(remove, index, 0x0a010203, 22);
        EXPECT_EQ(perform(remove), 0);
        EXPECT_TRUE(list_addresses().value().empty());
    });
}

TEST(interfaces, a_lookup_says_what_it_looked_for) {
    in_new_network([] {
        EXPECT_FALSE(find_link("nothing").value());
        auto const refused = find_link("a-name-that-is-far-too-long");
        EXPECT_TRUE(!refused || !*refused);
    });
}
