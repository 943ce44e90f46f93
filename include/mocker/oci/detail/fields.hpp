#ifndef MOCKER_OCI_DETAIL_FIELDS_HPP
#define MOCKER_OCI_DETAIL_FIELDS_HPP

#include <mocker/core/digest.hpp>
#include <mocker/core/error.hpp>
#include <mocker/core/json.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::oci::detail {

enum class presence { optional, required };

/** Reads the members of one JSON object and remembers the first thing that is wrong, with its place.

    Parsing code reads straight on and asks once, at its end, whether all was well. As Go does, `null` counts as absent.
    The readers of nested objects share the memory of the outermost, which outlives them. */
class fields {
public:
    /// @p path is the place of @p value in its document: empty, or `layers[3]`.
    MOCKER_DECL fields(json::value const& value, std::string path, std::optional<error>& failure);

    MOCKER_DECL bool has(std::string_view name) const;
    MOCKER_DECL std::string text(std::string_view name, presence needed = presence::optional);
    MOCKER_DECL std::int64_t integer(std::string_view name, std::int64_t least, std::int64_t most,
                                     presence needed = presence::optional);
    MOCKER_DECL bool boolean(std::string_view name);
    MOCKER_DECL mocker::digest digest(std::string_view name);
    MOCKER_DECL std::vector<std::string> texts(std::string_view name);
    /// As @ref texts, but one string stands for a list of one, as in Docker's `Entrypoint` and `Cmd`.
    MOCKER_DECL std::vector<std::string> texts_or_text(std::string_view name);
    MOCKER_DECL std::map<std::string, std::string> text_map(std::string_view name);
    /// The keys of an object whose values mean nothing, such as `ExposedPorts`.
    MOCKER_DECL std::vector<std::string> keys(std::string_view name);
    /// The elements of an array, an empty one if it is absent; more than @p limit of them is an error.
    MOCKER_DECL json::array const& array(std::string_view name, std::size_t limit,
                                         presence needed = presence::optional);
    /// A nested object, empty if it is absent.
    MOCKER_DECL fields object(std::string_view name, presence needed = presence::optional);
    /// The object at @p index of the array @p name.
    MOCKER_DECL fields element(std::string_view name, std::size_t index, json::value const& value);

    /// Records @p what as the failure of the member @p name, unless something failed before.
    MOCKER_DECL void fail(std::string_view name, std::string what);
    MOCKER_DECL std::string path_of(std::string_view name) const;

private:
    MOCKER_DECL json::value const* find(std::string_view name, presence needed);
    MOCKER_DECL void wrong_kind(std::string_view name, std::string_view expected, json::value const& found);

    json::object const* object_;
    std::string path_;
    std::optional<error>* failure_;
};

MOCKER_DECL json::array to_json(std::vector<std::string> const& texts);
MOCKER_DECL json::object to_json(std::map<std::string, std::string> const& texts);

} // namespace mocker::oci::detail

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/oci/impl/fields.ipp>
#endif
#endif
