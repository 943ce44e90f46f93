#ifndef MOCKER_REGISTRY_IMPL_CLIENT_IPP
#define MOCKER_REGISTRY_IMPL_CLIENT_IPP

#include <mocker/core/sha256.hpp>
#include <mocker/oci/limits.hpp>
#include <mocker/registry/client.hpp>
#include <mocker/registry/detail/distribution_client.hpp>

namespace mocker::registry {
namespace detail {

class memory_sink final : public sink {
public:
    awaitable<result<>> write(std::string_view bytes) override {
        text.append(bytes);
        co_return result<>{};
    }
    std::string text;
};

} // namespace detail

MOCKER_DECL awaitable<result<std::string>> client::fetch_bytes(std::string repository, oci::descriptor const& of) {
    if (of.size > static_cast<std::int64_t>(oci::document_size_limit))
        co_return error(errc::too_large, "blob " + of.digest.text() + ": " + std::to_string(of.size) +
                                             " bytes, at most " + std::to_string(oci::document_size_limit) +
                                             " are accepted");
    detail::memory_sink memory;
    MOCKER_CHECK(co_await fetch_blob(std::move(repository), of, memory));
    if (sha256_of(memory.text) != of.digest)
        co_return error(errc::digest_mismatch, "filesystem layer verification failed for digest " + of.digest.text());
    co_return std::move(memory.text);
}

MOCKER_DECL std::unique_ptr<client> make_client(asio::any_io_executor executor, std::string domain, credentials who,
                                                client_options options) {
    return std::make_unique<detail::distribution_client>(std::move(executor), std::move(domain), std::move(who),
                                                         std::move(options));
}

} // namespace mocker::registry

#endif
