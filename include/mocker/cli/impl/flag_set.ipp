#ifndef MOCKER_CLI_IMPL_FLAG_SET_IPP
#define MOCKER_CLI_IMPL_FLAG_SET_IPP

#include <mocker/cli/flag_set.hpp>
#include <mocker/core/go_template_tree.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace mocker::cli {

MOCKER_DECL result<bool> parse_bool(std::string_view text) {
    for (auto const* yes : {"1", "t", "T", "TRUE", "true", "True"})
        if (text == yes) return true;
    for (auto const* no : {"0", "f", "F", "FALSE", "false", "False"})
        if (text == no) return false;
    return error(errc::malformed, "strconv.ParseBool: parsing " + mocker::detail::go_quote(text) + ": invalid syntax");
}

MOCKER_DECL result<std::int64_t> parse_integer(std::string_view text) {
    auto digits = text;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    std::int64_t value = 0;
    auto const [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (failed == std::errc() && end == digits.data() + digits.size()) return value;
    auto const* reason = failed == std::errc::result_out_of_range ? ": value out of range" : ": invalid syntax";
    return error(errc::malformed, "strconv.ParseInt: parsing " + mocker::detail::go_quote(text) + reason);
}

MOCKER_DECL void flag_set::add_value(std::string name, char shorthand, std::string type, std::string usage,
                                     std::function<result<>(std::string_view)> set, std::string default_text) {
    flag added;
    added.name = std::move(name);
    added.shorthand = shorthand;
    added.type = std::move(type);
    added.usage = std::move(usage);
    added.default_text = std::move(default_text);
    added.set = std::move(set);
    flags_.push_back(std::move(added));
}

MOCKER_DECL void flag_set::add_default_switch(std::string name, char shorthand, bool& target, std::string usage,
                                              std::string default_text) {
    auto const set = [&target](std::string_view text) -> result<> {
        MOCKER_TRY_RETURN(value, parse_bool(text));
        target = value;
        return {};
    };
    add_value(std::move(name), shorthand, {}, std::move(usage), set, std::move(default_text));
    flags_.back().is_switch = true;
}

MOCKER_DECL void flag_set::add_text(std::string name, char shorthand, std::string& target, std::string usage,
                                    std::string default_text) {
    auto const set = [&target](std::string_view text) -> result<> {
        target = std::string(text);
        return {};
    };
    add_value(std::move(name), shorthand, "string", std::move(usage), set, std::move(default_text));
}

MOCKER_DECL void flag_set::add_integer(std::string name, char shorthand, std::optional<std::int64_t>& target,
                                       std::string usage, std::string default_text) {
    auto const set = [&target](std::string_view text) -> result<> {
        MOCKER_TRY_RETURN(value, parse_integer(text));
        target = value;
        return {};
    };
    add_value(std::move(name), shorthand, "int", std::move(usage), set, std::move(default_text));
}

MOCKER_DECL void flag_set::add_list(std::string name, char shorthand, std::vector<std::string>& target,
                                    std::string usage) {
    auto const set = [&target](std::string_view text) -> result<> {
        target.emplace_back(text);
        return {};
    };
    add_value(std::move(name), shorthand, "list", std::move(usage), set);
}

MOCKER_DECL flag* flag_set::find(std::string_view name) {
    auto const at = std::find_if(flags_.begin(), flags_.end(), [&](flag const& f) { return f.name == name; });
    return at == flags_.end() ? nullptr : &*at;
}

MOCKER_DECL flag* flag_set::find(char shorthand) {
    auto const at = std::find_if(flags_.begin(), flags_.end(), [&](flag const& f) { return f.shorthand == shorthand; });
    return at == flags_.end() ? nullptr : &*at;
}

MOCKER_DECL bool flag_set::is_refused(std::string_view name) const {
    for (auto const& names : refused_)
        if ((" " + names + " ").find(" " + std::string(name) + " ") != std::string::npos) return true;
    return false;
}

MOCKER_DECL bool flag_set::given(std::string_view name) const {
    return std::find(given_.begin(), given_.end(), name) != given_.end();
}

MOCKER_DECL result<> flag_set::apply(flag& which, std::string_view value) {
    if (auto set = which.set(value); !set) {
        auto const names =
            (which.shorthand ? std::string("-") + which.shorthand + ", --" : std::string("--")) + which.name;
        return error(errc::malformed, "invalid argument " + mocker::detail::go_quote(value) + " for \"" + names +
                                          "\" flag: " + set.error().message());
    }
    given_.push_back(which.name);
    return {};
}

MOCKER_DECL result<> flag_set::parse_long(std::vector<std::string> const& arguments, std::size_t& at) {
    auto const body = std::string_view(arguments[at]).substr(2);
    auto const equals = body.find('=');
    auto const name = body.substr(0, equals);
    if (name.empty() || name.front() == '-') return error(errc::malformed, "bad flag syntax: " + arguments[at]);
    auto* const which = find(name);
    if (!which) {
        if (name == "help") {
            MOCKER_TRY_RETURN(yes, parse_bool(equals == std::string_view::npos ? "true" : body.substr(equals + 1)));
            wants_help_ = yes;
            return {};
        }
        if (is_refused("--" + std::string(name)))
            return error(errc::unsupported, "flag not supported: --" + std::string(name));
        return error(errc::malformed, "unknown flag: --" + std::string(name));
    }
    if (equals != std::string_view::npos) return apply(*which, body.substr(equals + 1));
    if (which->is_switch) return apply(*which, "true");
    if (at + 1 >= arguments.size()) return error(errc::malformed, "flag needs an argument: " + arguments[at]);
    return apply(*which, arguments[++at]);
}

MOCKER_DECL result<> flag_set::parse_short(std::vector<std::string> const& arguments, std::size_t& at) {
    std::string_view const whole = arguments[at];
    for (std::size_t i = 1; i < whole.size(); ++i) {
        auto* const which = find(whole[i]);
        auto const rest = whole.substr(i + 1);
        if (!which) {
            if (whole[i] == 'h') {
                wants_help_ = help_by_shorthand_ = true;
                return {};
            }
            std::string const letter(1, whole[i]);
            if (is_refused("-" + letter)) return error(errc::unsupported, "flag not supported: -" + letter);
            return error(errc::malformed,
                         "unknown shorthand flag: '" + letter + "' in -" + std::string(whole.substr(i)));
        }
        if (rest.starts_with('=')) return apply(*which, rest.substr(1));
        if (which->is_switch) {
            MOCKER_CHECK_RETURN(apply(*which, "true"));
            continue;
        }
        if (!rest.empty()) return apply(*which, rest);
        if (at + 1 >= arguments.size())
            return error(errc::malformed,
                         std::string("flag needs an argument: '") + whole[i] + "' in -" + std::string(whole.substr(i)));
        return apply(*which, arguments[++at]);
    }
    return {};
}

MOCKER_DECL result<std::vector<std::string>> flag_set::parse(std::vector<std::string> const& arguments) {
    std::vector<std::string> positional;
    for (std::size_t at = 0; at < arguments.size() && !wants_help_; ++at) {
        auto const& argument = arguments[at];
        if (argument.size() < 2 || argument.front() != '-') {
            positional.push_back(argument);
            if (interspersed_) continue;
            positional.insert(positional.end(), arguments.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                              arguments.end());
            break;
        }
        if (argument == "--") {
            positional.insert(positional.end(), arguments.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                              arguments.end());
            break;
        }
        MOCKER_CHECK_RETURN(argument[1] == '-' ? parse_long(arguments, at) : parse_short(arguments, at));
    }
    return positional;
}

} // namespace mocker::cli

#endif
