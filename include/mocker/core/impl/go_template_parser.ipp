#ifndef MOCKER_CORE_IMPL_GO_TEMPLATE_PARSER_IPP
#define MOCKER_CORE_IMPL_GO_TEMPLATE_PARSER_IPP

#include <mocker/core/go_template_tree.hpp>

#include <algorithm>
#include <utility>

namespace mocker::detail {

class template_parser {
public:
    template_parser(std::string_view source, std::vector<template_token> tokens)
        : source_(source), tokens_(std::move(tokens)) {}

    result<template_tree> run() {
        template_tree tree;
        tree.source = std::string(source_);
        MOCKER_TRY_RETURN(stop, parse_list(tree.root, false));
        if (stop != "") return fail("unexpected {{" + stop + "}}");
        return tree;
    }

private:
    using kind = template_token::kind;
    static constexpr int depth_limit = 100;

    template_token const& peek() const { return tokens_[at_]; }
    template_token const& next() { return at_ + 1 < tokens_.size() ? tokens_[at_++] : tokens_[at_]; }
    error fail(std::string const& text) const { return template_syntax_error(source_, peek().position, text); }

    std::string quoted(template_token const& token) const {
        if (token.type == kind::end) return "EOF";
        if (token.type == kind::keyword) return "<" + token.text + ">";
        if (token.text.size() > 10) return go_quote(token.text.substr(0, 10)) + "...";
        return go_quote(token.text);
    }
    error unexpected(std::string_view context) const {
        return fail("unexpected " + quoted(peek()) + " in " + std::string(context));
    }

    /// Reads nodes until `{{end}}`, `{{else`, or the end of the text (if not @p nested); says which it was.
    result<std::string> parse_list(std::vector<template_node>& into, bool nested) {
        if (++depth_ > depth_limit) return fail("template is nested too deeply");
        for (;;) {
            if (peek().type == kind::end) {
                if (nested) return fail("unexpected EOF");
                --depth_;
                return std::string();
            }
            if (peek().type == kind::text) {
                template_node text;
                text.text = next().text;
                into.push_back(std::move(text));
                continue;
            }
            next(); // {{
            if (peek().type == kind::keyword && (peek().text == "end" || peek().text == "else")) {
                auto word = next().text;
                if (word == "end") MOCKER_CHECK_RETURN(expect_close("end"));
                --depth_;
                return word;
            }
            MOCKER_TRY_RETURN(node, parse_action());
            into.push_back(std::move(node));
        }
    }

    result<> expect_close(std::string_view context) {
        if (peek().type != kind::close) return unexpected(context);
        next();
        return {};
    }

    result<template_node> parse_action() {
        template_node node;
        if (peek().type != kind::keyword) {
            node.type = template_node::kind::action;
            MOCKER_TRY_RETURN(pipeline, parse_pipeline("command", kind::close));
            node.pipeline = std::move(pipeline);
            return node;
        }
        auto const word = next().text;
        if (word == "if" || word == "range" || word == "with") return parse_block(word);
        if (word == "break" || word == "continue") {
            if (range_depth_ == 0) return fail("{{" + word + "}} outside {{range}}");
            node.type = word == "break" ? template_node::kind::break_ : template_node::kind::continue_;
            MOCKER_CHECK_RETURN(expect_close("{{" + word + "}}"));
            return node;
        }
        return fail("{{" + word + "}} is not supported in a format");
    }

    result<template_node> parse_block(std::string const& word) {
        template_node node;
        node.type = word == "if"      ? template_node::kind::if_
                    : word == "range" ? template_node::kind::range
                                      : template_node::kind::with;
        auto const known = variables_.size();
        MOCKER_TRY_RETURN(pipeline, parse_pipeline(word, kind::close));
        node.pipeline = std::move(pipeline);
        range_depth_ += word == "range";
        MOCKER_TRY_RETURN(stop, parse_list(node.body, true));
        range_depth_ -= word == "range";
        if (stop == "else") {
            if (peek().type == kind::keyword && peek().text == word && word != "range") {
                next();
                if (++depth_ > depth_limit) return fail("template is nested too deeply");
                MOCKER_TRY_RETURN(chained, parse_block(word)); // its {{end}} ends this block too
                --depth_;
                node.otherwise.push_back(std::move(chained));
            } else {
                MOCKER_CHECK_RETURN(expect_close("else"));
                MOCKER_TRY_RETURN(end, parse_list(node.otherwise, true));
                if (end != "end") return fail("expected end; found {{else}}");
            }
        }
        variables_.resize(known);
        return node;
    }

    void parse_declaration(template_pipeline& pipeline, std::string_view context) {
        if (peek().type != kind::variable) return;
        auto const start = at_;
        std::vector<std::string> names{next().text};
        if (context == "range" && peek().type == kind::comma) {
            next();
            if (peek().type == kind::variable) names.push_back(next().text);
        }
        if (peek().type != kind::declare && peek().type != kind::assign) {
            at_ = start;
            return;
        }
        pipeline.assigns = next().type == kind::assign;
        pipeline.variables = std::move(names);
    }

    result<template_pipeline> parse_pipeline(std::string_view context, kind closing) {
        if (++depth_ > depth_limit) return fail("template is nested too deeply");
        template_pipeline pipeline;
        pipeline.position = peek().position;
        parse_declaration(pipeline, context);
        for (auto const& name : pipeline.variables)
            if (pipeline.assigns && !is_known(name)) return fail("undefined variable " + go_quote(name));
        for (;;) {
            MOCKER_TRY_RETURN(command, parse_command());
            if (command.operands.empty()) {
                if (peek().type == closing && pipeline.commands.empty())
                    return fail("missing value for " + std::string(context));
                return peek().type == closing ? fail("missing value for command") : unexpected(context);
            }
            pipeline.commands.push_back(std::move(command));
            if (peek().type != kind::pipe) break;
            next();
        }
        MOCKER_CHECK_RETURN(check_stages(pipeline));
        if (peek().type != closing) return unexpected(context == "command" ? "operand" : context);
        next();
        if (!pipeline.assigns)
            variables_.insert(variables_.end(), pipeline.variables.begin(), pipeline.variables.end());
        --depth_;
        return pipeline;
    }

    result<> check_stages(template_pipeline const& pipeline) {
        for (std::size_t i = 1; i < pipeline.commands.size(); ++i) {
            auto const type = pipeline.commands[i].operands.front().type;
            using operand = template_operand::kind;
            if (type == operand::dot || type == operand::nil || type == operand::constant)
                return fail("non executable command in pipeline stage " + std::to_string(i + 1));
        }
        return {};
    }

    result<template_command> parse_command() {
        template_command command;
        command.position = peek().position;
        for (;;) {
            bool const adjoins = !command.operands.empty() && !peek().space_before;
            template_operand operand;
            MOCKER_TRY_RETURN(found, parse_operand(operand));
            if (!found) return command;
            if (adjoins) return fail("unexpected " + go_quote(operand.text) + " in operand");
            command.operands.push_back(std::move(operand));
        }
    }

    bool is_known(std::string const& variable) const {
        return std::find(variables_.begin(), variables_.end(), variable) != variables_.end();
    }

    result<bool> parse_operand(template_operand& operand) {
        auto const& token = peek();
        operand.position = token.position;
        operand.text = token.text;
        using type = template_operand::kind;
        switch (token.type) {
        case kind::dot: operand.type = type::dot; break;
        case kind::nil: operand.type = type::nil; break;
        case kind::constant:
            operand.type = type::constant;
            operand.constant = token.constant;
            break;
        case kind::field:
            operand.type = type::field;
            operand.fields.push_back(token.text.substr(1));
            break;
        case kind::variable:
            if (!is_known(token.text)) return fail("undefined variable " + go_quote(token.text));
            operand.type = type::variable;
            operand.name = token.text;
            break;
        case kind::identifier:
            if (!is_template_function(token.text)) return fail("function " + go_quote(token.text) + " not defined");
            operand.type = type::function;
            operand.name = token.text;
            break;
        case kind::left_paren: return parse_parenthesis(operand);
        default: return false;
        }
        next();
        parse_fields(operand);
        return true;
    }

    result<bool> parse_parenthesis(template_operand& operand) {
        auto const start = next().position;
        MOCKER_TRY_RETURN(inner, parse_pipeline("parenthesized pipeline", kind::right_paren));
        operand.type = template_operand::kind::pipeline;
        operand.inner = std::make_shared<template_pipeline const>(std::move(inner));
        operand.text = std::string(source_.substr(start, tokens_[at_ - 1].position + 1 - start));
        parse_fields(operand);
        return true;
    }

    void parse_fields(template_operand& operand) {
        bool first = true;
        while (peek().type == kind::field && !peek().space_before) {
            if (first) operand.position = peek().position; // where Go places a chain
            first = false;
            operand.text += peek().text;
            operand.fields.push_back(next().text.substr(1));
        }
    }

    std::string_view source_;
    std::vector<template_token> tokens_;
    std::size_t at_ = 0;
    int range_depth_ = 0;
    int depth_ = 0;
    std::vector<std::string> variables_{"$"};
};

MOCKER_DECL result<template_tree> parse_template(std::string_view source) {
    MOCKER_TRY_RETURN(tokens, lex_template(source));
    return template_parser(source, std::move(tokens)).run();
}

} // namespace mocker::detail

#endif
