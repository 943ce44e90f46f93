#ifndef MOCKER_CORE_DIGEST_HPP
#define MOCKER_CORE_DIGEST_HPP

#include <mocker/core/error.hpp>

#include <compare>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace mocker {

/** The name of a piece of content: `sha256:` and 64 hexadecimal digits, lower case.
    @see OCI image-spec, descriptor.md, "Digests"

    @par Example
    @code
    MOCKER_TRY(wanted, digest::parse("sha256:" + hex));
    if (sha256_of(body) != wanted) co_return error(errc::digest_mismatch, wanted.text());
    @endcode */
class digest {
public:
    digest() = default;

    /// Parses the text form. Only `sha256` is known.
    /// @par Errors errc::malformed, docker's "invalid checksum digest ..." texts; errc::unsupported for other algorithms.
    MOCKER_DECL static result<digest> parse(std::string_view text);

    /// The digest whose 64 hexadecimal digits are @p hex. Precondition: they are.
    static digest sha256_from_hex(std::string_view hex) { return digest("sha256:" + std::string(hex)); }

    std::string const& text() const noexcept { return text_; }
    std::string_view algorithm() const noexcept { return std::string_view(text_).substr(0, text_.find(':')); }
    std::string_view hex() const noexcept { return std::string_view(text_).substr(text_.find(':') + 1); }
    bool empty() const noexcept { return text_.empty(); }

    friend bool operator==(digest const&, digest const&) = default;
    friend std::strong_ordering operator<=>(digest const& a, digest const& b) noexcept {
        return a.text_.compare(b.text_) <=> 0;
    }

private:
    explicit digest(std::string text) : text_(std::move(text)) {}

    std::string text_;
};

} // namespace mocker

template <>
struct std::hash<mocker::digest> {
    std::size_t operator()(mocker::digest const& d) const noexcept { return std::hash<std::string>()(d.text()); }
};

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/core/impl/digest.ipp>
#endif
#endif
