#ifndef MOCKER_CLI_FLAG_SET_HPP
#define MOCKER_CLI_FLAG_SET_HPP

#include <mocker/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::cli {

/// One flag of a command.
struct flag {
    std::string name{};         ///< without dashes
    char shorthand = 0;         ///< or 0
    std::string type{};         ///< as help shows it: `list`, `string`, `bytes`; empty for a switch
    std::string usage{};        ///< the line of the help
    std::string default_text{}; ///< shown in the help, unless empty
    bool is_switch = false;     ///< needs no value
    bool hidden = false;
    std::function<result<>(std::string_view)> set{};
};

/** The flags of a command, parsed with the rules of the docker command line (Go's pflag): `--name value`,
   `--name=value`,
    `-n value`, `-nvalue`, `-n=value`, joined switches `-it`, `--` ends the flags.

    @par Errors texts of pflag: `unknown flag: --x`, `flag needs an argument: 'e' in -e`, `invalid argument "x" for
    "-m, --memory" flag: REASON`.
    @par Example
    @code
    bool all = false;
    flag_set flags;
    flags.add_switch("all", 'a', all, "Show all containers");
    MOCKER_TRY_RETURN(arguments, flags.parse({"-a"}));
    @endcode */
class flag_set {
public:
    void add_switch(std::string name, char shorthand, bool& target, std::string usage) {
        add_default_switch(std::move(name), shorthand, target, std::move(usage), {});
    }
    MOCKER_DECL void add_default_switch(std::string name, char shorthand, bool& target, std::string usage,
                                        std::string default_text);
    MOCKER_DECL void add_text(std::string name, char shorthand, std::string& target, std::string usage,
                              std::string default_text = {});
    MOCKER_DECL void add_integer(std::string name, char shorthand, std::optional<std::int64_t>& target,
                                 std::string usage, std::string default_text = {});
    MOCKER_DECL void add_list(std::string name, char shorthand, std::vector<std::string>& target, std::string usage);
    /// A flag whose value is checked by @p set: its error is the reason in the message.
    MOCKER_DECL void add_value(std::string name, char shorthand, std::string type, std::string usage,
                               std::function<result<>(std::string_view)> set, std::string default_text = {});

    /// The flag added last is not shown in the help: an old name of another.
    void hide_last() { flags_.back().hidden = true; }

    /** Names flags that docker has and this program refuses, separated by blanks, as `--publish`, `-p`. They are
       refused by name, which tells a user that it was no typing error. */
    void refuse(std::string_view names) { refused_.emplace_back(names); }

    /// Whether flags may follow the first argument that is none. Not so for `run`: what follows the image is its
    /// command.
    void set_interspersed(bool value) noexcept { interspersed_ = value; }

    /** Sets the targets, and gives the arguments that are no flags. Stops at `--help`, and where the command has no
       flag `h`, at `-h`: see @ref wants_help. */
    MOCKER_DECL result<std::vector<std::string>> parse(std::vector<std::string> const& arguments);

    bool wants_help() const noexcept { return wants_help_; }
    /// Help was asked for by `-h`, which docker warns about.
    bool wants_help_by_shorthand() const noexcept { return help_by_shorthand_; }
    /// Whether the flag @p name was given.
    MOCKER_DECL bool given(std::string_view name) const;

    /// The flags for a help text, sorted, wrapped at @p columns as pflag does.
    MOCKER_DECL std::string usages(std::size_t columns) const;
    MOCKER_DECL bool empty() const noexcept;

private:
    MOCKER_DECL flag* find(std::string_view name);
    MOCKER_DECL flag* find(char shorthand);
    MOCKER_DECL bool is_refused(std::string_view name) const;
    MOCKER_DECL result<> apply(flag& which, std::string_view value);
    MOCKER_DECL result<> parse_long(std::vector<std::string> const& arguments, std::size_t& at);
    MOCKER_DECL result<> parse_short(std::vector<std::string> const& arguments, std::size_t& at);

    std::vector<flag> flags_;
    std::vector<std::string> refused_;
    std::vector<std::string> given_;
    bool interspersed_ = true;
    bool wants_help_ = false;
    bool help_by_shorthand_ = false;
};

/// Go's `strconv.ParseBool`. @par Errors its text.
MOCKER_DECL result<bool> parse_bool(std::string_view text);
/// Go's `strconv.ParseInt`. @par Errors its text.
MOCKER_DECL result<std::int64_t> parse_integer(std::string_view text);

/// Wraps the usage of a flag at @p columns with later lines indented by @p indent, as pflag does.
MOCKER_DECL std::string wrap_usage(std::size_t indent, std::size_t columns, std::string_view text);

} // namespace mocker::cli

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/cli/impl/flag_set.ipp>
#include <mocker/cli/impl/flag_usage.ipp>
#endif
#endif
