#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>

#include "http_support.hpp"

namespace mocker::test {

using certificate = std::unique_ptr<X509, decltype(&::X509_free)>;
using key = std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)>;

/// An authority, and what it certifies, as files of a directory.
class authority {
public:
    explicit authority(std::string directory, std::string name) : directory_(std::move(directory)), key_(make_key()) {
        self_ = issue(name, {}, key_.get());
        write(name, self_.get(), key_.get());
    }

    /// Writes NAME.pem and NAME.key, for a subject with the alternative names @p names (`DNS:x,IP:1.2.3.4`).
    void certify(std::string const& name, std::string const& names) {
        auto const own = make_key();
        auto const made = issue(name, names, own.get());
        write(name, made.get(), own.get());
    }

private:
    static key make_key() { return {::EVP_EC_gen("P-256"), &::EVP_PKEY_free}; }

    certificate issue(std::string const& name, std::string const& names, EVP_PKEY* subject_key) {
        certificate out(::X509_new(), &::X509_free);
        ::X509_set_version(out.get(), 2);
        ::ASN1_INTEGER_set(::X509_get_serialNumber(out.get()), ++serial_);
        ::X509_gmtime_adj(::X509_getm_notBefore(out.get()), -60);
        ::X509_gmtime_adj(::X509_getm_notAfter(out.get()), 3600);
        ::X509_set_pubkey(out.get(), subject_key);
        auto* const subject = ::X509_get_subject_name(out.get());
        ::X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<unsigned char const*>(name.c_str()),
                                     -1, -1, 0);
        ::X509_set_issuer_name(out.get(), self_ ? ::X509_get_subject_name(self_.get()) : subject);
        extend(out.get(), NID_basic_constraints, self_ ? "CA:FALSE" : "critical,CA:TRUE");
        if (!names.empty()) extend(out.get(), NID_subject_alt_name, names);
        ::X509_sign(out.get(), key_.get(), ::EVP_sha256());
        return out;
    }

    static void extend(X509* to, int kind, std::string const& value) {
        auto* const extension = ::X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
        ::X509_add_ext(to, extension, -1);
        ::X509_EXTENSION_free(extension);
    }

    void write(std::string const& name, X509* made, EVP_PKEY* own) const {
        auto* file = std::fopen((directory_ + "/" + name + ".pem").c_str(), "w");
        ::PEM_write_X509(file, made);
        std::fclose(file);
        file = std::fopen((directory_ + "/" + name + ".key").c_str(), "w");
        ::PEM_write_PrivateKey(file, own, nullptr, nullptr, 0, nullptr, nullptr);
        std::fclose(file);
    }

    std::string directory_;
    key key_;
    certificate self_{nullptr, &::X509_free};
    long serial_ = 0;
};

/// A TLS server on loopback, and the certificates around it.
class tls_fixture {
public:
    explicit tls_fixture(asio::any_io_executor executor_, bool verify_clients)
        : executor(executor_), ca(directory / "", "ca"), other_ca(directory / "", "other"), server(executor),
          serving(executor) {
        ca.certify("server", "DNS:localhost,IP:127.0.0.1");
        ca.certify("client", "DNS:client");
        other_ca.certify("stranger", "DNS:client");
        http::tls_options options;
        options.certificate_file = directory / "server.pem";
        options.key_file = directory / "server.key";
        options.ca_file = directory / "ca.pem";
        options.verify = verify_clients;
        listener = http::listen_tls(executor, "127.0.0.1", 0, options).value();
        serving.spawn(serve());
    }

    http::client_options options(std::string const& ca_name, std::string const& own = {}) const {
        http::client_options out;
        auto const endpoint = listener->endpoint();
        out.to = {http::endpoint::kind::tls, "127.0.0.1", endpoint.substr(endpoint.rfind(':') + 1)};
        if (!ca_name.empty()) out.tls.ca_file = directory / (ca_name + ".pem");
        if (!own.empty()) {
            out.tls.certificate_file = directory / (own + ".pem");
            out.tls.key_file = directory / (own + ".key");
        }
        return out;
    }

    /// The body of /hello, or why there is none.
    awaitable<std::string> ask(http::client_options o) {
        http::client client(executor, std::move(o));
        http::message get(http::verb::get, "/hello");
        auto const got = co_await client.send(std::move(get));
        co_return got ? got->body : got.error().message();
    }

    awaitable<void> end() {
        co_await server.web.shutdown();
        co_await serving.join();
    }

    scratch_directory directory;
    asio::any_io_executor executor;
    authority ca, other_ca;
    test_server server;
    std::unique_ptr<http::acceptor> listener;
    async::task_group serving;

private:
    awaitable<void> serve() { (void)co_await server.web.serve(*listener); }
};

CO_TEST(http_tls, serves_and_verifies_the_server) {
    tls_fixture f(co_await asio::this_coro::executor, false);
    auto const good = f.options("ca");
    EXPECT_EQ(co_await f.ask(good), "hello\n");
    auto by_name = f.options("ca");
    by_name.to.host = "localhost";
    EXPECT_EQ(co_await f.ask(by_name), "hello\n");
    auto const stranger = f.options("other");
    EXPECT_NE((co_await f.ask(stranger)).find("certificate verify failed"), std::string::npos);
    auto const of_the_system = f.options("");
    EXPECT_NE((co_await f.ask(of_the_system)).find("certificate verify failed"), std::string::npos);
    auto wrong_name = f.options("ca");
    wrong_name.tls.server_name = "registry.example";
    EXPECT_NE((co_await f.ask(wrong_name)).find("hostname mismatch"), std::string::npos) << co_await f.ask(wrong_name);
    auto careless = f.options("");
    careless.tls.verify = false;
    EXPECT_EQ(co_await f.ask(careless), "hello\n");
    co_await f.end();
}

CO_TEST(http_tls, refuses_clients_without_a_certificate_of_the_authority) {
    tls_fixture f(co_await asio::this_coro::executor, true);
    auto const known = f.options("ca", "client");
    EXPECT_EQ(co_await f.ask(known), "hello\n");
    auto const anonymous = f.options("ca");
    EXPECT_NE(co_await f.ask(anonymous), "hello\n");
    auto const stranger = f.options("ca", "stranger");
    EXPECT_NE(co_await f.ask(stranger), "hello\n");
    EXPECT_EQ(co_await f.ask(known), "hello\n"); // the server goes on
    co_await f.end();
}

CO_TEST(http_tls, plain_text_and_garbage_do_not_stop_the_server) {
    tls_fixture f(co_await asio::this_coro::executor, false);
    for (std::string const text : {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\x16\x03\x01\xff\xff", ""}) {
        CO_REQUIRE(plain, co_await http::connect_tcp("127.0.0.1", f.options("").to.port));
        EXPECT_TRUE((co_await plain.write(text)).has_value());
        EXPECT_TRUE(plain.shutdown_send().has_value());
        EXPECT_EQ((co_await read_to_end(plain)).find("hello"), std::string::npos);
    }
    auto const good = f.options("ca");
    EXPECT_EQ(co_await f.ask(good), "hello\n");
    co_await f.end();
}

CO_TEST(http_tls, large_bodies_keep_alive_and_half_close_work) {
    tls_fixture f(co_await asio::this_coro::executor, false);
    auto const o = f.options("ca");
    http::client client(f.executor, o);
    for (int i = 0; i != 3; ++i) {
        int left = 300;
        http::message post(http::verb::post, "/stream-echo");
        post.source = [&left](asio::mutable_buffer into) -> awaitable<result<std::size_t>> {
            if (left-- == 0) co_return std::size_t(0);
            std::string const text(5000, static_cast<char>('a' + left % 26));
            text.copy(static_cast<char*>(into.data()), into.size());
            co_return text.size();
        };
        CO_REQUIRE(open, co_await client.open(std::move(post)));
        CO_REQUIRE(body, co_await open.read_all(2'000'000));
        EXPECT_EQ(body.size(), 1'500'000U);
    }
    http::message hijack(http::verb::post, "/hijack");
    CO_REQUIRE(up, co_await client.upgrade(std::move(hijack)));
    EXPECT_EQ(up.status, 101U);
    EXPECT_TRUE((co_await up.stream.write(std::string_view("abc"))).has_value());
    EXPECT_TRUE(up.stream.shutdown_send().has_value());
    EXPECT_EQ(co_await read_to_end(up.stream), "ABCbye");
    up.stream.close();
    client.close_idle();
    co_await f.end();
}

TEST(http_tls, broken_files_are_named) {
    asio::io_context context;
    scratch_directory const directory;
    http::tls_options options;
    EXPECT_FALSE(http::tls_context::for_server(options).has_value());
    options.certificate_file = directory / "missing.pem";
    options.verify = false;
    auto const missing = http::tls_context::for_server(options);
    ASSERT_FALSE(missing.has_value());
    EXPECT_NE(missing.error().message().find("missing.pem"), std::string::npos);
    http::tls_options client;
    client.ca_file = directory / "missing-ca.pem";
    auto const no_ca = http::tls_context::for_client(client);
    ASSERT_FALSE(no_ca.has_value());
    EXPECT_NE(no_ca.error().message().find("missing-ca.pem"), std::string::npos);
}

} // namespace mocker::test
