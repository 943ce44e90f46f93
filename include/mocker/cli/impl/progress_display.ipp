#ifndef MOCKER_CLI_IMPL_PROGRESS_DISPLAY_IPP
#define MOCKER_CLI_IMPL_PROGRESS_DISPLAY_IPP

#include <mocker/cli/progress_display.hpp>
#include <mocker/cli/terminal.hpp>
#include <mocker/core/size.hpp>

#include <algorithm>

namespace mocker::cli {
namespace detail {

/// @p text, on the right of 8 columns.
MOCKER_DECL std::string right_aligned(std::string text) {
    return text.size() < 8 ? std::string(8 - text.size(), ' ') + text : text;
}

} // namespace detail

MOCKER_DECL std::string progress_bar(types::progress_detail const& progress, std::size_t columns) {
    if (progress.current <= 0 && progress.total <= 0) return {};
    auto const current = human_size(static_cast<double>(progress.current));
    if (progress.total <= 0) return detail::right_aligned(current);
    auto const part = static_cast<double>(progress.current) / static_cast<double>(progress.total);
    auto const filled = std::clamp(static_cast<int>(part * 100) / 2, 0, 50);
    std::string out;
    if (columns > 110) {
        out += "[" + std::string(static_cast<std::size_t>(filled), '=') + ">";
        out += std::string(static_cast<std::size_t>(50 - filled), ' ') + "] ";
    }
    out += detail::right_aligned(current);
    if (progress.current <= progress.total) out += "/" + human_size(static_cast<double>(progress.total));
    return out;
}

MOCKER_DECL void progress_display::draw(types::progress_message const& message) {
    bool const terminal = columns_ > 0;
    bool const has_progress = message.progress_detail.has_value();
    auto const bar = has_progress ? progress_bar(*message.progress_detail, columns_) : std::string();
    bool const overwrites = terminal && message.stream.empty() && has_progress;
    if (overwrites)
        to_.write("\x1b[2K\r");
    else if (!bar.empty())
        return; // numbers are for terminals
    if (!message.id.empty()) to_.write(message.id + ": ");
    if (has_progress && terminal)
        to_.write(message.status + " " + bar + (overwrites ? "\r" : ""));
    else if (!message.stream.empty())
        to_.write(message.stream);
    else
        to_.write(message.status + "\n");
}

MOCKER_DECL void progress_display::show(types::progress_message const& message) {
    if (!message.aux.is_null()) return;
    bool const terminal = columns_ > 0;
    std::size_t up = 0;
    if (!message.id.empty() && message.progress_detail) {
        auto const [line, added] = lines_.emplace(message.id, lines_.size());
        if (added && terminal) to_.write("\n");
        up = lines_.size() - line->second;
        if (terminal) to_.write("\x1b[" + std::to_string(up) + "A");
    } else {
        lines_.clear(); // a line of its own ends the block of bars
    }
    draw(message);
    if (terminal && up > 0) to_.write("\x1b[" + std::to_string(up) + "B");
}

MOCKER_DECL awaitable<result<>> show_progress(client::progress_stream& progress, output& to) {
    std::size_t columns = 0;
    if (is_terminal(to.fd())) {
        auto const size = get_terminal_size(to.fd());
        columns = size ? size->columns : 200;
    }
    progress_display display(to, columns);
    for (;;) {
        MOCKER_TRY(message, co_await progress.next());
        if (!message) break;
        if (message->error_detail || !message->error.empty()) {
            to.flush();
            auto const& text = message->error_detail ? message->error_detail->message : message->error;
            co_return error(errc::internal, text);
        }
        display.show(*message);
        to.flush();
    }
    co_return result<>{};
}

} // namespace mocker::cli

#endif
