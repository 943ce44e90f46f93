#ifndef MOCKER_HTTP_FIELDS_HPP
#define MOCKER_HTTP_FIELDS_HPP

#include <mocker/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::http {

/** The header fields of a message, in order; names compare without regard to case (RFC 9110, section 5.1).

    All text lies in one string, so that a connection that serves many requests allocates nothing for their headers.
    Views given out are valid until the next change.
    @par Example
    @code
    fields header;
    header.set("Accept", "application/json");
    for (auto const& [name, value] : header) std::cout << name << ": " << value << '\n';
    @endcode */
class fields {
public:
    struct field {
        std::string_view name;
        std::string_view value;
    };

    /// The value of the first field called @p name, or an empty view.
    MOCKER_DECL std::string_view operator[](std::string_view name) const noexcept;
    MOCKER_DECL bool contains(std::string_view name) const noexcept;
    /// How many fields are called @p name.
    MOCKER_DECL std::size_t count(std::string_view name) const noexcept;

    /// Appends a field. Line breaks and NUL in the value become blanks: no value can start another field.
    MOCKER_DECL void add(std::string_view name, std::string_view value);
    /// Replaces all fields called @p name by one.
    MOCKER_DECL void set(std::string_view name, std::string_view value);
    MOCKER_DECL void erase(std::string_view name);

    std::size_t size() const noexcept { return entries_.size(); }
    bool empty() const noexcept { return entries_.empty(); }
    /// Removes all fields and keeps the memory.
    void clear() noexcept {
        text_.clear();
        entries_.clear();
    }
    field at(std::size_t index) const noexcept { return view(entries_[index]); }

    /// Appends `Name: value\r\n` for each field to @p out.
    MOCKER_DECL void append_to(std::string& out) const;

    class iterator {
    public:
        iterator(fields const* owner, std::size_t index) noexcept : owner_(owner), index_(index) {}
        field operator*() const noexcept { return owner_->at(index_); }
        iterator& operator++() noexcept {
            ++index_;
            return *this;
        }
        bool operator==(iterator const&) const noexcept = default;

    private:
        fields const* owner_;
        std::size_t index_;
    };
    iterator begin() const noexcept { return {this, 0}; }
    iterator end() const noexcept { return {this, entries_.size()}; }

private:
    struct entry {
        std::uint32_t name, name_size, value, value_size;
    };
    field view(entry const& e) const noexcept {
        return {std::string_view(text_).substr(e.name, e.name_size),
                std::string_view(text_).substr(e.value, e.value_size)};
    }

    std::string text_;
    std::vector<entry> entries_;
};

/// Whether two tokens are equal without regard to the case of ASCII letters.
MOCKER_DECL bool iequals(std::string_view a, std::string_view b) noexcept;

/// Whether the comma-separated @p list, such as the value of `Connection`, contains @p token.
MOCKER_DECL bool list_contains(std::string_view list, std::string_view token) noexcept;

} // namespace mocker::http

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/http/impl/fields.ipp>
#endif
#endif
