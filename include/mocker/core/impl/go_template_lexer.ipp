#ifndef MOCKER_CORE_IMPL_GO_TEMPLATE_LEXER_IPP
#define MOCKER_CORE_IMPL_GO_TEMPLATE_LEXER_IPP

#include <mocker/core/go_template_tree.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <utility>

namespace mocker::detail {

class template_lexer {
public:
    explicit template_lexer(std::string_view source) : source_(source) {}

    result<std::vector<template_token>> run() {
        while (position_ < source_.size()) {
            auto const open = source_.find("{{", position_);
            add_text(open);
            if (open == std::string_view::npos) break;
            MOCKER_CHECK_RETURN(lex_action(open));
        }
        push(template_token::kind::end, source_.size(), 0);
        return std::move(tokens_);
    }

private:
    using kind = template_token::kind;

    static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
    static bool is_word(char c) {
        auto const u = static_cast<unsigned char>(c);
        return (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || u == '_' || u >= 0x80;
    }

    template_token& push(kind type, std::size_t from, std::size_t length) {
        template_token token;
        token.type = type;
        token.position = from;
        token.text = std::string(source_.substr(from, length));
        token.space_before = space_;
        space_ = false;
        tokens_.push_back(std::move(token));
        return tokens_.back();
    }

    void add_text(std::size_t open) {
        auto const end = std::min(open, source_.size());
        auto from = position_, to = end;
        if (trim_next_)
            while (from < to && is_space(source_[from])) ++from;
        trim_next_ = false;
        bool const trims = open != std::string_view::npos && open + 3 < source_.size() && source_[open + 2] == '-' &&
                           is_space(source_[open + 3]);
        if (trims)
            while (to > from && is_space(source_[to - 1])) --to;
        if (to > from) push(kind::text, from, to - from);
        position_ = end;
    }

    error fail(std::size_t at, std::string const& text) const { return template_syntax_error(source_, at, text); }

    /// True at `}}` or ` -}}`; steps over it.
    bool at_close() {
        if (source_.substr(position_, 2) == "}}") {
            position_ += 2;
            return true;
        }
        if (is_space(source_[position_]) && source_.substr(position_ + 1, 3) == "-}}") {
            position_ += 4;
            return trim_next_ = true;
        }
        return false;
    }

    result<> lex_action(std::size_t open) {
        position_ = open + 2;
        if (position_ + 1 < source_.size() && source_[position_] == '-' && is_space(source_[position_ + 1]))
            position_ += 2;
        if (source_.substr(position_, 2) == "/*") return lex_comment();
        push(kind::open, open, 2);
        int depth = 0;
        for (;;) {
            if (position_ >= source_.size()) return fail(open, "unclosed action");
            auto const start = position_;
            if (at_close()) {
                if (depth > 0) return fail(start, "unclosed left paren");
                push(kind::close, start, 2);
                return {};
            }
            if (is_space(source_[position_])) {
                ++position_;
                space_ = true;
                continue;
            }
            MOCKER_CHECK_RETURN(lex_token(depth));
        }
    }

    result<> lex_comment() {
        auto const end = source_.find("*/", position_);
        if (end == std::string_view::npos) return fail(position_, "unclosed comment");
        position_ = end + 2;
        if (position_ >= source_.size() || !at_close()) return fail(end, "comment ends before closing delimiter");
        return {};
    }

    result<> lex_token(int& depth) {
        auto const start = position_;
        char const c = source_[start];
        char const next = start + 1 < source_.size() ? source_[start + 1] : '\0';
        switch (c) {
        case '"': return lex_quoted();
        case '\'': return lex_character();
        case '`': return lex_raw();
        case '|': return single(kind::pipe);
        case ',': return single(kind::comma);
        case '(': ++depth; return single(kind::left_paren);
        case ')':
            if (--depth < 0) return fail(start, "unexpected right paren");
            return single(kind::right_paren);
        case '=': return single(kind::assign);
        case ':':
            if (next != '=') return fail(start, "expected :=");
            push(kind::declare, start, 2);
            position_ += 2;
            return {};
        case '$': return lex_word(kind::variable, 1);
        case '.':
            if (next >= '0' && next <= '9') return lex_number();
            return lex_word(is_word(next) ? kind::field : kind::dot, 1);
        default: break;
        }
        if ((c >= '0' && c <= '9') || ((c == '+' || c == '-') && ((next >= '0' && next <= '9') || next == '.')))
            return lex_number();
        if (is_word(c)) return lex_word(kind::identifier, 0);
        return fail(start, "unrecognized character in action: " + code_point(c));
    }

    /// Go's `%#U`.
    static std::string code_point(char c) {
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "U+%04X '%c'", static_cast<unsigned>(static_cast<unsigned char>(c)), c);
        return text.data();
    }

    bool at_terminator() const {
        return position_ >= source_.size() ||
               std::string_view(" \t\r\n.,|:)(=}").find(source_[position_]) != std::string_view::npos;
    }

    result<> single(kind type) {
        push(type, position_++, 1);
        return {};
    }

    result<> lex_word(kind type, std::size_t prefix) {
        auto const start = position_;
        position_ += prefix;
        while (position_ < source_.size() && is_word(source_[position_])) ++position_;
        auto& token = push(type, start, position_ - start);
        if (type != kind::dot && !at_terminator())
            return fail(start, "bad character " + code_point(source_[position_]));
        if (type != kind::identifier) return {};
        constexpr std::string_view keywords[] = {"if",    "else",     "end",    "range",    "with",
                                                 "break", "continue", "define", "template", "block"};
        if (std::find(std::begin(keywords), std::end(keywords), token.text) != std::end(keywords))
            token.type = kind::keyword;
        if (token.text == "nil") token.type = kind::nil;
        if (token.text == "true" || token.text == "false") {
            token.type = kind::constant;
            token.constant = token.text == "true";
        }
        return {};
    }

    result<> lex_number() {
        auto const start = position_++;
        while (position_ < source_.size() && (is_word(source_[position_]) || source_[position_] == '.')) ++position_;
        auto const text = source_.substr(start, position_ - start);
        auto& token = push(kind::constant, start, text.size());
        auto digits = text;
        bool const negative = digits[0] == '-';
        if (negative || digits[0] == '+') digits.remove_prefix(1);
        int const base = digits.starts_with("0x") || digits.starts_with("0X") ? 16 : 10;
        if (base == 16) digits.remove_prefix(2);
        std::int64_t integer = 0;
        auto const parsed = std::from_chars(digits.data(), digits.data() + digits.size(), integer, base);
        if (parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size()) {
            token.constant = negative ? -integer : integer;
            return {};
        }
        double real = 0;
        auto const as_real = std::from_chars(digits.data(), digits.data() + digits.size(), real);
        if (as_real.ec != std::errc() || as_real.ptr != digits.data() + digits.size())
            return fail(start, "bad number syntax: " + go_quote(text));
        token.constant = negative ? -real : real;
        return {};
    }

    result<> lex_raw() {
        auto const start = position_;
        auto const end = source_.find('`', start + 1);
        if (end == std::string_view::npos) return fail(start, "unterminated raw quoted string");
        push(kind::constant, start, end + 1 - start).constant = source_.substr(start + 1, end - start - 1);
        position_ = end + 1;
        return {};
    }

    result<> lex_character() {
        auto const start = position_;
        std::string text;
        MOCKER_CHECK_RETURN(read_escaped('\'', "unterminated character constant", text));
        if (text.size() != 1)
            return fail(start,
                        "malformed character constant: " + std::string(source_.substr(start, position_ - start)));
        push(kind::constant, start, position_ - start).constant = static_cast<std::int64_t>(text[0]);
        return {};
    }

    result<> lex_quoted() {
        auto const start = position_;
        std::string text;
        MOCKER_CHECK_RETURN(read_escaped('"', "unterminated quoted string", text));
        push(kind::constant, start, position_ - start).constant = text;
        return {};
    }

    result<> read_escaped(char quote, char const* unterminated, std::string& out) {
        auto const start = position_++;
        for (;; ++position_) {
            if (position_ >= source_.size() || source_[position_] == '\n') return fail(start, unterminated);
            char const c = source_[position_];
            if (c == quote) break;
            if (c != '\\') {
                out += c;
                continue;
            }
            if (++position_ >= source_.size()) return fail(start, unterminated);
            switch (source_[position_]) {
            case 'n': out += '\n'; break;
            case 't': out += '\t'; break;
            case 'r': out += '\r'; break;
            case 'x': {
                unsigned value = 0;
                auto const hex = source_.substr(position_ + 1, 2);
                auto const read = std::from_chars(hex.data(), hex.data() + hex.size(), value, 16);
                if (hex.size() != 2 || read.ptr != hex.data() + 2) return fail(start, "invalid syntax");
                out += static_cast<char>(value);
                position_ += 2;
                break;
            }
            case '\\':
            case '"':
            case '\'': out += source_[position_]; break;
            default: return fail(start, "invalid syntax");
            }
        }
        ++position_;
        return {};
    }

    std::string_view source_;
    std::size_t position_ = 0;
    bool trim_next_ = false;
    bool space_ = false;
    std::vector<template_token> tokens_;
};

MOCKER_DECL result<std::vector<template_token>> lex_template(std::string_view source) {
    return template_lexer(source).run();
}

MOCKER_DECL error template_syntax_error(std::string_view source, std::size_t position, std::string const& text) {
    auto const before = source.substr(0, position);
    auto const line = 1 + std::count(before.begin(), before.end(), '\n');
    return error(errc::malformed, "template: :" + std::to_string(line) + ": " + text);
}

} // namespace mocker::detail

#endif
