/** @file
    The syntax tree of a Go template, between its parser and its executor. */
#ifndef MOCKER_CORE_GO_TEMPLATE_TREE_HPP
#define MOCKER_CORE_GO_TEMPLATE_TREE_HPP

#include <mocker/core/error.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::detail {

namespace json = boost::json;

/// One token of an action. Text outside of actions is a token as well.
struct template_token {
    enum class kind {
        text,
        open,
        close,
        keyword,
        identifier,
        field,
        variable,
        constant,
        dot,
        nil,
        pipe,
        declare,
        assign,
        comma,
        left_paren,
        right_paren,
        end
    };
    kind type = kind::end;
    std::size_t position = 0;
    std::string text{};     ///< as in the source
    json::value constant{}; ///< of a string, number, character or boolean
    bool space_before = false;
};

struct template_pipeline;

/// A value in a command: a constant, `.`, `.A.B`, `$x.A`, a function's name, or `(pipeline).A`.
struct template_operand {
    enum class kind { dot, nil, constant, field, variable, function, pipeline };
    kind type = kind::dot;
    std::size_t position = 0;
    std::string text{}; ///< as in the source, for errors
    std::string name{}; ///< of a variable or function
    json::value constant{};
    std::vector<std::string> fields{}; ///< what follows: `A`, `B`
    std::shared_ptr<template_pipeline const> inner{};
};

struct template_command {
    std::size_t position = 0;
    std::vector<template_operand> operands{};
    std::string text() const {
        std::string out;
        for (auto const& operand : operands) out += (out.empty() ? "" : " ") + operand.text;
        return out;
    }
};

struct template_pipeline {
    std::size_t position = 0;
    std::vector<std::string> variables{}; ///< `$a, $b` of a declaration or assignment
    bool assigns = false;                 ///< `=` rather than `:=`
    std::vector<template_command> commands{};
};

struct template_node {
    enum class kind { text, action, if_, range, with, break_, continue_ };
    kind type = kind::text;
    std::string text{};
    template_pipeline pipeline{};
    std::vector<template_node> body{};
    std::vector<template_node> otherwise{};
};

struct template_tree {
    std::string source;
    std::vector<template_node> root;
};

/// The tokens of @p source. @par Errors as Go's lexer gives them.
MOCKER_DECL result<std::vector<template_token>> lex_template(std::string_view source);

/// The tree of @p source. @par Errors as Go's parser gives them.
MOCKER_DECL result<template_tree> parse_template(std::string_view source);

/// `template: :LINE: text`, for the line of @p position.
MOCKER_DECL error template_syntax_error(std::string_view source, std::size_t position, std::string const& text);

/// True for the functions that a template may call.
MOCKER_DECL bool is_template_function(std::string_view name);

/// Calls a function other than `and` and `or`. @par Errors the reason alone, to be put after `error calling NAME: `.
MOCKER_DECL result<json::value> call_template_function(std::string_view name,
                                                       std::vector<json::value> const& arguments);

/// What `{{.}}` prints for @p value (Go's `%v`).
MOCKER_DECL std::string template_print(json::value const& value);

/// Go's `fmt.Sprintf`.
MOCKER_DECL std::string template_printf(std::vector<json::value> const& arguments);

/// Go's idea of an empty value: false, 0, null, "" and containers without elements.
MOCKER_DECL bool template_truth(json::value const& value);

/// The name of the Go type that @p value would have.
MOCKER_DECL std::string_view template_type_name(json::value const& value);

/// Go's `strconv.Quote`.
MOCKER_DECL std::string go_quote(std::string_view text);

} // namespace mocker::detail

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/core/impl/go_template_functions.ipp>
#include <mocker/core/impl/go_template_lexer.ipp>
#include <mocker/core/impl/go_template_parser.ipp>
#include <mocker/core/impl/go_template_printf.ipp>
#endif
#endif
