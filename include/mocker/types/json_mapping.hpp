/** @file
    How the plain structs of this folder become JSON and back, in the manner of Go's encoding/json, since that is what
    Docker's clients and its daemon speak.

    A type names its fields once, in a static member template that both directions use:
    @code
    struct restart_policy {
        std::string name;
        int maximum_retry_count = 0;

        template <class V, class Self>
        static void describe(V& v, Self& self) {
            v("Name", self.name);
            v("MaximumRetryCount", self.maximum_retry_count);
        }
    };
    @endcode
    `v(name, member)` always writes the field; `v.omit_empty(name, member)` leaves it out where Go's `omitempty` would.
    A `std::optional` is a Go pointer, slice or map: null (or left out) without a value. Reading is case-insensitive, skips
    unknown fields, and takes null for "leave the default". */
#ifndef MOCKER_TYPES_JSON_MAPPING_HPP
#define MOCKER_TYPES_JSON_MAPPING_HPP

#include <mocker/core/json.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace mocker::types {

/// A list of words that may also be sent as one string (Go's `strslice.StrSlice`): Cmd, Entrypoint, Shell.
struct word_list : std::vector<std::string> {
    using std::vector<std::string>::vector;
};

/// A set of names, on the wire an object whose values are `{}` (Go's `map[string]struct{}`): ExposedPorts, Volumes.
struct name_set : std::set<std::string> {
    using std::set<std::string>::set;
};

/// A map of strings: labels, options, annotations.
using string_map = std::map<std::string, std::string>;

/// A list of strings.
using string_list = std::vector<std::string>;

template <class T>
json::value to_json(T const& value);

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_array = false;
template <class T, std::size_t N>
inline constexpr bool is_array<std::array<T, N>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class T>
inline constexpr bool is_map<std::map<std::string, T>> = true;

/// What Go's `omitempty` leaves out: false, 0, "", nil, and empty lists and maps. Structs are never empty.
template <class T>
bool is_empty(T const& value) {
    if constexpr (is_optional<T>) return !value.has_value();
    else if constexpr (std::is_arithmetic_v<T>) return value == T();
    else if constexpr (std::same_as<T, json::value>) return value.is_null();
    else if constexpr (requires { value.empty(); }) return value.empty();
    else return false;
}

MOCKER_DECL json::value const* find_field(json::object const& object, std::string_view name);

/// Reads @p value into @p out; @p path names the field in errors.
template <class T>
result<> read(json::value const& value, T& out, std::string const& path);

template <class T>
result<> read_integer(json::value const& value, T& out, std::string const& path) {
    auto const out_of_range = [&] {
        return error(errc::malformed, "field " + path + ": number out of range: " + json::serialize(value));
    };
    if (auto const* number = value.if_int64()) {
        if (!std::in_range<T>(*number)) return out_of_range();
        out = static_cast<T>(*number);
    } else if (auto const* large = value.if_uint64()) {
        if (!std::in_range<T>(*large)) return out_of_range();
        out = static_cast<T>(*large);
    } else if (auto const* real = value.if_double()) {
        // Large whole numbers may come with an exponent.
        if (!(*real >= -9.2e18 && *real <= 9.2e18) || *real != static_cast<double>(static_cast<std::int64_t>(*real)) ||
            !std::in_range<T>(static_cast<std::int64_t>(*real)))
            return out_of_range();
        out = static_cast<T>(*real);
    } else {
        return json_type_error(path, "number", value);
    }
    return {};
}

template <class T>
result<> read_list(json::value const& value, T& out, std::string const& path) {
    auto const* items = value.if_array();
    if (!items) return json_type_error(path, "array", value);
    out.clear();
    out.reserve(items->size());
    for (auto const& item : *items) {
        auto const place = path + '[' + std::to_string(out.size()) + ']';
        MOCKER_CHECK_RETURN(read(item, out.emplace_back(), place));
    }
    return {};
}

template <class T>
result<> read_map(json::value const& value, T& out, std::string const& path) {
    auto const* members = value.if_object();
    if (!members) return json_type_error(path, "object", value);
    out.clear();
    for (auto const& [key, item] : *members) MOCKER_CHECK_RETURN(read(item, out[std::string(key)], path + '.' + std::string(key)));
    return {};
}

/// The visitor that `describe` fills a struct with.
class reader {
public:
    reader(json::object const& object, std::string const& path) : object_(object), path_(path) {}

    template <class T>
    void operator()(char const* name, T& member) {
        if (!outcome) return;
        if (auto const* value = find_field(object_, name))
            outcome = read(*value, member, path_.empty() ? std::string(name) : path_ + '.' + name);
    }
    template <class T>
    void omit_empty(char const* name, T& member) {
        (*this)(name, member);
    }
    /// The fields of @p part stand beside those of the struct itself (Go's embedding).
    template <class T>
    void embed(T& part) {
        T::describe(*this, part);
    }

    result<> outcome;

private:
    json::object const& object_;
    std::string const& path_;
};

/// The visitor that `describe` writes a struct with.
class writer {
public:
    explicit writer(json::object& object) : object_(object) {}

    template <class T>
    void operator()(char const* name, T const& member) {
        object_.emplace(name, to_json(member));
    }
    template <class T>
    void omit_empty(char const* name, T const& member) {
        if (!is_empty(member)) (*this)(name, member);
    }
    template <class T>
    void embed(T const& part) {
        T::describe(*this, part);
    }

private:
    json::object& object_;
};

template <class T>
result<> read(json::value const& value, T& out, std::string const& path) {
    if constexpr (std::same_as<T, json::value>) {
        out = value;
        return {};
    } else if (value.is_null()) {
        return {};
    } else if constexpr (is_optional<T>) {
        return read(value, out.emplace(), path);
    } else if constexpr (std::same_as<T, bool>) {
        if (!value.is_bool()) return json_type_error(path, "bool", value);
        out = value.get_bool();
        return {};
    } else if constexpr (std::integral<T>) {
        return read_integer(value, out, path);
    } else if constexpr (std::floating_point<T>) {
        if (!value.is_number()) return json_type_error(path, "number", value);
        out = value.to_number<T>();
        return {};
    } else if constexpr (std::same_as<T, std::string>) {
        if (!value.is_string()) return json_type_error(path, "string", value);
        out.assign(value.get_string().data(), value.get_string().size());
        return {};
    } else if constexpr (std::same_as<T, word_list>) {
        if (auto const* text = value.if_string()) {
            out.assign(1, std::string(text->data(), text->size()));
            return {};
        }
        return read_list(value, out, path);
    } else if constexpr (std::same_as<T, name_set>) {
        if (!value.is_object()) return json_type_error(path, "object", value);
        for (auto const& [key, unused] : value.get_object()) out.emplace(key);
        return {};
    } else if constexpr (is_vector<T>) {
        return read_list(value, out, path);
    } else if constexpr (is_array<T>) {
        auto const* items = value.if_array();
        if (!items || items->size() != out.size()) return json_type_error(path, "array of " + std::to_string(out.size()), value);
        for (std::size_t i = 0; i < out.size(); ++i) MOCKER_CHECK_RETURN(read((*items)[i], out[i], path));
        return {};
    } else if constexpr (is_map<T>) {
        return read_map(value, out, path);
    } else {
        auto const* members = value.if_object();
        if (!members) return json_type_error(path.empty() ? "body" : path, "object", value);
        reader visitor(*members, path);
        T::describe(visitor, out);
        return std::move(visitor.outcome);
    }
}

} // namespace detail

/// @p value as JSON.
template <class T>
json::value to_json(T const& value) {
    if constexpr (std::same_as<T, json::value>) {
        return value;
    } else if constexpr (detail::is_optional<T>) {
        return value ? to_json(*value) : json::value(nullptr);
    } else if constexpr (std::same_as<T, bool>) {
        return json::value(value);
    } else if constexpr (std::is_arithmetic_v<T>) {
        return json::value(value);
    } else if constexpr (std::same_as<T, std::string>) {
        return json::value(json::string_view(value.data(), value.size()));
    } else if constexpr (std::same_as<T, name_set>) {
        json::object members;
        for (auto const& name : value) members.emplace(name, json::object());
        return members;
    } else if constexpr (std::same_as<T, word_list> || detail::is_vector<T> || detail::is_array<T>) {
        json::array items;
        items.reserve(value.size());
        for (auto const& item : value) items.push_back(to_json(item));
        return items;
    } else if constexpr (detail::is_map<T>) {
        json::object members;
        for (auto const& [key, item] : value) members.emplace(key, to_json(item));
        return members;
    } else {
        json::object members;
        detail::writer visitor(members);
        T::describe(visitor, value);
        return members;
    }
}

/** Reads a T from @p value.
    @par Errors errc::malformed, naming the field: `field HostConfig.Memory: expected number, found string`. */
template <class T>
result<T> from_json(json::value const& value) {
    T out;
    MOCKER_CHECK_RETURN(detail::read(value, out, std::string()));
    return out;
}

/// Parses @p text and reads a T from it. @par Errors errc::malformed, with the place.
template <class T>
result<T> parse(std::string_view text) {
    MOCKER_TRY_RETURN(value, parse_json(text));
    return from_json<T>(value);
}

/// @p value as the text of one JSON document, without a line feed.
template <class T>
std::string to_text(T const& value) {
    return json::serialize(to_json(value));
}

} // namespace mocker::types

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/types/impl/json_mapping.ipp>
#endif
#endif
