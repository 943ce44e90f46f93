#ifndef MOCKER_CLI_LIST_FORMAT_HPP
#define MOCKER_CLI_LIST_FORMAT_HPP

#include <mocker/core/error.hpp>
#include <mocker/core/go_template.hpp>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::cli {

/// A placeholder of a list: `.ID` with the header `CONTAINER ID`.
struct list_column {
    std::string_view name;
    std::string_view header; ///< empty: none
    bool in_table = false;   ///< of the default table
};

/// A row: the value of the placeholder of that name, or nothing where there is none.
using list_row =
    std::function<std::optional<json::value>(std::string_view name, std::span<json::value const> arguments)>;

/// What a list can show.
struct list_shape {
    std::vector<list_column> columns{}; ///< those of the table in their order
    std::string_view type_name{};       ///< Go's, for errors
};

/** Prints rows as the `--format` of docker's lists says: empty or `table` for the default table, `table TEMPLATE`,
   `json`, or a template for each row.
    @par Errors errc::malformed: `failed to parse template: ...`, `template: :1:2: executing ...`. */
MOCKER_DECL result<std::string> format_list(list_shape const& shape, std::string_view format,
                                            std::vector<list_row> const& rows);

/// @p format with `\t` and `\n` replaced by what they stand for.
MOCKER_DECL std::string unescape_format(std::string_view format);

} // namespace mocker::cli

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/cli/impl/list_format.ipp>
#endif
#endif
