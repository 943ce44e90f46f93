#ifndef MOCKER_CLI_IMPL_TAB_WRITER_IPP
#define MOCKER_CLI_IMPL_TAB_WRITER_IPP

#include <mocker/cli/tab_writer.hpp>

#include <algorithm>
#include <vector>

namespace mocker::cli {
namespace detail {

class tab_writer {
public:
    tab_writer(std::string_view text, std::size_t least, std::size_t padding) : least_(least), padding_(padding) {
        while (!text.empty()) {
            auto const end = text.find('\n');
            auto line = text.substr(0, end);
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
            last_line_ends_ = end != std::string_view::npos;
            auto& cells = lines_.emplace_back();
            for (;;) {
                auto const tab = line.find('\t');
                cells.push_back(line.substr(0, tab));
                if (tab == std::string_view::npos) break;
                line.remove_prefix(tab + 1);
            }
        }
    }

    std::string run() {
        format(0, lines_.size());
        if (!last_line_ends_ && !out_.empty()) out_.pop_back();
        return std::move(out_);
    }

private:
    void format(std::size_t first, std::size_t last) {
        auto const column = widths_.size();
        for (auto line = first; line < last; ++line) {
            if (column + 1 >= lines_[line].size()) continue;
            write(first, line);
            first = line;
            auto width = least_;
            for (; line < last && column + 1 < lines_[line].size(); ++line)
                width = std::max(width, text_width(lines_[line][column]) + padding_);
            widths_.push_back(width);
            format(first, line);
            widths_.pop_back();
            first = line;
        }
        write(first, last);
    }

    void write(std::size_t first, std::size_t last) {
        for (auto line = first; line < last; ++line) {
            auto const& cells = lines_[line];
            for (std::size_t i = 0; i < cells.size(); ++i) {
                out_ += cells[i];
                auto const size = text_width(cells[i]);
                if (i < widths_.size() && i + 1 < cells.size() && size < widths_[i])
                    out_.append(widths_[i] - size, ' ');
            }
            out_ += '\n';
        }
    }

    std::size_t least_, padding_;
    bool last_line_ends_ = true;
    std::vector<std::vector<std::string_view>> lines_;
    std::vector<std::size_t> widths_;
    std::string out_;
};

} // namespace detail

MOCKER_DECL std::size_t text_width(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

MOCKER_DECL std::string align_columns(std::string_view text, std::size_t least, std::size_t padding) {
    return detail::tab_writer(text, least, padding).run();
}

} // namespace mocker::cli

#endif
