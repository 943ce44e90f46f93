#ifndef MOCKER_CLI_TAB_WRITER_HPP
#define MOCKER_CLI_TAB_WRITER_HPP

#include <mocker/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace mocker::cli {

/** Aligns columns of text whose cells end in tabs, as Go's `text/tabwriter` does with the settings of docker: a column
    spans the adjacent lines that have a cell in it, is as wide as its widest cell and @p padding, at least @p least. */
MOCKER_DECL std::string align_columns(std::string_view text, std::size_t least = 10, std::size_t padding = 3);

/// The number of characters of UTF-8 in @p text.
MOCKER_DECL std::size_t text_width(std::string_view text);

} // namespace mocker::cli

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/cli/impl/tab_writer.ipp>
#endif
#endif
