#include <mocker/http/tls.hpp>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <support/co_test.hpp>

#include "fake_registry.hpp"

using namespace mocker;
using namespace mocker::test;

namespace {

/// A directory with a certificate that nobody vouches for, `a.pem`, and its key, `a.key`.
struct self_signed {
    self_signed() {
        char name[] = "/tmp/mocker-registry-XXXXXX";
        directory = ::mkdtemp(name);
        auto* const key = ::EVP_EC_gen("P-256");
        auto* const made = ::X509_new();
        ::ASN1_INTEGER_set(::X509_get_serialNumber(made), 1);
        ::X509_gmtime_adj(::X509_getm_notBefore(made), -60);
        ::X509_gmtime_adj(::X509_getm_notAfter(made), 3600);
        ::X509_set_pubkey(made, key);
        ::X509_NAME_add_entry_by_txt(::X509_get_subject_name(made), "CN", MBSTRING_ASC,
                                     reinterpret_cast<unsigned char const*>("x"), -1, -1, 0);
        ::X509_set_issuer_name(made, ::X509_get_subject_name(made));
        ::X509_sign(made, key, ::EVP_sha256());
        auto* file = std::fopen((directory + "/a.pem").c_str(), "w");
        ::PEM_write_X509(file, made);
        std::fclose(file);
        file = std::fopen((directory + "/a.key").c_str(), "w");
        ::PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
        std::fclose(file);
        ::X509_free(made);
        ::EVP_PKEY_free(key);
    }
    ~self_signed() { std::filesystem::remove_all(directory); }

    http::tls_options options() const {
        http::tls_options out;
        out.certificate_file = directory + "/a.pem";
        out.key_file = directory + "/a.key";
        out.verify = false;
        return out;
    }
    std::string directory;
};

} // namespace

CO_TEST(loopback_registry, may_speak_tls_with_a_certificate_that_nobody_vouches_for) {
    auto const executor = co_await asio::this_coro::executor;
    self_signed const certificate;
    CO_REQUIRE(listener, http::listen_tls(executor, "127.0.0.1", 0, certificate.options()));
    fake_registry registry(executor, "127.0.0.1", std::move(listener));
    registry.add_manifest("1", "{}");
    auto const blob = registry.add_blob(std::string(1'000'000, 'x'));
    auto const client = registry.connect();
    auto const fetched = co_await client->fetch_manifest("app", "1");
    EXPECT_TRUE(fetched.has_value()) << fetched.error().message();
    text_sink sink;
    EXPECT_TRUE((co_await client->fetch_blob("app", blob, sink)).has_value());
    EXPECT_EQ(sha256_of(sink.text), blob.digest);
    co_await registry.stop();
}
