#ifndef MOCKER_API_FILTERS_HPP
#define MOCKER_API_FILTERS_HPP

#include <mocker/core/error.hpp>

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::api {

/** The `filters` of a list request: values by key, in either of the two encodings that clients send,
    `{"label":{"a=b":true}}` and `{"label":["a=b"]}`.

    Values of one key are alternatives, except labels, which must all match; different keys must all match.
    @see Engine API, "ContainerList" */
class filters {
public:
    /** Parses the query parameter; an empty one filters nothing.
        @par Errors errc::malformed: `invalid filter`, or `invalid filter 'KEY'` for a key that is not @p accepted. */
    MOCKER_DECL static result<filters> parse(std::string_view text, std::initializer_list<std::string_view> accepted);

    /// The values given for @p key.
    MOCKER_DECL std::vector<std::string> const& values(std::string_view key) const;
    bool has(std::string_view key) const { return !values(key).empty(); }

    /// Whether @p value is among those of @p key, or there is none.
    MOCKER_DECL bool matches(std::string_view key, std::string_view value) const;

    /// Whether @p text contains a match of one of the regular expressions of @p key, or there is none. What is no regular
    /// expression is compared as it is.
    MOCKER_DECL bool matches_expression(std::string_view key, std::string_view text) const;

    /// Whether @p labels have each of the `label` values: `KEY`, or `KEY=VALUE`.
    MOCKER_DECL bool matches_labels(std::map<std::string, std::string> const& labels) const;

    /// The one boolean of @p key. @par Errors errc::malformed: `invalid filter 'KEY=[X]'`.
    MOCKER_DECL result<std::optional<bool>> flag(std::string_view key) const;

private:
    std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

} // namespace mocker::api

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/api/impl/filters.ipp>
#endif
#endif
