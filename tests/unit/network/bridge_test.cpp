#include <mocker/core/file.hpp>
#include <mocker/linux/interfaces.hpp>
#include <mocker/linux/nftables.hpp>
#include <mocker/network/bridge.hpp>

#include <support/net_namespace.hpp>

#include <net/if.h>
#include <sys/ioctl.h>

#include <cstdlib>

using namespace mocker;
using mocker::test::in_new_network;
using mocker::test::net_process;

namespace {

network::bridge_options options(std::string cidr = "10.77.0.1/24") {
    network::bridge_options made;
    made.name = "br-test";
    made.cidr = std::move(cidr);
    return made;
}

/// The first process of a container: joins the network as a plan says, then does what the test is about.
std::function<int()> container(linux_::network_plan plan, std::function<int()> body) {
    return [plan, body]() mutable {
        auto const index = ::if_nametoindex(plan.container_interface.c_str());
        for (auto const at : plan.container_index_offsets) linux_::store_number(plan.container.data() + at, index);
        if (int const failed = linux_::perform_requests(plan.container.data(), plan.container.size()); failed != 0) return failed;
        return body();
    };
}

/// What the shim does: the host's part of a plan for the process.
int attach(linux_::network_plan plan, net_process& to) {
    for (auto const at : plan.host_pid_offsets) linux_::store_number(plan.host.data() + at, static_cast<std::uint32_t>(to.pid()));
    return linux_::perform_requests(plan.host.data(), plan.host.size());
}

bool nft(std::string const& rules) { return std::system(("nft '" + rules + "'").c_str()) == 0; }

bool has_rules_for(std::string const& text) { return std::system(("nft list ruleset | grep -q '" + text + "'").c_str()) == 0; }

/// Another machine: a namespace that is reached from this one through a pair of interfaces, and has no route back.
void connect_outside(net_process& outside) {
    linux_::netlink_requests requests;
    linux_::add_bridge(requests, "uplink", {2, 1, 1, 1, 1, 1});
    ASSERT_EQ(linux_::perform_requests(requests.bytes().data(), requests.bytes().size()), 0);
    unsigned const uplink = ::if_nametoindex("uplink");
    linux_::netlink_requests more;
    linux_::add_address(more, uplink, 0xcb007101, 24); // 203.0.113.1
    linux_::set_up(more, uplink);
    auto const pid = linux_::add_veth(more, {"vuplink", uplink, "eth0", {2, 1, 1, 1, 1, 2}});
    std::string bytes = more.bytes();
    linux_::store_number(bytes.data() + pid, static_cast<std::uint32_t>(outside.pid()));
    ASSERT_EQ(linux_::perform_requests(bytes.data(), bytes.size()), 0);
}

int configure_outside() {
    linux_::netlink_requests requests;
    unsigned const index = ::if_nametoindex("eth0");
    linux_::add_address(requests, index, 0xcb007102, 24); // 203.0.113.2
    linux_::set_up(requests, index);
    return linux_::perform_requests(requests.bytes().data(), requests.bytes().size());
}

/// One byte from a process to another, so that a listener is there before somebody connects.
struct signal_pipe {
    int ends[2];
    signal_pipe() { EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0); }
    ~signal_pipe() { ::close(ends[0]), ::close(ends[1]); }
    void raise() const { EXPECT_EQ(::write(ends[1], "x", 1), 1); }
    bool await() const {
        char byte;
        return ::read(ends[0], &byte, 1) == 1;
    }
};

} // namespace

TEST(bridge, has_its_address_its_rules_and_forwarding_once_open) {
    in_new_network([] {
        auto const bridge = network::bridge::open(options());
        ASSERT_TRUE(bridge) << bridge.error().message();
        EXPECT_EQ(bridge->subnet(), "10.77.0.0/24");
        EXPECT_EQ(bridge->gateway(), "10.77.0.1");
        auto const link = linux_::find_link("br-test").value();
        ASSERT_TRUE(link);
        EXPECT_EQ(link->kind, "bridge");
        EXPECT_TRUE(link->up);
        EXPECT_EQ(read_file("/proc/sys/net/ipv4/ip_forward").value(), "1\n");
        EXPECT_TRUE(has_rules_for("ip saddr 10.77.0.0/24 oifname != \"br-test\" masquerade"));
    });
}

TEST(bridge, takes_over_what_an_earlier_run_left_and_repairs_it) {
    in_new_network([] {
        ASSERT_TRUE(network::bridge::open(options("10.77.0.1/24")));
        auto const index = ::if_nametoindex("br-test");
        ASSERT_TRUE(nft("delete table ip br-test"));
        auto const again = network::bridge::open(options("10.78.0.1/24"));
        ASSERT_TRUE(again) << again.error().message();
        EXPECT_EQ(::if_nametoindex("br-test"), index);
        auto const addresses = linux_::list_addresses().value();
        ASSERT_EQ(addresses.size(), 1u);
        EXPECT_EQ(addresses[0].address, 0x0a4e0001u);
        EXPECT_TRUE(has_rules_for("10.78.0.0/24"));
        EXPECT_FALSE(has_rules_for("10.77.0.0/24"));
    });
}

TEST(bridge, keeps_the_address_it_has_if_none_is_asked_for) {
    in_new_network([] {
        ASSERT_TRUE(network::bridge::open(options("10.77.0.1/24")));
        auto const again = network::bridge::open(options(""));
        ASSERT_TRUE(again);
        EXPECT_EQ(again->subnet(), "10.77.0.0/24");
    });
}

TEST(bridge, chooses_the_first_pool_that_the_host_does_not_use) {
    in_new_network([] {
        auto other = options("172.17.9.1/24");
        other.name = "other";
        ASSERT_TRUE(network::bridge::open(other));
        auto const bridge = network::bridge::open(options(""));
        ASSERT_TRUE(bridge) << bridge.error().message();
        EXPECT_EQ(bridge->subnet(), "172.18.0.0/16");
        EXPECT_EQ(bridge->gateway(), "172.18.0.1");
    });
}

TEST(bridge, refuses_names_and_addresses_that_cannot_be) {
    for (auto const* name : {"", "a-name-of-16-byte", "a/b", "a b", ".", "..", "br%d"}) {
        auto wrong = options();
        wrong.name = name;
        EXPECT_EQ(network::bridge::open(wrong).error().code(), errc::malformed) << name;
    }
    for (auto const* cidr : {"10.77.0.1", "10.77.0.0/24", "10.77.0.255/24", "10.77.0.1/31", "10.77.0.1/32", "10.0.0.1/0", "x"}) {
        EXPECT_EQ(network::bridge::open(options(cidr)).error().code(), errc::malformed) << cidr;
    }
}

TEST(bridge, an_interface_of_that_name_that_is_no_bridge_is_left_alone) {
    in_new_network([] {
        auto wrong = options();
        wrong.name = "lo";
        auto const refused = network::bridge::open(wrong);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().message(), "interface lo is not a bridge: File exists");
        EXPECT_FALSE(has_rules_for("br-test"));
    });
}

TEST(bridge, remove_takes_everything_down_and_may_be_repeated) {
    in_new_network([] {
        ASSERT_TRUE(nft("add table ip filter"));
        ASSERT_TRUE(nft("add chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }"));
        auto bridge = network::bridge::open(options());
        ASSERT_TRUE(bridge) << bridge.error().message();
        EXPECT_TRUE(bridge->remove());
        EXPECT_EQ(::if_nametoindex("br-test"), 0u);
        EXPECT_FALSE(has_rules_for("br-test"));
        auto const again = bridge->remove();
        EXPECT_TRUE(again) << again.error().message();
    });
}

TEST(bridge, two_engines_with_other_names_do_not_touch_each_other) {
    in_new_network([] {
        auto second = options("10.99.0.1/24");
        second.name = "br-second";
        ASSERT_TRUE(network::bridge::open(options()));
        auto other = network::bridge::open(second);
        ASSERT_TRUE(other);
        EXPECT_TRUE(other->remove());
        EXPECT_NE(::if_nametoindex("br-test"), 0u);
        EXPECT_TRUE(has_rules_for("10.77.0.0/24"));
        EXPECT_FALSE(has_rules_for("br-second"));
    });
}

TEST(bridge, endpoints_have_addresses_and_interfaces_of_their_own) {
    in_new_network([] {
        auto bridge = network::bridge::open(options()).value();
        auto const first = bridge.allocate("one").value();
        auto const second = bridge.allocate("two").value();
        EXPECT_EQ(first.address, "10.77.0.2");
        EXPECT_EQ(first.mac_address, "02:42:0a:4d:00:02");
        EXPECT_EQ(first.gateway, "10.77.0.1");
        EXPECT_EQ(first.prefix_length, 24u);
        EXPECT_EQ(second.address, "10.77.0.3");
        EXPECT_NE(first.host_interface, second.host_interface);
        EXPECT_EQ(bridge.allocate("one").value(), first);
        bridge.release("one");
        bridge.release("one");
        EXPECT_EQ(bridge.find("one"), nullptr);
        EXPECT_EQ(bridge.allocate("three").value().address, "10.77.0.2");
    });
}

TEST(bridge, an_address_that_was_asked_for_must_be_of_the_subnet_and_free) {
    in_new_network([] {
        auto bridge = network::bridge::open(options()).value();
        EXPECT_EQ(bridge.allocate("one", "10.77.0.9").value().address, "10.77.0.9");
        EXPECT_EQ(bridge.allocate("two", "10.77.0.9").error().message(), "Address already in use");
        EXPECT_EQ(bridge.allocate("two", "10.77.0.1").error().code(), errc::forbidden);
        EXPECT_EQ(bridge.allocate("two", "10.78.0.9").error().code(), errc::malformed);
        EXPECT_EQ(bridge.allocate("two", "ten").error().code(), errc::malformed);
        EXPECT_EQ(bridge.find("two"), nullptr);
    });
}

TEST(bridge, a_full_subnet_says_so) {
    in_new_network([] {
        auto bridge = network::bridge::open(options("10.77.0.1/30")).value();
        EXPECT_TRUE(bridge.allocate("one"));
        EXPECT_EQ(bridge.allocate("two").error().code(), errc::unavailable);
    });
}

TEST(bridge, what_containers_held_before_a_restart_is_taken_after_it) {
    in_new_network([] {
        auto before = network::bridge::open(options()).value();
        auto const kept = before.allocate("one").value();
        auto after = network::bridge::open(options()).value();
        after.adopt(kept);
        EXPECT_EQ(*after.find("one"), kept);
        EXPECT_EQ(after.allocate("two").value().address, "10.77.0.3");
        after.release("one");
        EXPECT_EQ(after.allocate("three").value().address, "10.77.0.2");
    });
}

TEST(bridge, a_container_reaches_the_host_and_the_next_container) {
    in_new_network([] {
        auto bridge = network::bridge::open(options()).value();
        auto const one = bridge.plan(bridge.allocate("one").value());
        auto const two = bridge.plan(bridge.allocate("two").value());
        signal_pipe listening;
        net_process server(container(one, [&] {
            int const listener = test::listen_on("10.77.0.2", 80);
            listening.raise();
            return test::accept_from(listener) == "10.77.0.3" ? 0 : 1;
        }));
        net_process client(container(two, [&] {
            if (!listening.await()) return 2;
            return test::connect_to("10.77.0.2", 80);
        }));
        ASSERT_TRUE(server.in_namespace() && client.in_namespace());
        ASSERT_EQ(attach(one, server), 0);
        ASSERT_EQ(attach(two, client), 0);
        server.go();
        client.go();
        EXPECT_EQ(client.wait(), 0);
        EXPECT_EQ(server.wait(), 0);

        auto const three = bridge.plan(bridge.allocate("three").value());
        int const listener = test::listen_on("10.77.0.1", 81);
        net_process guest(container(three, [] { return test::connect_to("10.77.0.1", 81); }));
        ASSERT_EQ(attach(three, guest), 0);
        guest.go();
        EXPECT_EQ(guest.wait(), 0);
        EXPECT_EQ(test::accept_from(listener), "10.77.0.4");
        ::close(listener);
    });
}

TEST(bridge, a_container_has_eth0_with_docker_s_mac_address_and_no_ipv6_address) {
    in_new_network([] {
        auto bridge = network::bridge::open(options()).value();
        auto const plan = bridge.plan(bridge.allocate("one").value());
        net_process guest(container(plan, [] {
            ifreq asked{};
            std::strcpy(asked.ifr_name, "eth0");
            int const fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
            if (::ioctl(fd, SIOCGIFHWADDR, &asked) != 0) return 1;
            if (std::memcmp(asked.ifr_hwaddr.sa_data, "\x02\x42\x0a\x4d\x00\x02", 6) != 0) return 2;
            auto const ipv6 = read_file("/proc/net/if_inet6");
            return ipv6 && ipv6->find("eth0") != std::string::npos ? 3 : 0;
        }));
        ASSERT_EQ(attach(plan, guest), 0);
        guest.go();
        EXPECT_EQ(guest.wait(), 0);
    });
}

TEST(bridge, the_host_s_interface_goes_with_the_container) {
    in_new_network([] {
        auto bridge = network::bridge::open(options()).value();
        auto const place = bridge.allocate("one").value();
        auto const plan = bridge.plan(place);
        {
            net_process guest(container(plan, [] { return 0; }));
            ASSERT_EQ(attach(plan, guest), 0);
            auto const link = linux_::find_link(place.host_interface).value();
            ASSERT_TRUE(link);
            EXPECT_TRUE(link->up);
            EXPECT_EQ(link->master, ::if_nametoindex("br-test"));
            EXPECT_EQ(attach(plan, guest), EEXIST);
        }
        for (int i = 0; i < 500 && ::if_nametoindex(place.host_interface.c_str()) != 0; ++i) ::usleep(10'000);
        EXPECT_EQ(::if_nametoindex(place.host_interface.c_str()), 0u);
    });
}

namespace {

/// A container connects to another machine, which must see the host's address.
void expect_masquerade() {
    auto bridge = network::bridge::open(options());
    ASSERT_TRUE(bridge) << bridge.error().message();
    signal_pipe listening;
    net_process outside([&] {
        if (int const failed = configure_outside(); failed != 0) return failed;
        int const listener = test::listen_on("203.0.113.2", 80);
        listening.raise();
        return test::accept_from(listener) == "203.0.113.1" ? 0 : 1;
    });
    connect_outside(outside);
    auto const plan = bridge->plan(bridge->allocate("one").value());
    net_process guest(container(plan, [] { return test::connect_to("203.0.113.2", 80, 3); }));
    ASSERT_EQ(attach(plan, guest), 0);
    outside.go();
    ASSERT_TRUE(listening.await());
    guest.go();
    EXPECT_EQ(guest.wait(), 0);
    EXPECT_EQ(outside.wait(), 0);
}

} // namespace

TEST(bridge, towards_the_outside_a_container_has_the_address_of_the_host) { in_new_network(expect_masquerade); }

TEST(bridge, a_forward_chain_of_iptables_that_drops_lets_containers_pass) {
    in_new_network([] {
        ASSERT_TRUE(nft("add table ip filter"));
        ASSERT_TRUE(nft("add chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }"));
        expect_masquerade();
    });
}

TEST(bridge, opening_again_does_not_pile_rules_up) {
    in_new_network([] {
        ASSERT_TRUE(nft("add table ip filter"));
        ASSERT_TRUE(nft("add chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }"));
        for (int i = 0; i < 3; ++i) ASSERT_TRUE(network::bridge::open(options()));
        EXPECT_EQ(linux_::find_nftables_rules("filter", "FORWARD", "br-test br-test").value().size(), 2u);
    });
}

TEST(bridge, nobody_outside_opens_a_connection_to_a_container) {
    in_new_network([] {
        auto bridge = network::bridge::open(options()).value();
        auto const plan = bridge.plan(bridge.allocate("one").value());
        signal_pipe listening;
        net_process guest(container(plan, [&] {
            int const listener = test::listen_on("10.77.0.2", 80);
            listening.raise();
            test::accept_from(listener);
            return 0;
        }));
        ASSERT_EQ(attach(plan, guest), 0);
        net_process outside([] {
            if (int const failed = configure_outside(); failed != 0) return failed;
            linux_::netlink_requests route;
            linux_::add_default_route(route, ::if_nametoindex("eth0"), 0xcb007101);
            linux_::perform_requests(route.bytes().data(), route.bytes().size());
            return test::connect_to("10.77.0.2", 80, 1) == EINPROGRESS ? 0 : 1; // no answer at all
        });
        connect_outside(outside);
        guest.go();
        ASSERT_TRUE(listening.await());
        outside.go();
        EXPECT_EQ(outside.wait(), 0);
    });
}

TEST(loopback_plan, puts_the_loopback_interface_up_and_nothing_else) {
    auto const plan = network::loopback_plan();
    EXPECT_TRUE(plan.host.empty());
    EXPECT_TRUE(plan.container_interface.empty());
    in_new_network([&] {
        ASSERT_EQ(linux_::perform_requests(plan.container.data(), plan.container.size()), 0);
        EXPECT_TRUE(linux_::find_link("lo").value()->up);
        EXPECT_EQ(test::connect_to("127.0.0.1", 9), ECONNREFUSED);
    });
}
