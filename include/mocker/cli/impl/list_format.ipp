#ifndef MOCKER_CLI_IMPL_LIST_FORMAT_IPP
#define MOCKER_CLI_IMPL_LIST_FORMAT_IPP

#include <mocker/cli/list_format.hpp>
#include <mocker/cli/tab_writer.hpp>

#include <boost/json/object.hpp>

#include <algorithm>
#include <utility>

namespace mocker::cli {
namespace detail {

MOCKER_DECL json::object row_object(list_shape const& shape, list_row const& row) {
    std::vector<std::string_view> names;
    for (auto const& column : shape.columns) names.push_back(column.name);
    std::sort(names.begin(), names.end()); // as docker prints them
    json::object out;
    for (auto const name : names)
        if (auto value = row(name, {})) out.emplace(name, std::move(*value));
    return out;
}

/// Without a template, which would be slow for hundreds of rows.
MOCKER_DECL std::string default_table(list_shape const& shape, std::vector<list_row> const& rows) {
    std::string text;
    auto const add_line = [&](auto const& cell) {
        bool first = true;
        for (auto const& column : shape.columns) {
            if (!column.in_table) continue;
            if (!std::exchange(first, false)) text += '\t';
            text += cell(column);
        }
        text += '\n';
    };
    add_line([](list_column const& column) { return std::string(column.header); });
    for (auto const& row : rows) {
        add_line([&](list_column const& column) {
            auto const value = row(column.name, {});
            return value && value->is_string() ? std::string(value->get_string()) : std::string();
        });
    }
    return align_columns(text);
}

MOCKER_DECL result<std::string> header_line(list_shape const& shape, go_template const& format) {
    json::object headers;
    for (auto const& column : shape.columns) headers.emplace(column.name, column.header);
    headers.emplace("Label", "LABEL");
    go_template_options options;
    options.keep_arguments = true;
    options.method = [](std::string_view name, std::span<json::value const> arguments) -> std::optional<json::value> {
        if (name != "Label" || arguments.size() != 1 || !arguments[0].is_string()) return std::nullopt;
        // Docker makes the header of a label from the label: "com.example.my-key" is MY KEY.
        std::string text(arguments[0].get_string());
        text = text.substr(text.rfind('.') + 1);
        for (auto& c : text) c = c == '-' || c == '_' ? ' ' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
        return json::value(text);
    };
    return format.execute(headers, options);
}

} // namespace detail

MOCKER_DECL std::string unescape_format(std::string_view format) {
    std::string out;
    for (std::size_t i = 0; i < format.size(); ++i) {
        bool const escape =
            format[i] == '\\' && i + 1 < format.size() && (format[i + 1] == 't' || format[i + 1] == 'n');
        out += !escape ? format[i] : format[++i] == 't' ? '\t' : '\n';
    }
    return out;
}

MOCKER_DECL result<std::string> format_list(list_shape const& shape, std::string_view format,
                                            std::vector<list_row> const& rows) {
    if (format.empty() || format == "table") return detail::default_table(shape, rows);
    std::string out;
    if (format == "json") {
        for (auto const& row : rows) out += to_go_json(detail::row_object(shape, row)) + "\n";
        return out;
    }
    bool const table = format.starts_with("table ");
    auto text = unescape_format(table ? format.substr(6) : format);
    text.erase(0, text.find_first_not_of(' '));
    text.erase(text.find_last_not_of(' ') + 1);
    auto parsed = go_template::parse(text);
    if (!parsed) return error(errc::malformed, "failed to parse template: " + parsed.error().message());
    if (table) {
        MOCKER_TRY_RETURN(header, detail::header_line(shape, *parsed));
        out += header + "\n";
    }
    go_template_options options;
    options.type_name = shape.type_name;
    for (auto const& row : rows) {
        options.method = row;
        MOCKER_TRY_RETURN(line, parsed->execute(detail::row_object(shape, row), options));
        out += line + "\n";
    }
    return table ? align_columns(out) : out;
}

} // namespace mocker::cli

#endif
