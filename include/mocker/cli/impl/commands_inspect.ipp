#ifndef MOCKER_CLI_IMPL_COMMANDS_INSPECT_IPP
#define MOCKER_CLI_IMPL_COMMANDS_INSPECT_IPP

#include <mocker/cli/command.hpp>
#include <mocker/cli/inspect_usage.hpp>
#include <mocker/cli/list_format.hpp>
#include <mocker/core/go_template.hpp>
#include <mocker/http/uri.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace mocker::cli {
namespace detail {

MOCKER_DECL std::string_view key_of_field(std::string_view name) {
    constexpr std::pair<std::string_view, std::string_view> names[] = {{"ID", "Id"},
                                                                       {"APIVersion", "ApiVersion"},
                                                                       {"HostIP", "HostIp"},
                                                                       {"NanoCPUs", "NanoCpus"},
                                                                       {"CPUShares", "CpuShares"},
                                                                       {"CPUPeriod", "CpuPeriod"},
                                                                       {"CPUQuota", "CpuQuota"},
                                                                       {"CPURealtimePeriod", "CpuRealtimePeriod"},
                                                                       {"CPURealtimeRuntime", "CpuRealtimeRuntime"},
                                                                       {"ParentID", "ParentId"}};
    for (auto const& [field, key] : names)
        if (field == name) return key;
    return {};
}

/// What a field of the API's structs has where an engine sends null or leaves it out.
MOCKER_DECL std::optional<json::value> zero_of_field(std::string_view name) {
    constexpr std::string_view lists[] = {"CapAdd",
                                          "CapDrop",
                                          "Dns",
                                          "DnsOptions",
                                          "DnsSearch",
                                          "Binds",
                                          "ExtraHosts",
                                          "GroupAdd",
                                          "Links",
                                          "SecurityOpt",
                                          "VolumesFrom",
                                          "Devices",
                                          "DeviceCgroupRules",
                                          "DeviceRequests",
                                          "Ulimits",
                                          "BlkioWeightDevice",
                                          "BlkioDeviceReadBps",
                                          "BlkioDeviceWriteBps",
                                          "BlkioDeviceReadIOps",
                                          "BlkioDeviceWriteIOps",
                                          "MaskedPaths",
                                          "ReadonlyPaths",
                                          "Cmd",
                                          "Entrypoint",
                                          "Env",
                                          "OnBuild",
                                          "Shell",
                                          "ExecIDs",
                                          "Args",
                                          "Mounts",
                                          "RepoTags",
                                          "RepoDigests",
                                          "Layers",
                                          "Aliases",
                                          "DNSNames"};
    constexpr std::string_view maps[] = {"Labels",     "Volumes", "ExposedPorts", "PortBindings",
                                         "Sysctls",    "Tmpfs",   "StorageOpt",   "Annotations",
                                         "DriverOpts", "Options", "Ports",        "Networks"};
    constexpr std::string_view pointers[] = {"Healthcheck",      "Health",    "PidsLimit",   "OomKillDisable",
                                             "MemorySwappiness", "Init",      "StopTimeout", "IPAMConfig",
                                             "SizeRw",           "SizeRootFs"};
    constexpr std::string_view texts[] = {"StopSignal", "MacAddress", "Runtime", "Variant", "Isolation"};
    constexpr std::string_view numbers[] = {"KernelMemory", "KernelMemoryTCP"};
    constexpr std::string_view flags[] = {"NetworkDisabled", "ArgsEscaped"};
    auto const in = [name](auto const& names) {
        return std::find(std::begin(names), std::end(names), name) != std::end(names);
    };
    if (in(lists)) return json::value(json::array());
    if (in(maps)) return json::value(json::object());
    if (in(pointers)) return json::value(nullptr);
    if (in(texts)) return json::value("");
    if (in(numbers)) return json::value(0);
    if (in(flags)) return json::value(false);
    return std::nullopt;
}

/// Prints objects as `inspect` does: an indented array, or a line for each.
class object_printer {
public:
    static result<object_printer> make(std::string const& format) {
        object_printer printer;
        printer.json_ = format == "json";
        if (format.empty() || printer.json_) return printer;
        auto parsed = go_template::parse(unescape_format(format));
        if (!parsed) return error(errc::malformed, "template parsing error: " + parsed.error().message());
        printer.template_.emplace(std::move(*parsed));
        return printer;
    }

    result<> add(json::value object) {
        if (!template_) {
            objects_.push_back(std::move(object));
            return {};
        }
        go_template_options options;
        options.zero = zero_of_field;
        options.alias = key_of_field;
        auto text = template_->execute(object, options);
        if (!text) return error(errc::malformed, "template parsing error: " + text.error().message());
        lines_ += *text + "\n";
        return {};
    }

    void print(context& c) const {
        if (template_)
            c.out.write(lines_.empty() ? "\n" : lines_);
        else
            c.out.line(json_ ? to_go_json(objects_) : to_indented_json(objects_, "    "));
    }

private:
    bool json_ = false;
    std::optional<go_template> template_;
    json::array objects_;
    std::string lines_;
};

class inspect_command : public command {
public:
    /// @param type the only one, or empty for any.
    explicit inspect_command(std::string type) : type_(std::move(type)), fixed_(!type_.empty()) {}

    void declare(flag_set& flags) override {
        flags.add_text("format", 'f', format_, inspect_format_usage);
        if (type_ != "image")
            flags.add_switch("size", 's', size_,
                             fixed_ ? "Display total file sizes" : "Display total file sizes if the type is container");
        if (!fixed_) flags.add_text("type", 0, type_, "Only inspect objects of the given type");
    }

    awaitable<int> run(context& c, flag_set const& flags, std::vector<std::string> arguments) override {
        constexpr std::string_view types[] = {"container", "image", "network", "volume"};
        if ((!type_.empty() || flags.given("type")) &&
            std::find(std::begin(types), std::end(types), type_) == std::end(types))
            co_return report(
                c, error(errc::malformed, "unknown type: \"" + type_ +
                                              "\": must be one of \"container\", \"image\", \"network\", \"volume\""));
        auto printer = object_printer::make(format_);
        if (!printer) {
            report(c, printer.error());
            co_return exit_status::bad_template;
        }
        std::vector<std::string> failures;
        for (auto const& name : arguments) {
            auto object = co_await find(c, name);
            auto const added = object ? printer->add(std::move(*object)) : result<>(object.error());
            if (!added) failures.push_back(added.error().message());
        }
        printer->print(c);
        c.out.flush();
        for (auto const& failure : failures) c.err.line(failure);
        co_return failures.empty() ? exit_status::success : exit_status::failure;
    }

private:
    awaitable<result<json::value>> find_as(context& c, std::string_view type, std::string const& name) {
        if (type == "container") return c.engine.inspect_container(name, size_);
        if (type == "image") return c.engine.inspect_image(name);
        return c.engine.get_json((type == "network" ? "/networks/" : "/volumes/") + http::percent_encode(name));
    }

    awaitable<result<json::value>> find(context& c, std::string const& name) {
        if (!type_.empty()) co_return co_await find_as(c, type_, name);
        for (char const* type : {"container", "image", "network", "volume"}) {
            auto object = co_await find_as(c, type, name);
            if (object) co_return std::move(*object);
            auto const& failed = object.error();
            bool const elsewhere = failed.code() == errc::not_found || failed.code() == errc::unsupported ||
                                   failed.message().find("invalid reference format") != std::string::npos;
            if (!elsewhere) co_return failed;
        }
        co_return error(errc::not_found, "Error: No such object: " + name);
    }

    std::string type_, format_;
    bool fixed_, size_ = false;
};

} // namespace detail

MOCKER_DECL std::unique_ptr<command> make_inspect_command() { return std::make_unique<detail::inspect_command>(""); }
MOCKER_DECL std::unique_ptr<command> make_container_inspect_command() {
    return std::make_unique<detail::inspect_command>("container");
}
MOCKER_DECL std::unique_ptr<command> make_image_inspect_command() {
    return std::make_unique<detail::inspect_command>("image");
}

} // namespace mocker::cli

#endif
