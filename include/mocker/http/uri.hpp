#ifndef MOCKER_HTTP_URI_HPP
#define MOCKER_HTTP_URI_HPP

#include <mocker/core/error.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mocker::http {

/** Replaces each `%XX` by its byte (RFC 3986, section 2.1).
    @par Errors errc::malformed for a `%` without two hexadecimal digits after it. */
MOCKER_DECL result<std::string> percent_decode(std::string_view text);

/// Escapes all but the unreserved characters of RFC 3986 and those in @p keep: a path keeps `/`.
MOCKER_DECL std::string percent_encode(std::string_view text, std::string_view keep = {});

/// The parameters of a query (`a=1&b=%20`), decoded, in order; `+` is a blank. A broken escape is kept as it is.
class query_parameters {
public:
    query_parameters() = default;
    MOCKER_DECL explicit query_parameters(std::string_view query);

    /// The first value called @p name; empty text for a name without value.
    MOCKER_DECL std::optional<std::string> find(std::string_view name) const;
    /// All values called @p name.
    MOCKER_DECL std::vector<std::string> find_all(std::string_view name) const;
    std::vector<std::pair<std::string, std::string>> const& items() const noexcept { return items_; }

private:
    std::vector<std::pair<std::string, std::string>> items_;
};

/** Builds a query for a target.
    @code
    auto const target = "/images/create" + query_builder().add("fromImage", "busybox").add("tag", "latest").text();
    @endcode */
class query_builder {
public:
    MOCKER_DECL query_builder& add(std::string_view name, std::string_view value);
    /// `?a=1&b=2`, or nothing if no parameter was added.
    std::string const& text() const noexcept { return text_; }

private:
    std::string text_;
};

} // namespace mocker::http

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/http/impl/uri.ipp>
#endif
#endif
