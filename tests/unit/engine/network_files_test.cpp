#include <mocker/engine/network_files.hpp>

#include <gtest/gtest.h>

namespace {

using namespace mocker;

TEST(hosts_file, names_the_container_and_the_hosts_it_was_given) {
    types::host_config host;
    host.extra_hosts = types::string_list{"db:10.0.0.5", "host.docker.internal:host-gateway", "six:[::1]"};
    auto const text = engine::hosts_file(host, "web", "example.org", "172.17.0.2", "172.17.0.1");
    EXPECT_TRUE(text.starts_with("127.0.0.1\tlocalhost\n"));
    EXPECT_NE(text.find("10.0.0.5\tdb\n"), std::string::npos);
    EXPECT_NE(text.find("172.17.0.1\thost.docker.internal\n"), std::string::npos);
    EXPECT_NE(text.find("::1\tsix\n"), std::string::npos);
    EXPECT_TRUE(text.ends_with("172.17.0.2\tweb.example.org web\n"));
}

TEST(resolv_conf, leaves_out_what_only_the_host_can_reach) {
    auto const* const host_file = "# comment\nnameserver 127.0.0.53\nnameserver 10.0.0.1\nsearch corp.example\noptions edns0\n";
    EXPECT_EQ(engine::resolv_conf_file({}, host_file, true), "nameserver 10.0.0.1\nsearch corp.example\noptions edns0\n");
    EXPECT_EQ(engine::resolv_conf_file({}, host_file, false),
              "nameserver 127.0.0.53\nnameserver 10.0.0.1\nsearch corp.example\noptions edns0\n");
    EXPECT_EQ(engine::resolv_conf_file({}, "nameserver 127.0.0.1", true), "nameserver 8.8.8.8\nnameserver 8.8.4.4\n");
    EXPECT_EQ(engine::resolv_conf_file({}, "", true), "nameserver 8.8.8.8\nnameserver 8.8.4.4\n");
}

TEST(resolv_conf, says_what_the_container_asks_for) {
    types::host_config host;
    host.dns = types::string_list{"1.1.1.1"};
    host.dns_search = types::string_list{"."};
    host.dns_options = types::string_list{"ndots:2"};
    EXPECT_EQ(engine::resolv_conf_file(host, "nameserver 10.0.0.1\nsearch a b\n", true), "nameserver 1.1.1.1\noptions ndots:2\n");
}

TEST(ports, are_numbers_or_ranges_with_a_protocol) {
    for (auto const* good : {"80", "80/tcp", "8000-8010/udp", "65535/sctp"}) EXPECT_TRUE(engine::is_port(good)) << good;
    for (auto const* bad : {"", "/tcp", "0", "65536", "80/http", "a", "80-", "-80", "80/"}) EXPECT_FALSE(engine::is_port(bad)) << bad;
}

} // namespace
