#ifndef MOCKER_CLI_PROGRESS_DISPLAY_HPP
#define MOCKER_CLI_PROGRESS_DISPLAY_HPP

#include <mocker/cli/output.hpp>
#include <mocker/client/progress_stream.hpp>
#include <mocker/types/image.hpp>

#include <cstddef>
#include <map>
#include <string>

namespace mocker::cli {

/** Shows the messages of a pull, load or import: on a terminal one line with a bar for each layer, elsewhere a plain
   line for each change of state, without numbers. The text is docker's. */
class progress_display {
public:
    /// @param columns of the terminal; 0 where there is none.
    progress_display(output& to, std::size_t columns) : to_(to), columns_(columns) {}

    MOCKER_DECL void show(types::progress_message const& message);

private:
    MOCKER_DECL void draw(types::progress_message const& message);

    output& to_;
    std::size_t columns_;
    std::map<std::string, std::size_t> lines_;
};

/// `[====>      ]  1.2MB/3.4MB`, as wide as a terminal of @p columns allows; empty without numbers.
MOCKER_DECL std::string progress_bar(types::progress_detail const& progress, std::size_t columns);

/** Shows all of @p progress on @p to.
    @par Errors what the engine reported as the failure of the operation; those of the stream. */
MOCKER_DECL awaitable<result<>> show_progress(client::progress_stream& progress, output& to);

} // namespace mocker::cli

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/cli/impl/progress_display.ipp>
#endif
#endif
