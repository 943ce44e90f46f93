#ifndef MOCKER_CORE_IMPL_SHA256_IPP
#define MOCKER_CORE_IMPL_SHA256_IPP

#include <mocker/core/hex.hpp>
#include <mocker/core/sha256.hpp>

#include <openssl/evp.h>

#include <new>

namespace mocker {

MOCKER_DECL void sha256::free_context::operator()(void* context) const noexcept {
    EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context));
}

MOCKER_DECL sha256::sha256() : context_(EVP_MD_CTX_new()) {
    if (!context_ || !EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_.get()), EVP_sha256(), nullptr)) throw std::bad_alloc();
}

MOCKER_DECL sha256::~sha256() = default;
MOCKER_DECL sha256::sha256(sha256&&) noexcept = default;
MOCKER_DECL sha256& sha256::operator=(sha256&&) noexcept = default;

MOCKER_DECL void sha256::update(void const* data, std::size_t size) {
    EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_.get()), data, size);
}

MOCKER_DECL digest sha256::finish() {
    auto* const context = static_cast<EVP_MD_CTX*>(context_.get());
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_DigestFinal_ex(context, bytes, &size);
    EVP_DigestInit_ex(context, EVP_sha256(), nullptr);
    return digest::sha256_from_hex(to_hex({reinterpret_cast<char const*>(bytes), size}));
}

MOCKER_DECL digest sha256_of(std::string_view data) {
    sha256 hash;
    hash.update(data);
    return hash.finish();
}

} // namespace mocker

#endif
