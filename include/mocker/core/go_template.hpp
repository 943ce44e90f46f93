#ifndef MOCKER_CORE_GO_TEMPLATE_HPP
#define MOCKER_CORE_GO_TEMPLATE_HPP

#include <mocker/core/error.hpp>

#include <boost/json/value.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace mocker {

namespace json = boost::json;

namespace detail {
struct template_tree;
}

/// What a template may find in its data beside the fields of JSON objects.
struct go_template_options {
    /// The Go type that Docker would pass, for the text of errors (`*formatter.ContainerContext`). Empty: a plain map.
    std::string_view type_name{};
    /// Methods of the data, such as `.Label "key"`: called for a name that is no field of the top object.
    std::function<std::optional<json::value>(std::string_view name, std::span<json::value const> arguments)> method{};
    /// What a field of a Go struct has, where the JSON has null or leaves it out: an empty array or object for a list
    /// or map that is nil (they stay null, and print as `[]` and `map[]`), null for a pointer (`<nil>`), or another
    /// value.
    std::function<std::optional<json::value>(std::string_view name)> zero{};
    /// The key in the JSON of a field that Go calls @p name, where they differ (`ID` is `Id`); else an empty view.
    std::function<std::string_view(std::string_view name)> alias{};
    /// Docker's functions give their first argument as it is: a template for rows makes the line of headers so.
    bool keep_arguments = false;
};

/** A Go `text/template`, as the `--format` flags of Docker take it.

    Data is JSON. Actions: pipelines, variables, `if`, `range`, `with`, `else`, `break`, `continue`, comments and trim
    markers. Functions: Go's own (`and or not eq ne lt le gt ge index slice len print printf println html js urlquery`)
   and Docker's (`json split join title lower upper pad truncate`).

    @par Errors the texts of Go: `template: :1: function "nope" not defined`.
    @par Example
    @code
    MOCKER_TRY_RETURN(format, go_template::parse("{{.Name}} {{json .Labels}}"));
    MOCKER_TRY_RETURN(text, format.execute(container));
    @endcode
    @see https://pkg.go.dev/text/template, https://docs.docker.com/go/formatting/ */
class go_template {
public:
    /// Compiles @p text.
    MOCKER_DECL static result<go_template> parse(std::string_view text);

    /// The text that the template makes of @p data.
    MOCKER_DECL result<std::string> execute(json::value const& data, go_template_options const& options = {}) const;

private:
    explicit go_template(std::shared_ptr<detail::template_tree const> tree) : tree_(std::move(tree)) {}

    std::shared_ptr<detail::template_tree const> tree_;
};

/// @p value as Go's `encoding/json` writes it for Docker: no spaces; keys in their order, which is the one of Go's
/// structs.
MOCKER_DECL std::string to_go_json(json::value const& value);

/// @p value as Docker's `inspect` prints it: keys in their order, indented by @p indent for each level.
MOCKER_DECL std::string to_indented_json(json::value const& value, std::string_view indent);

} // namespace mocker

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/core/impl/go_json.ipp>
#include <mocker/core/impl/go_template.ipp>
#endif
#endif
