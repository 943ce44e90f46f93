#ifndef MOCKER_CORE_SHA256_HPP
#define MOCKER_CORE_SHA256_HPP

#include <mocker/core/digest.hpp>

#include <cstddef>
#include <memory>
#include <string_view>

namespace mocker {

/** Hashes a stream of bytes with SHA-256 (FIPS 180-4), through OpenSSL, which uses the processor's instructions for it.
    @par Example
    @code
    sha256 hash;
    while (auto n = read(buffer)) hash.update(buffer, n);
    digest const name = hash.finish();
    @endcode */
class sha256 {
public:
    MOCKER_DECL sha256();
    MOCKER_DECL ~sha256();
    MOCKER_DECL sha256(sha256&&) noexcept;
    MOCKER_DECL sha256& operator=(sha256&&) noexcept;

    MOCKER_DECL void update(void const* data, std::size_t size);
    void update(std::string_view data) { update(data.data(), data.size()); }

    /// The digest of all that was given, after which the object starts anew.
    MOCKER_DECL digest finish();

private:
    struct free_context {
        MOCKER_DECL void operator()(void* context) const noexcept;
    };
    std::unique_ptr<void, free_context> context_;
};

/// The digest of @p data.
MOCKER_DECL digest sha256_of(std::string_view data);

} // namespace mocker

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/core/impl/sha256.ipp>
#endif
#endif
