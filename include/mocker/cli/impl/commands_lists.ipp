#ifndef MOCKER_CLI_IMPL_COMMANDS_LISTS_IPP
#define MOCKER_CLI_IMPL_COMMANDS_LISTS_IPP

#include <mocker/cli/command.hpp>
#include <mocker/cli/container_list.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace mocker::cli {
namespace detail {

/// The help of `--format` of a list.
inline constexpr char const* list_format_usage =
    "Format output using a custom template:\n'table':            Print output in table format with column headers "
    "(default)\n"
    "'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON "
    "format\n"
    "'TEMPLATE':         Print output using the given Go template.\n"
    "Refer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates";

MOCKER_DECL void add_filter_flag(flag_set& flags, std::vector<std::string>& filters, std::string usage) {
    flags.add_value("filter", 'f', "filter", std::move(usage), [&filters](std::string_view text) -> result<> {
        MOCKER_TRY_RETURN(filter, parse_filter(text));
        if (!filter.empty()) filters.push_back(std::move(filter));
        return {};
    });
}

/// Prints a list, or its identifiers alone.
MOCKER_DECL int print_list(context& c, list_shape const& shape, std::string format, bool quiet,
                           std::vector<list_row> const& rows) {
    if (quiet) format = "{{.ID}}";
    auto const text = format_list(shape, format, rows);
    if (!text) return report(c, text.error());
    c.out.write(*text);
    return exit_status::success;
}

class ps_command final : public command {
public:
    void declare(flag_set& flags) override {
        flags.add_switch("all", 'a', options_.all, "Show all containers (default shows just running)");
        add_filter_flag(flags, filters_, "Filter output based on conditions provided");
        flags.add_text("format", 0, format_, list_format_usage);
        flags.add_integer("last", 'n', last_, "Show n last created containers (includes all states)", "-1");
        flags.add_switch("latest", 'l', latest_, "Show the latest created container (includes all states)");
        flags.add_switch("no-trunc", 0, no_trunc_, "Don't truncate output");
        flags.add_switch("quiet", 'q', quiet_, "Only display container IDs");
        flags.add_switch("size", 's', options_.size, "Display total file sizes");
    }

    awaitable<int> run(context& c, flag_set const&, std::vector<std::string>) override {
        if (latest_ && !last_) last_ = 1;
        options_.last = last_ ? static_cast<int>(*last_) : -1;
        auto filters = parse_filters(filters_);
        if (!filters) co_return report(c, filters.error());
        options_.filters = std::move(*filters);
        auto const containers = co_await c.engine.list_containers(options_);
        if (!containers) co_return report(c, containers.error());
        std::vector<list_row> rows;
        for (auto const& container : *containers) rows.push_back(container_row(container, !no_trunc_));
        co_return print_list(c, container_shape(options_.size), format_, quiet_, rows);
    }

private:
    client::list_options options_;
    std::vector<std::string> filters_;
    std::string format_;
    std::optional<std::int64_t> last_;
    bool latest_ = false, no_trunc_ = false, quiet_ = false;
};

class images_command final : public command {
public:
    void declare(flag_set& flags) override {
        flags.add_switch("all", 'a', all_, "Show all images (default hides intermediate images)");
        flags.add_switch("digests", 0, digests_, "Show digests");
        add_filter_flag(flags, filters_, "Filter output based on conditions provided");
        flags.add_text("format", 0, format_, list_format_usage);
        flags.add_switch("no-trunc", 0, no_trunc_, "Don't truncate output");
        flags.add_switch("quiet", 'q', quiet_, "Only show image IDs");
    }

    awaitable<int> run(context& c, flag_set const&, std::vector<std::string> arguments) override {
        auto filters = parse_filters(filters_);
        if (!filters) co_return report(c, filters.error());
        if (!arguments.empty()) (*filters)["reference"].push_back(arguments.front());
        auto const images = co_await c.engine.list_images(all_, std::move(*filters));
        if (!images) co_return report(c, images.error());
        bool const needs_digests = digests_ || format_.find(".Digest") != std::string::npos;
        std::vector<list_row> rows;
        for (auto& image : image_names(*images, needs_digests)) rows.push_back(image_row(std::move(image), !no_trunc_));
        co_return print_list(c, image_shape(digests_), format_, quiet_, rows);
    }

private:
    bool all_ = false, digests_ = false, no_trunc_ = false, quiet_ = false;
    std::vector<std::string> filters_;
    std::string format_;
};

} // namespace detail

MOCKER_DECL std::unique_ptr<command> make_ps_command() { return std::make_unique<detail::ps_command>(); }
MOCKER_DECL std::unique_ptr<command> make_images_command() { return std::make_unique<detail::images_command>(); }

} // namespace mocker::cli

#endif
