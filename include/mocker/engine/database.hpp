#ifndef MOCKER_ENGINE_DATABASE_HPP
#define MOCKER_ENGINE_DATABASE_HPP

#include <mocker/core/error.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace mocker::engine {

/** A prepared statement: bind, step, read, and again. Values are bound by position, from 1; read from 0.

    @par Example
    @code
    MOCKER_TRY_RETURN(insert, db.prepare("INSERT INTO containers(id, name) VALUES(?, ?)"));
    MOCKER_CHECK_RETURN(insert.bind(1, id).bind(2, name).run());
    @endcode */
class statement {
public:
    statement() = default;

    MOCKER_DECL statement& bind(int position, std::int64_t value);
    MOCKER_DECL statement& bind(int position, std::string_view value);
    MOCKER_DECL statement& bind(int position, std::optional<std::int64_t> value);

    /// Executes it to its end and makes it ready for the next time.
    MOCKER_DECL result<> run();

    /// The next row. False at the end; it is ready for the next time then.
    MOCKER_DECL result<bool> next();

    MOCKER_DECL std::int64_t integer(int column) const;
    MOCKER_DECL std::optional<std::int64_t> optional_integer(int column) const;
    MOCKER_DECL std::string text(int column) const;

private:
    friend class database;
    struct finalize {
        MOCKER_DECL void operator()(sqlite3_stmt* s) const noexcept;
    };
    MOCKER_DECL error failure() const;

    std::unique_ptr<sqlite3_stmt, finalize> handle_{};
};

/** A SQLite database in WAL mode, for one thread.

    A transaction that was committed survives the death of the process at once, and a loss of power once the log was
    checkpointed: `synchronous=NORMAL`, so that a commit costs 0.1 ms and no fsync (with `FULL`, 4 ms were measured, and a
    container's life takes five commits). Checkpoints are not made here but by @ref checkpoint, on another thread, because
    they do wait for the disk. */
class database {
public:
    /// Opens the file @p path or makes it. @par Errors SQLite's text; errc::unavailable if somebody else has it locked.
    MOCKER_DECL static result<database> open(std::string const& path);

    /// Executes SQL without parameters; several statements at once.
    MOCKER_DECL result<> execute(char const* sql);

    /// Compiles @p sql for repeated use.
    MOCKER_DECL result<statement> prepare(std::string_view sql);

    /// The pages in the log since the last checkpoint that found them all.
    MOCKER_DECL int log_pages() const noexcept;

    /// Moves the log of the database at @p path into its file and makes it durable. For any thread, beside any writer.
    MOCKER_DECL static result<> checkpoint(std::string const& path);

private:
    struct close {
        MOCKER_DECL void operator()(sqlite3* db) const noexcept;
    };
    std::unique_ptr<sqlite3, close> handle_{};
    std::shared_ptr<int> log_pages_{};
};

} // namespace mocker::engine

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/engine/impl/database.ipp>
#endif
#endif
