#ifndef MOCKER_ENGINE_CONTAINER_TABLE_HPP
#define MOCKER_ENGINE_CONTAINER_TABLE_HPP

#include <mocker/engine/container.hpp>
#include <mocker/engine/database.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace mocker::engine {

/// The containers of an engine on disk: a row each, with what was asked for as JSON, and the state in columns.
class container_table {
public:
    /// Opens the database @p path, and makes the table if it is new.
    /// @par Errors errc::unsupported if a later version of this program wrote it.
    MOCKER_DECL static result<container_table> open(std::string const& path);

    /// A new row. @par Errors errc::conflict if the name is taken.
    MOCKER_DECL result<> insert(container const& c);

    /// Writes the state columns.
    MOCKER_DECL result<> update(container const& c);

    /// Writes the document, for what is only known after the container was made.
    MOCKER_DECL result<> update_document(container const& c);

    MOCKER_DECL result<> erase(std::string_view id);

    /// Every row, oldest first. A row that cannot be read is an error that names it. Directories are not part of a row.
    MOCKER_DECL result<std::vector<container>> load();

    int log_pages() const noexcept { return db_.log_pages(); }
    std::string const& path() const noexcept { return path_; }

private:
    std::string path_{};
    database db_{};
    statement insert_{}, update_{}, update_document_{}, erase_{}, load_{};
};

} // namespace mocker::engine

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/engine/impl/container_table.ipp>
#endif
#endif
