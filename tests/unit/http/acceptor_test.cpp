#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>

#include "http_support.hpp"

namespace mocker::test {

mode_t mode_of(std::string const& path) {
    struct stat s {};
    return ::lstat(path.c_str(), &s) == 0 ? s.st_mode : 0;
}

CO_TEST(http_acceptor, a_unix_socket_has_its_rights_whatever_the_umask_and_goes_at_the_end) {
    scratch_directory const directory;
    auto const path = directory / "s.sock";
    for (mode_t const mask : {0000, 0022, 0777}) {
        auto const before = ::umask(mask);
        http::unix_listen_options options;
        options.mode = 0640;
        options.group = ::getgid();
        CO_REQUIRE(listener, http::listen_unix(co_await asio::this_coro::executor, path, options));
        ::umask(before);
        EXPECT_EQ(mode_of(path), static_cast<mode_t>(S_IFSOCK | 0640));
        EXPECT_EQ(listener->endpoint(), "unix://" + path);
        listener.reset();
        EXPECT_EQ(mode_of(path), 0U);
    }
}

CO_TEST(http_acceptor, accepts_what_connects) {
    scratch_directory const directory;
    auto const path = directory / "s.sock";
    CO_REQUIRE(listener, http::listen_unix(co_await asio::this_coro::executor, path));
    CO_REQUIRE(client, co_await http::connect_unix(path));
    CO_REQUIRE(served, co_await listener->accept());
    EXPECT_TRUE((co_await client.write(std::string_view("hi"))).has_value());
    client.close();
    EXPECT_EQ(co_await read_to_end(served), "hi");
    EXPECT_GE(served.native_handle(), 0);
}

CO_TEST(http_acceptor, only_a_dead_socket_is_replaced) {
    scratch_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    auto const path = directory / "s.sock";
    {
        // A socket that nobody listens on, as a killed program leaves it.
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        unique_fd const dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        EXPECT_EQ(::bind(dead.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address), 0);
    }
    EXPECT_NE(mode_of(path), 0U);
    CO_REQUIRE(listener, http::listen_unix(executor, path));
    auto const second = http::listen_unix(executor, path);
    CO_ASSERT_TRUE(!second.has_value());
    EXPECT_EQ(second.error().code().value(), EADDRINUSE);
    EXPECT_TRUE((co_await http::connect_unix(path)).has_value()); // the first is unharmed
    listener->close();

    std::ofstream(path) << "precious";
    auto const over_file = http::listen_unix(executor, path);
    CO_ASSERT_TRUE(!over_file.has_value());
    EXPECT_NE(over_file.error().message().find("not a socket"), std::string::npos);
    std::string content;
    std::ifstream(path) >> content;
    EXPECT_EQ(content, "precious");

    auto const link = directory / "link.sock";
    std::filesystem::create_symlink(path, link);
    EXPECT_FALSE(http::listen_unix(executor, link).has_value());
    EXPECT_TRUE(S_ISLNK(mode_of(link)));
    std::filesystem::create_directory(directory / "d");
    EXPECT_FALSE(http::listen_unix(executor, directory / "d").has_value());
}

CO_TEST(http_acceptor, a_file_put_in_place_of_the_socket_is_not_removed) {
    scratch_directory const directory;
    auto const path = directory / "s.sock";
    CO_REQUIRE(listener, http::listen_unix(co_await asio::this_coro::executor, path));
    std::filesystem::remove(path);
    std::ofstream(path) << "other";
    listener->close();
    EXPECT_TRUE(S_ISREG(mode_of(path)));
}

CO_TEST(http_acceptor, impossible_paths_are_refused_by_name) {
    auto const executor = co_await asio::this_coro::executor;
    for (auto const& path : std::vector<std::string>{"", "/tmp/" + std::string(200, 'x'), "/nonexistent/s.sock"}) {
        auto const listener = http::listen_unix(executor, path);
        CO_ASSERT_TRUE(!listener.has_value());
        EXPECT_NE(listener.error().message().find("unix://" + path), std::string::npos);
    }
    auto const missing = co_await http::connect_unix("/nonexistent/s.sock");
    EXPECT_EQ(missing.error().message(), "connect to /nonexistent/s.sock: No such file or directory");
}

CO_TEST(http_acceptor, tcp_listens_on_a_free_port_and_says_which) {
    auto const executor = co_await asio::this_coro::executor;
    CO_REQUIRE(listener, http::listen_tcp(executor, "localhost", 0));
    auto const endpoint = listener->endpoint();
    auto const port = endpoint.substr(endpoint.rfind(':') + 1);
    EXPECT_NE(port, "0");
    CO_REQUIRE(client, co_await http::connect_tcp("localhost", port));
    CO_REQUIRE(served, co_await listener->accept());
    EXPECT_TRUE((co_await served.write(std::string_view("hi"))).has_value());
    served.close();
    EXPECT_EQ(co_await read_to_end(client), "hi");
    auto const taken = http::listen_tcp(executor, "localhost", static_cast<std::uint16_t>(std::stoi(port)));
    EXPECT_EQ(taken.error().code().value(), EADDRINUSE);
}

CO_TEST(http_acceptor, close_ends_a_waiting_accept_and_refuses_clients) {
    scratch_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    auto const path = directory / "s.sock";
    CO_REQUIRE(listener, http::listen_unix(executor, path));
    http::router const routes;
    http::server web(executor, routes);
    error why;
    auto const serve = [](http::server& server, http::acceptor& from, error& out) -> awaitable<void> {
        out = co_await server.serve(from);
    };
    async::task_group serving(executor);
    serving.spawn(serve(web, *listener, why));
    CO_REQUIRE(client, co_await http::connect_unix(path));
    EXPECT_TRUE((co_await client.write(std::string_view("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))).has_value());
    EXPECT_EQ(co_await read_until(client, "\r\n"), "HTTP/1.1 404 Not Found\r\n");
    co_await web.shutdown();
    co_await serving.join();
    EXPECT_EQ(why.code(), asio::error::operation_aborted);
    EXPECT_FALSE((co_await http::connect_unix(path)).has_value());
    EXPECT_EQ(mode_of(path), 0U);
}

CO_TEST(http_acceptor, a_listener_of_somebody_else_is_taken_over) {
    auto const executor = co_await asio::this_coro::executor;
    unique_fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::listen(fd.get(), 5), 0);
    CO_REQUIRE(listener, http::adopt_listener(executor, std::move(fd)));
    auto const endpoint = listener->endpoint();
    CO_REQUIRE(client, co_await http::connect_tcp("127.0.0.1", endpoint.substr(endpoint.rfind(':') + 1)));
    EXPECT_TRUE((co_await listener->accept()).has_value());
    EXPECT_FALSE(http::adopt_listener(executor, unique_fd()).has_value());
}

} // namespace mocker::test
