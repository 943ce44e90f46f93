#ifndef MOCKER_CLI_IMPL_FLAG_USAGE_IPP
#define MOCKER_CLI_IMPL_FLAG_USAGE_IPP

#include <mocker/cli/flag_set.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace mocker::cli {
namespace detail {

MOCKER_DECL std::string indented(std::string_view text, std::size_t indent) {
    std::string out;
    for (char const c : text) {
        out += c;
        if (c == '\n') out.append(indent, ' ');
    }
    return out;
}

/// Cuts @p text at the last blank within @p width, unless all of it fits into @p width and @p slop.
MOCKER_DECL std::pair<std::string_view, std::string_view> cut_line(std::size_t width, std::size_t slop,
                                                                   std::string_view text) {
    if (width + slop > text.size()) return {text, {}};
    auto const head = text.substr(0, width);
    auto const blank = head.find_last_of(" \t\n");
    if (blank == std::string_view::npos || blank == 0) return {text, {}};
    auto const line = head.rfind('\n');
    auto const at = line != std::string_view::npos && line > 0 && line < blank ? line : blank;
    return {text.substr(0, at), text.substr(at + 1)};
}

} // namespace detail

MOCKER_DECL std::string wrap_usage(std::size_t indent, std::size_t columns, std::string_view text) {
    constexpr std::size_t least = 24, narrow_indent = 16, slop = 5;
    std::string out;
    auto width = columns > indent ? columns - indent : 0;
    if (width < least) {
        indent = narrow_indent;
        width = columns > indent ? columns - indent : 0;
        out = "\n" + std::string(indent, ' ');
    }
    if (width < least) return detail::indented(text, indent);
    width -= slop;
    auto [line, rest] = detail::cut_line(width, slop, text);
    out += detail::indented(line, indent);
    while (!rest.empty()) {
        std::tie(line, rest) = detail::cut_line(width, slop, rest);
        out += "\n" + std::string(indent, ' ') + detail::indented(line, indent);
    }
    return out;
}

MOCKER_DECL bool flag_set::empty() const noexcept {
    return std::all_of(flags_.begin(), flags_.end(), [](flag const& f) { return f.hidden; });
}

MOCKER_DECL std::string flag_set::usages(std::size_t columns) const {
    std::vector<flag> sorted;
    for (auto const& f : flags_)
        if (!f.hidden) sorted.push_back(f);
    bool const owns_h = std::any_of(flags_.begin(), flags_.end(), [](flag const& f) { return f.shorthand == 'h'; });
    if (owns_h) {
        flag help;
        help.name = "help";
        help.usage = "Print usage";
        sorted.push_back(std::move(help)); // shown only where -h means something else
    }
    std::sort(sorted.begin(), sorted.end(), [](flag const& a, flag const& b) { return a.name < b.name; });
    std::vector<std::string> heads;
    std::size_t widest = 0;
    for (auto const& f : sorted) {
        heads.push_back((f.shorthand ? std::string("  -") + f.shorthand + ", --" : std::string("      --")) + f.name +
                        (f.type.empty() ? "" : " " + f.type));
        widest = std::max(widest, heads.back().size());
    }
    std::string out;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        auto usage = sorted[i].usage;
        if (!sorted[i].default_text.empty()) usage += " (default " + sorted[i].default_text + ")";
        out +=
            heads[i] + std::string(widest - heads[i].size() + 3, ' ') + wrap_usage(widest + 3, columns, usage) + "\n";
    }
    return out;
}

} // namespace mocker::cli

#endif
