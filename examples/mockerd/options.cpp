#include "options.hpp"

#include <mocker/core/file.hpp>
#include <mocker/core/json.hpp>
#include <mocker/version.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>
#include <sstream>

namespace mockerd {
namespace {

using mocker::errc;
using mocker::error;
using mocker::result;

/// One setting: its flag, its directive in the file, and where its value goes.
struct setting {
    std::string flag;      // as CLI11 takes it: "-H,--host"
    std::string directive; // empty: not allowed in the file
    std::string help;
    std::string* text = nullptr;
    std::vector<std::string>* list = nullptr;
    bool* flag_value = nullptr;
};

std::vector<setting> settings_of(options& o) {
    return {
        {"-b,--bridge", "bridge", "Name of the bridge of the network \"bridge\" (default mocker0)", &o.engine.bridge.name},
        {"--bip", "bip", "IPv4 address for the default bridge", &o.engine.bridge.cidr},
        {"--cgroup-parent", "cgroup-parent", "Set parent cgroup for all containers", &o.engine.cgroup_parent},
        {"--config-file", "", "Daemon configuration file", &o.config_file},
        {"--data-root", "data-root", "Root directory of persistent state", &o.engine.data_root},
        {"-D,--debug", "debug", "Enable debug mode", nullptr, nullptr, &o.debug},
        {"--exec-root", "exec-root", "Root directory for execution state files", &o.engine.exec_root},
        {"-G,--group", "group", "Group for the unix socket", &o.group},
        {"-H,--host", "hosts", "Daemon socket(s) to connect to", nullptr, &o.hosts},
        {"--insecure-registry", "insecure-registries", "Enable insecure registry communication", nullptr,
         &o.engine.insecure_registries},
        {"-l,--log-level", "log-level", "Set the logging level (\"debug\"|\"info\"|\"warn\"|\"error\"|\"fatal\")", &o.log_level},
        {"-p,--pidfile", "pidfile", "Path to use for daemon PID file", &o.pidfile},
        {"--shim", "", "Path of mocker-shim (default: beside this program)", &o.engine.shim_path},
        {"--tlscacert", "tlscacert", "Trust certs signed only by this CA", &o.tls_ca},
        {"--tlscert", "tlscert", "Path to TLS certificate file", &o.tls_certificate},
        {"--tlskey", "tlskey", "Path to TLS key file", &o.tls_key},
        {"--tlsverify", "tlsverify", "Use TLS and verify the remote", nullptr, nullptr, &o.tls_verify},
        {"--validate", "", "Validate daemon configuration and exit", nullptr, nullptr, &o.validate},
    };
}

std::string long_name(setting const& s) { return s.flag.substr(s.flag.find("--")); }

/// Takes the value of one directive of the configuration file.
result<> apply(setting& s, mocker::json::value const& value) {
    if (s.text) {
        if (!value.is_string()) return mocker::json_type_error(s.directive, "string", value);
        *s.text = std::string(value.get_string());
    } else if (s.flag_value) {
        if (!value.is_bool()) return mocker::json_type_error(s.directive, "bool", value);
        *s.flag_value = value.get_bool();
    } else {
        auto const* items = value.if_array();
        if (!items) return mocker::json_type_error(s.directive, "array", value);
        s.list->clear();
        for (auto const& item : *items) {
            if (!item.is_string()) return mocker::json_type_error(s.directive, "array of strings", value);
            s.list->emplace_back(item.get_string());
        }
    }
    return {};
}

result<> read_config_file(std::string const& path, bool must_exist, std::vector<setting>& settings, CLI::App const& app) {
    auto const text = mocker::read_file(path, 1 << 20);
    if (!text) {
        if (text.error().code() == boost::system::errc::no_such_file_or_directory && !must_exist) return {};
        return text.error().within("unable to configure the daemon with file " + path);
    }
    if (text->find_first_not_of(" \t\r\n") == std::string::npos) return {};
    auto const document = mocker::parse_json(*text);
    if (!document) return document.error().within("unable to configure the daemon with file " + path);
    if (!document->is_object()) return error(errc::malformed, "unable to configure the daemon with file " + path + ": expected an object");
    std::string unknown, twice;
    for (auto const& [key, value] : document->get_object()) {
        auto const known = std::find_if(settings.begin(), settings.end(), [&, name = std::string(key)](auto const& s) {
            return !s.directive.empty() && s.directive == name;
        });
        if (known == settings.end()) {
            unknown += (unknown.empty() ? "" : ", ") + std::string(key);
            continue;
        }
        if (app.get_option(long_name(*known))->count() > 0) {
            twice += (twice.empty() ? "" : ", ") + std::string(key);
            continue;
        }
        if (auto applied = apply(*known, value); !applied)
            return applied.error().within("unable to configure the daemon with file " + path);
    }
    auto const where = "unable to configure the daemon with file " + path + ": the following directives ";
    if (!unknown.empty()) return error(errc::malformed, where + "don't match any configuration option: " + unknown);
    if (!twice.empty()) return error(errc::malformed, where + "are specified both as a flag and in the configuration file: " + twice);
    return {};
}

result<> check(options const& o) {
    for (auto const* level : {"debug", "info", "warn", "error", "fatal"})
        if (o.log_level == level) return {};
    return error(errc::malformed, "invalid logging level: " + o.log_level);
}

} // namespace

result<invocation> parse_arguments(int argc, char const* const* argv) {
    invocation asked;
    auto& o = asked.settings;
    CLI::App app("The Docker Engine API, served by mocker.", "mockerd");
    app.set_help_flag("--help", "Print usage");
    auto settings = settings_of(o);
    for (auto& s : settings) {
        if (s.text) app.add_option(s.flag, *s.text, s.help);
        else if (s.list) app.add_option(s.flag, *s.list, s.help)->take_all()->expected(1)->allow_extra_args(false);
        else app.add_flag(s.flag, *s.flag_value, s.help);
    }
    bool tls = false, version = false;
    auto const* tls_option = app.add_flag("--tls", tls, "Use TLS; implied by --tlsverify. --tls=false allows plain TCP");
    app.add_flag("-v,--version", version, "Print version information and quit");
    try {
        app.parse(argc, argv);
    } catch (CLI::CallForHelp const&) {
        asked.print = app.help();
        return asked;
    } catch (CLI::ExtrasError const&) {
        auto const& unknown = app.remaining();
        auto const& word = unknown.front();
        if (word.starts_with("--")) return error(errc::malformed, "unknown flag: " + word.substr(0, word.find('=')));
        if (word.starts_with('-')) return error(errc::malformed, "unknown shorthand flag: '" + word.substr(1, 1) + "' in " + word);
        return error(errc::malformed, "mockerd: '" + word + "' is not a mockerd command");
    } catch (CLI::ParseError const& e) {
        return error(errc::malformed, e.what());
    }
    if (version) {
        asked.print = std::string("mockerd version ") + mocker::version + "\n";
        return asked;
    }
    if (tls_option->count() > 0) o.tls = tls;
    if (o.tls_verify) o.tls = true;
    MOCKER_CHECK_RETURN(read_config_file(o.config_file, app.get_option("--config-file")->count() > 0, settings, app));
    MOCKER_CHECK_RETURN(check(o));
    o.group_is_given = app.get_option("--group")->count() > 0;
    if (o.hosts.empty()) o.hosts = {"unix:///run/mocker.sock"};
    if (o.pidfile.empty()) o.pidfile = o.engine.exec_root + "/mockerd.pid";
    if (o.debug) o.log_level = "debug";
    return asked;
}

} // namespace mockerd
