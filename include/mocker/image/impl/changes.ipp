#ifndef MOCKER_IMAGE_IMPL_CHANGES_IPP
#define MOCKER_IMAGE_IMPL_CHANGES_IPP

#include <mocker/core/json.hpp>
#include <mocker/image/changes.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mocker::image {
namespace detail {

MOCKER_DECL std::string_view trimmed(std::string_view text) {
    auto const first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The strings of a JSON array; nothing if @p text is none, as the shell form of an instruction is.
MOCKER_DECL std::optional<std::vector<std::string>> json_words(std::string_view text) {
    if (!text.starts_with('[')) return std::nullopt;
    auto const document = parse_json(text);
    auto const* array = document ? document->if_array() : nullptr;
    if (!array) return std::nullopt;
    std::vector<std::string> words;
    for (auto const& item : *array) {
        if (!item.is_string()) return std::nullopt;
        words.emplace_back(item.get_string());
    }
    return words;
}

/// Splits at blanks outside of quotes, and takes quotes and backslashes away; nothing if a quote is not closed.
MOCKER_DECL std::optional<std::vector<std::string>> quoted_words(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    bool any = false;
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
            word += text[++i];
            any = true;
        } else if (quote != 0) {
            if (c == quote) quote = 0;
            else word += c;
        } else if (c == '"' || c == '\'') {
            quote = c;
            any = true;
        } else if (c == ' ' || c == '\t') {
            if (any) words.push_back(std::exchange(word, {}));
            any = false;
        } else {
            word += c;
            any = true;
        }
    }
    if (quote != 0) return std::nullopt;
    if (any) words.push_back(std::move(word));
    return words;
}

/// `KEY=VALUE KEY=VALUE…`, or the old `KEY VALUE`.
MOCKER_DECL result<std::vector<std::pair<std::string, std::string>>> key_values(std::string const& command, std::string_view text) {
    auto const words = quoted_words(text);
    if (!words) return error(errc::malformed, "unexpected end of statement while looking for matching quote");
    std::vector<std::pair<std::string, std::string>> pairs;
    if (words->front().find('=') == std::string::npos) {
        if (words->size() < 2) return error(errc::malformed, command + " must have two arguments");
        auto const rest = trimmed(text.substr(text.find_first_of(" \t")));
        pairs.emplace_back(words->front(), std::string(rest));
        return pairs;
    }
    for (auto const& word : *words) {
        auto const equals = word.find('=');
        if (equals == std::string::npos) {
            return error(errc::malformed, "Syntax error - can't find = in \"" + word + "\". Must be of the form: name=value");
        }
        if (equals == 0) return error(errc::malformed, command + " names can not be blank");
        pairs.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    }
    return pairs;
}

MOCKER_DECL void set_env(std::vector<std::string>& env, std::string const& name, std::string const& value) {
    auto const found = std::ranges::find_if(env, [&](std::string const& item) { return item.starts_with(name + '='); });
    if (found != env.end()) *found = name + '=' + value;
    else env.push_back(name + '=' + value);
}

/// Adds ports `80`, `80/udp` and ranges `8000-8002/tcp`.
MOCKER_DECL result<> add_ports(std::vector<std::string>& ports, std::string const& text) {
    auto const slash = std::min(text.find('/'), text.size());
    auto const protocol = slash == text.size() ? std::string("tcp") : text.substr(slash + 1);
    auto const dash = std::min(text.find('-'), slash);
    unsigned first = 0, last = 0;
    auto const* begin = text.data();
    auto const a = std::from_chars(begin, begin + dash, first);
    bool ok = a.ec == std::errc() && a.ptr == begin + dash;
    last = first;
    if (dash != slash) {
        auto const b = std::from_chars(begin + dash + 1, begin + slash, last);
        ok = ok && b.ec == std::errc() && b.ptr == begin + slash;
    }
    ok = ok && first <= last && last <= 65535 && (protocol == "tcp" || protocol == "udp" || protocol == "sctp");
    if (!ok) return error(errc::malformed, "invalid containerPort: " + text);
    for (auto port = first; port <= last; ++port) {
        auto name = std::to_string(port) + '/' + protocol;
        if (std::ranges::find(ports, name) == ports.end()) ports.push_back(std::move(name));
    }
    return {};
}

/// The words of CMD and ENTRYPOINT: a JSON array as it is, anything else for the shell.
MOCKER_DECL std::vector<std::string> command_words(oci::container_defaults const& config, std::string_view arguments) {
    if (auto words = json_words(arguments)) return std::move(*words);
    auto words = config.shell.empty() ? std::vector<std::string>{"/bin/sh", "-c"} : config.shell;
    words.emplace_back(arguments);
    return words;
}

MOCKER_DECL result<> apply_list_change(oci::container_defaults& config, std::string const& command, std::string_view arguments) {
    if (command == "ENV" || command == "LABEL") {
        MOCKER_TRY_RETURN(pairs, key_values(command, arguments));
        for (auto const& [name, value] : pairs) {
            if (command == "ENV") set_env(config.env, name, value);
            else config.labels[name] = value;
        }
        return {};
    }
    auto const from_json = json_words(arguments);
    auto const words = from_json ? from_json : quoted_words(arguments);
    if (!words) return error(errc::malformed, "unexpected end of statement while looking for matching quote");
    for (auto const& word : *words) {
        if (command == "EXPOSE") {
            MOCKER_CHECK_RETURN(add_ports(config.exposed_ports, word));
        } else if (word.empty()) {
            return error(errc::malformed, "VOLUME specified can not be an empty string");
        } else if (std::ranges::find(config.volumes, word) == config.volumes.end()) {
            config.volumes.push_back(word);
        }
    }
    return {};
}

} // namespace detail

MOCKER_DECL result<> apply_change(oci::container_defaults& config, std::string_view instruction) {
    auto const line = detail::trimmed(instruction);
    auto const blank = std::min(line.find_first_of(" \t"), line.size());
    std::string command(line.substr(0, blank));
    for (auto& c : command) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    auto const arguments = detail::trimmed(line.substr(blank));

    constexpr std::string_view known[] = {"CMD",        "ENTRYPOINT", "ENV",    "EXPOSE", "LABEL",
                                          "ONBUILD",    "STOPSIGNAL", "USER",   "VOLUME", "WORKDIR"};
    if (std::ranges::find(known, command) == std::end(known)) {
        return error(errc::malformed, command + " is not a valid change command");
    }
    if (arguments.empty()) return error(errc::malformed, command + " requires at least one argument");
    if (command == "CMD") {
        config.cmd = detail::command_words(config, arguments);
    } else if (command == "ENTRYPOINT") {
        config.entrypoint = detail::command_words(config, arguments);
    } else if (command == "USER") {
        config.user = arguments;
    } else if (command == "STOPSIGNAL") {
        config.stop_signal = arguments;
    } else if (command == "ONBUILD") {
        config.on_build.emplace_back(arguments);
    } else if (command == "WORKDIR") {
        bool const absolute = arguments.starts_with('/');
        auto const base = config.working_dir.empty() || config.working_dir.back() != '/' ? config.working_dir + '/' : config.working_dir;
        config.working_dir = absolute ? std::string(arguments) : base + std::string(arguments);
    } else {
        return detail::apply_list_change(config, command, arguments);
    }
    return {};
}

} // namespace mocker::image

#endif
