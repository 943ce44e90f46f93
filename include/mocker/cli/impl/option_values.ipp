#ifndef MOCKER_CLI_IMPL_OPTION_VALUES_IPP
#define MOCKER_CLI_IMPL_OPTION_VALUES_IPP

#include <mocker/cli/container_options.hpp>
#include <mocker/core/file.hpp>
#include <mocker/core/go_template_tree.hpp>
#include <mocker/core/size.hpp>
#include <mocker/oci/platform.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace mocker::cli {
namespace detail {

MOCKER_DECL error invalid(std::string text) { return error(errc::malformed, std::move(text)); }

MOCKER_DECL std::pair<std::string_view, std::optional<std::string_view>> cut(std::string_view text, char separator) {
    auto const at = text.find(separator);
    if (at == std::string_view::npos) return {text, std::nullopt};
    return {text.substr(0, at), text.substr(at + 1)};
}

MOCKER_DECL std::string lower_case(std::string_view text) {
    std::string out(text);
    for (auto& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
}

/// A path that starts with a dot, made absolute.
MOCKER_DECL std::string absolute_source(std::string_view path) {
    if (!path.starts_with('.')) return std::string(path);
    std::error_code failed;
    auto absolute = std::filesystem::absolute(std::filesystem::path(path), failed).lexically_normal().string();
    if (failed) return std::string(path);
    if (absolute.size() > 1 && absolute.back() == '/') absolute.pop_back();
    return absolute;
}

/// Splits a line of comma-separated values; a value in quotes may hold commas.
MOCKER_DECL std::vector<std::string> split_fields(std::string_view text) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (char const c : text) {
        if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            fields.emplace_back();
        else
            fields.back() += c;
    }
    return fields;
}

} // namespace detail

MOCKER_DECL result<std::int64_t> parse_cpus(std::string_view text) {
    auto const fail = [&] { return detail::invalid("failed to parse " + std::string(text) + " as a rational number"); };
    auto [whole, fraction] = detail::cut(text, '.');
    if (whole.empty() && (!fraction || fraction->empty())) return fail();
    std::int64_t cpus = 0;
    if (!whole.empty()) {
        auto const [end, failed] = std::from_chars(whole.data(), whole.data() + whole.size(), cpus);
        if (failed != std::errc() || end != whole.data() + whole.size() || cpus < 0 || cpus > 1'000'000) return fail();
    }
    std::string digits(fraction.value_or(""));
    if (digits.find_first_not_of("0123456789") != std::string::npos) return fail();
    while (!digits.empty() && digits.back() == '0') digits.pop_back();
    if (digits.size() > 9) return detail::invalid("value is too precise");
    digits.resize(9, '0');
    return cpus * 1'000'000'000 + std::strtoll(digits.c_str(), nullptr, 10);
}

MOCKER_DECL result<types::ulimit> parse_ulimit(std::string_view text) {
    constexpr std::string_view known[] = {"core",    "cpu",      "data",   "fsize",      "locks",
                                          "memlock", "msgqueue", "nice",   "nofile",     "nproc",
                                          "rss",     "rtprio",   "rttime", "sigpending", "stack"};
    auto const [name, values] = detail::cut(text, '=');
    if (!values) return detail::invalid("invalid ulimit argument: " + std::string(text));
    if (std::find(std::begin(known), std::end(known), name) == std::end(known))
        return detail::invalid("invalid ulimit type: " + std::string(name));
    auto const [soft, hard] = detail::cut(*values, ':');
    if (hard && hard->find(':') != std::string_view::npos)
        return detail::invalid("too many limit value arguments - " + std::string(*values) +
                               ", can only have up to two, `soft[:hard]`");
    types::ulimit limit;
    limit.name = std::string(name);
    MOCKER_TRY_RETURN(soft_limit, parse_integer(soft));
    limit.soft = limit.hard = soft_limit;
    if (hard) {
        MOCKER_TRY_RETURN(hard_limit, parse_integer(*hard));
        limit.hard = hard_limit;
    }
    if (limit.hard != -1 && (limit.soft == -1 || limit.soft > limit.hard))
        return detail::invalid("ulimit soft limit must be less than or equal to hard limit: " +
                               std::to_string(limit.soft) + " > " + std::to_string(limit.hard));
    return limit;
}

MOCKER_DECL result<types::mount> parse_mount(std::string_view text) {
    types::mount mount;
    mount.type = "volume";
    auto const flag_value = [](std::string const& key, std::optional<std::string_view> value) -> result<bool> {
        if (!value) return true;
        auto parsed = parse_bool(*value);
        if (!parsed) return detail::invalid("invalid value for " + key + ": " + std::string(*value));
        return *parsed;
    };
    for (auto const& field : detail::split_fields(text)) {
        auto const [name, value] = detail::cut(field, '=');
        auto const key = detail::lower_case(name);
        if (!value && key != "readonly" && key != "ro" && key != "volume-nocopy" && key != "bind-nonrecursive")
            return detail::invalid("invalid field '" + field + "' must be a key=value pair");
        auto const content = std::string(value.value_or(""));
        if (key == "type")
            mount.type = detail::lower_case(content);
        else if (key == "source" || key == "src")
            mount.source = detail::absolute_source(content);
        else if (key == "target" || key == "dst" || key == "destination")
            mount.target = content;
        else if (key == "readonly" || key == "ro") {
            MOCKER_TRY_RETURN(yes, flag_value(key, value));
            mount.read_only = yes;
        } else if (key == "bind-propagation") {
            if (!mount.bind_options) mount.bind_options.emplace();
            mount.bind_options->propagation = detail::lower_case(content);
        } else if (key == "volume-nocopy") {
            MOCKER_TRY_RETURN(yes, flag_value(key, value));
            if (!mount.volume_options) mount.volume_options.emplace();
            mount.volume_options->no_copy = yes;
        } else if (key == "tmpfs-size") {
            MOCKER_TRY_RETURN(size, parse_size(content));
            if (!mount.tmpfs_options) mount.tmpfs_options.emplace();
            mount.tmpfs_options->size_bytes = size;
        } else if (key == "tmpfs-mode") {
            std::uint32_t mode = 0;
            auto const [end, failed] = std::from_chars(content.data(), content.data() + content.size(), mode, 8);
            if (failed != std::errc() || end != content.data() + content.size())
                return detail::invalid("invalid value for " + key + ": " + content);
            if (!mount.tmpfs_options) mount.tmpfs_options.emplace();
            mount.tmpfs_options->mode = mode;
        } else {
            return detail::invalid("unexpected key '" + key + "' in '" + field + "'");
        }
    }
    if (mount.type != "bind" && mount.type != "volume" && mount.type != "tmpfs")
        return error(errc::unsupported, "mounts of type '" + mount.type + "' are not supported");
    if (mount.target.empty()) return detail::invalid("target is required");
    auto const misplaced = [&](bool given, std::string const& type) { return given && mount.type != type; };
    for (auto const& [given, type] : {std::pair<bool, std::string>(mount.bind_options.has_value(), "bind"),
                                      std::pair<bool, std::string>(mount.volume_options.has_value(), "volume"),
                                      std::pair<bool, std::string>(mount.tmpfs_options.has_value(), "tmpfs")})
        if (misplaced(given, type))
            return detail::invalid("cannot mix '" + type + "-*' options with mount type '" + mount.type + "'");
    return mount;
}

MOCKER_DECL result<std::string> resolve_environment(std::string_view text) {
    auto const [name, value] = detail::cut(text, '=');
    if (name.empty()) return detail::invalid("invalid environment variable: " + std::string(text));
    if (value) return std::string(text);
    char const* const own = std::getenv(std::string(name).c_str());
    return own ? std::string(name) + "=" + own : std::string(name);
}

MOCKER_DECL result<std::vector<std::string>> read_key_value_file(std::string const& path, bool environment) {
    auto const content = read_file(path, 16 * 1024 * 1024);
    if (!content) {
        auto reason = content.error().code().message();
        if (!reason.empty()) reason[0] = detail::lower_case(reason.substr(0, 1))[0];
        return error(errc::malformed, "open " + path + ": " + reason);
    }
    std::vector<std::string> lines;
    std::string_view rest = *content;
    if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);
    while (!rest.empty()) {
        auto const end = rest.find('\n');
        auto line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        line.remove_prefix(std::min(line.find_first_not_of(" \t\v\f"), line.size()));
        if (line.empty() || line.starts_with('#')) continue;
        auto const [name, value] = detail::cut(line, '=');
        auto const kind = std::string("poorly formatted environment: ");
        if (name.find_first_of(" \t") != std::string_view::npos)
            return detail::invalid(kind + "variable '" + std::string(name) + "' contains whitespaces");
        if (name.empty()) return detail::invalid(kind + "no variable name on line '" + std::string(line) + "'");
        if (value || !environment) {
            lines.emplace_back(line);
        } else if (char const* own = std::getenv(std::string(name).c_str())) {
            lines.push_back(std::string(name) + "=" + own);
        }
    }
    return lines;
}

MOCKER_DECL result<std::string> normalize_platform(std::string const& text) {
    if (text.empty()) return std::string();
    auto const parsed = oci::parse_platform(text);
    if (!parsed) return detail::invalid("error parsing specified platform: " + parsed.error().message());
    return parsed->text();
}

} // namespace mocker::cli

#endif
