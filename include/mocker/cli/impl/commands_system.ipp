#ifndef MOCKER_CLI_IMPL_COMMANDS_SYSTEM_IPP
#define MOCKER_CLI_IMPL_COMMANDS_SYSTEM_IPP

#include <mocker/cli/command.hpp>
#include <mocker/cli/inspect_usage.hpp>
#include <mocker/cli/list_format.hpp>
#include <mocker/cli/tab_writer.hpp>
#include <mocker/core/go_template.hpp>
#include <mocker/core/go_template_tree.hpp>
#include <mocker/version.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <sys/utsname.h>

#include <array>
#include <cstdio>
#include <memory>
#include <utility>

namespace mocker::cli {
namespace detail {

MOCKER_DECL json::value const* member_at(json::value const& value, std::initializer_list<std::string_view> path);
MOCKER_DECL std::string text_at(json::value const& value, std::initializer_list<std::string_view> path);
MOCKER_DECL bool flag_at(json::value const& value, std::initializer_list<std::string_view> path);

/// The architecture of this machine in the words of Go.
MOCKER_DECL std::string go_architecture() {
    utsname names{};
    ::uname(&names);
    std::string const machine = names.machine;
    return machine == "x86_64" ? "amd64" : machine == "aarch64" ? "arm64" : machine;
}

/// @p format applied to @p data, or why it cannot be.
MOCKER_DECL result<std::string> format_object(std::string const& format, json::value const& data) {
    if (format == "json") return to_go_json(data) + "\n";
    auto parsed = go_template::parse(unescape_format(format));
    if (!parsed) return error(errc::malformed, "template parsing error: " + parsed.error().message());
    go_template_options options;
    options.alias = key_of_field;
    MOCKER_TRY_RETURN(text, parsed->execute(data, options));
    return text + "\n";
}

/// Templates name the fields of docker's structs, of which one is called otherwise in JSON.
MOCKER_DECL void add_field_names(json::object& versions) {
    for (auto const* const side : {"Client", "Server"}) {
        auto* const version = versions.at(side).if_object();
        auto const* const api = version != nullptr ? version->if_contains("ApiVersion") : nullptr;
        if (api != nullptr) version->insert_or_assign("APIVersion", json::value(*api));
    }
}

class version_command final : public command {
public:
    void declare(flag_set& flags) override { flags.add_text("format", 'f', format_, inspect_format_usage); }

    awaitable<int> run(context& c, flag_set const&, std::vector<std::string>) override {
        auto const server = co_await c.engine.version();
        json::object client{{"Version", mocker::version},
                            {"ApiVersion", c.engine.api_version()},
                            {"DefaultAPIVersion", mocker::api_version},
                            {"GitCommit", ""},
                            {"GoVersion", ""},
                            {"Os", "linux"},
                            {"Arch", go_architecture()},
                            {"BuildTime", ""},
                            {"Context", "default"}};
        if (!format_.empty()) {
            json::object data{{"Client", client}, {"Server", server ? *server : json::value(nullptr)}};
            if (format_ != "json") add_field_names(data);
            auto const text = format_object(format_, data);
            if (!text && server) {
                report(c, text.error());
                co_return exit_status::bad_template;
            }
            c.out.write(text ? *text : "\n"); // without an engine that is the failure to report
        } else {
            print(c, client, server ? &*server : nullptr);
        }
        co_return server ? exit_status::success : report(c, server.error());
    }

private:
    static void print(context& c, json::object const& client, json::value const* server) {
        std::string text = "Client:\n Version:\t" + std::string(mocker::version) + "\n API version:\t" +
                           std::string(client.at("ApiVersion").as_string()) + "\n OS/Arch:\tlinux/" +
                           go_architecture() + "\n Context:\tdefault\n";
        if (server) {
            auto const platform = text_at(*server, {"Platform", "Name"});
            text += "\nServer:" + (platform.empty() ? "" : " " + platform) + "\n";
            auto const* components = member_at(*server, {"Components"});
            if (components && components->is_array())
                for (auto const& component : components->get_array()) text += component_lines(component);
        }
        c.out.write(align_columns(text, 20, 1));
    }

    static std::string component_lines(json::value const& component) {
        auto const name = text_at(component, {"Name"});
        auto const detail_text = [&](char const* key) { return text_at(component, {"Details", key}); };
        std::string out = " " + name + ":\n  Version:\t" + text_at(component, {"Version"}) + "\n";
        if (name == "Engine") {
            out += "  API version:\t" + detail_text("ApiVersion") + " (minimum version " +
                   detail_text("MinAPIVersion") + ")\n";
            for (auto const& [label, key] : {std::pair("Go version", "GoVersion"), std::pair("Git commit", "GitCommit"),
                                             std::pair("Built", "BuildTime")})
                if (auto value = detail_text(key); !value.empty())
                    out += std::string("  ") + label + ":\t" + value + "\n";
            out += "  OS/Arch:\t" + detail_text("Os") + "/" + detail_text("Arch") + "\n";
            return out + "  Experimental:\t" + detail_text("Experimental") + "\n";
        }
        auto const* details = member_at(component, {"Details"});
        if (details && details->is_object())
            for (auto const& entry : details->get_object())
                if (entry.value().is_string())
                    out += "  " + std::string(entry.key()) + ":\t" + std::string(entry.value().get_string()) + "\n";
        return out;
    }

    std::string format_;
};

/// Binary units with four significant digits: 23.45GiB.
MOCKER_DECL std::string binary_size(double bytes) {
    constexpr char const* units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    std::size_t unit = 0;
    for (; bytes >= 1024 && unit + 1 < std::size(units); ++unit) bytes /= 1024;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.4g%s", bytes, units[unit]);
    return text.data();
}

class info_command final : public command {
public:
    void declare(flag_set& flags) override { flags.add_text("format", 'f', format_, inspect_format_usage); }

    awaitable<int> run(context& c, flag_set const&, std::vector<std::string>) override {
        auto const info = co_await c.engine.info();
        if (!format_.empty()) {
            json::value data = info ? *info : json::value(json::object());
            if (data.is_object()) {
                if (!info) data.as_object()["ServerErrors"] = json::array{json::value(info.error().message())};
                data.as_object()["ClientInfo"] = {{"Debug", false},
                                                  {"Version", mocker::version},
                                                  {"Context", "default"},
                                                  {"Plugins", json::array()},
                                                  {"Warnings", nullptr}};
            }
            auto const text = format_object(format_, data);
            if (!text && info) {
                report(c, text.error());
                co_return exit_status::bad_template;
            }
            c.out.write(text ? *text : "\n");
            co_return info ? exit_status::success : report(c, info.error());
        }
        c.out.write("Client:\n Version:    " + std::string(mocker::version) +
                    "\n Context:    default\n Debug Mode: false\n\nServer:\n");
        if (!info) {
            c.out.flush();
            c.err.line(info.error().message());
            co_return exit_status::failure;
        }
        print(c, *info);
        co_return exit_status::success;
    }

private:
    static std::string scalar(json::value const& info, std::initializer_list<std::string_view> path) {
        auto const* value = member_at(info, path);
        return value && !value->is_null() ? mocker::detail::template_print(*value) : std::string();
    }

    static std::string words(json::value const& info, std::initializer_list<std::string_view> path) {
        auto const* value = member_at(info, path);
        std::string out;
        if (value && value->is_array())
            for (auto const& word : value->get_array())
                out += (out.empty() ? "" : " ") + mocker::detail::template_print(word);
        return out;
    }

    static void print(context& c, json::value const& info) {
        auto const line = [&](std::string_view label, std::string const& value) {
            if (!value.empty()) c.out.line(" " + std::string(label) + ": " + value);
        };
        line("Containers", scalar(info, {"Containers"}));
        line(" Running", scalar(info, {"ContainersRunning"}));
        line(" Paused", scalar(info, {"ContainersPaused"}));
        line(" Stopped", scalar(info, {"ContainersStopped"}));
        line("Images", scalar(info, {"Images"}));
        line("Server Version", scalar(info, {"ServerVersion"}));
        line("Storage Driver", scalar(info, {"Driver"}));
        if (auto const* pairs = member_at(info, {"DriverStatus"}); pairs && pairs->is_array())
            for (auto const& pair : pairs->get_array())
                if (pair.is_array() && pair.get_array().size() == 2)
                    line(" " + mocker::detail::template_print(pair.get_array()[0]),
                         mocker::detail::template_print(pair.get_array()[1]));
        line("Logging Driver", scalar(info, {"LoggingDriver"}));
        line("Cgroup Driver", scalar(info, {"CgroupDriver"}));
        line("Cgroup Version", scalar(info, {"CgroupVersion"}));
        c.out.line(" Plugins:");
        line(" Volume", words(info, {"Plugins", "Volume"}));
        line(" Network", words(info, {"Plugins", "Network"}));
        line(" Log", words(info, {"Plugins", "Log"}));
        line("Swarm", scalar(info, {"Swarm", "LocalNodeState"}));
        std::string runtimes;
        if (auto const* known = member_at(info, {"Runtimes"}); known && known->is_object())
            for (auto const& runtime : known->get_object())
                runtimes += (runtimes.empty() ? "" : " ") + std::string(runtime.key());
        line("Runtimes", runtimes);
        line("Default Runtime", scalar(info, {"DefaultRuntime"}));
        print_security(c, info);
        line("Kernel Version", scalar(info, {"KernelVersion"}));
        line("Operating System", scalar(info, {"OperatingSystem"}));
        line("OSType", scalar(info, {"OSType"}));
        line("Architecture", scalar(info, {"Architecture"}));
        line("CPUs", scalar(info, {"NCPU"}));
        if (auto const* memory = member_at(info, {"MemTotal"}); memory && memory->is_int64())
            line("Total Memory", binary_size(static_cast<double>(memory->get_int64())));
        line("Name", scalar(info, {"Name"}));
        line("ID", scalar(info, {"ID"}));
        line("Docker Root Dir", scalar(info, {"DockerRootDir"}));
        line("Debug Mode", scalar(info, {"Debug"}));
        line("Experimental", scalar(info, {"ExperimentalBuild"}));
        if (auto const* registries = member_at(info, {"RegistryConfig", "InsecureRegistryCIDRs"});
            registries && registries->is_array()) {
            c.out.line(" Insecure Registries:");
            for (auto const& range : registries->get_array()) c.out.line("  " + mocker::detail::template_print(range));
        }
        line("Live Restore Enabled", scalar(info, {"LiveRestoreEnabled"}));
        c.out.line("");
        c.out.flush();
        if (auto const* warnings = member_at(info, {"Warnings"}); warnings && warnings->is_array())
            for (auto const& warning : warnings->get_array()) c.err.line(mocker::detail::template_print(warning));
    }

    /// `name=seccomp,profile=builtin` is shown as a name with its profile below.
    static void print_security(context& c, json::value const& info) {
        auto const* options = member_at(info, {"SecurityOptions"});
        if (!options || !options->is_array() || options->get_array().empty()) return;
        c.out.line(" Security Options:");
        for (auto const& option : options->get_array()) {
            auto text = mocker::detail::template_print(option);
            for (std::size_t from = 0; from < text.size();) {
                auto const comma = std::min(text.find(',', from), text.size());
                auto const field = text.substr(from, comma - from);
                auto const equals = field.find('=');
                if (field.starts_with("name="))
                    c.out.line("  " + field.substr(5));
                else if (field.starts_with("profile="))
                    c.out.line("   Profile: " + field.substr(8));
                else if (equals != std::string::npos)
                    c.out.line("   " + field.substr(0, equals) + ": " + field.substr(equals + 1));
                from = comma + 1;
            }
        }
    }

    std::string format_;
};

} // namespace detail

MOCKER_DECL std::unique_ptr<command> make_version_command() { return std::make_unique<detail::version_command>(); }
MOCKER_DECL std::unique_ptr<command> make_info_command() { return std::make_unique<detail::info_command>(); }

} // namespace mocker::cli

#endif
