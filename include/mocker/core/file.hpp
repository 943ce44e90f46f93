#ifndef MOCKER_CORE_FILE_HPP
#define MOCKER_CORE_FILE_HPP

#include <mocker/core/error.hpp>
#include <mocker/core/unique_fd.hpp>

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace mocker {

/// What a write survives.
enum class durability {
    process, ///< the death of this process
    power,   ///< a loss of power as well: fsync(2) of the file and of its directory
};

/// Opens @p path close-on-exec. @par Errors the `errno` of open(2), naming the path.
MOCKER_DECL result<unique_fd> open_file(std::string const& path, int flags, mode_t mode = 0);

/** The whole content of the file @p path.
    @par Errors the `errno` of open(2) or read(2); errc::too_large beyond @p limit bytes. */
MOCKER_DECL result<std::string> read_file(std::string const& path, std::size_t limit = std::size_t(1) << 30);

/// Writes all of @p data to @p fd, however many calls it takes.
MOCKER_DECL result<> write_all(int fd, std::string_view data);

/** Puts @p data at @p path, by rename(2): readers see the old content or the new, never a part, also after a crash. */
MOCKER_DECL result<> write_file_atomic(std::string const& path, std::string_view data, mode_t mode = 0644,
                                       durability survives = durability::power);

/// Makes the directory @p path and those above it that are missing, with @p mode.
MOCKER_DECL result<> make_directories(std::string const& path, mode_t mode = 0755);

/** Removes @p path and all below it. Symbolic links are removed, never followed; what is not there is no error.
    @par Errors the first `errno` that stopped it, naming the path. */
MOCKER_DECL result<> remove_tree(std::string const& path);

/// Makes the entries of the directory @p path survive a loss of power.
MOCKER_DECL result<> sync_directory(std::string const& path);

} // namespace mocker

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/core/impl/file.ipp>
#endif
#endif
