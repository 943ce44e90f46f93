#ifndef MOCKER_ENGINE_IMPL_DATABASE_IPP
#define MOCKER_ENGINE_IMPL_DATABASE_IPP

#include <mocker/engine/database.hpp>

#include <sqlite3.h>

namespace mocker::engine {
namespace detail {

/// What SQLite says about its last call on @p db.
MOCKER_DECL error sqlite_error(sqlite3* db, int code) {
    auto const kind = code == SQLITE_BUSY || code == SQLITE_LOCKED ? errc::unavailable : errc::internal;
    std::string const text = db ? ::sqlite3_errmsg(db) : ::sqlite3_errstr(code);
    char const* const file = db ? ::sqlite3_db_filename(db, "main") : nullptr;
    return {kind, "database " + std::string(file ? file : "") + ": " + text};
}

extern "C" inline int mocker_engine_log_hook(void* pages, sqlite3*, char const*, int count) {
    *static_cast<int*>(pages) = count;
    return SQLITE_OK;
}

} // namespace detail

MOCKER_DECL void statement::finalize::operator()(sqlite3_stmt* s) const noexcept { ::sqlite3_finalize(s); }

MOCKER_DECL error statement::failure() const {
    auto* const db = ::sqlite3_db_handle(handle_.get());
    return detail::sqlite_error(db, ::sqlite3_errcode(db));
}

MOCKER_DECL statement& statement::bind(int position, std::int64_t value) {
    ::sqlite3_bind_int64(handle_.get(), position, value);
    return *this;
}

MOCKER_DECL statement& statement::bind(int position, std::string_view value) {
    ::sqlite3_bind_text64(handle_.get(), position, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    return *this;
}

MOCKER_DECL statement& statement::bind(int position, std::optional<std::int64_t> value) {
    if (value) return bind(position, *value);
    ::sqlite3_bind_null(handle_.get(), position);
    return *this;
}

MOCKER_DECL result<> statement::run() {
    auto row = next();
    while (row && *row) row = next();
    if (!row) return std::move(row).error();
    return {};
}

MOCKER_DECL result<bool> statement::next() {
    int const code = ::sqlite3_step(handle_.get());
    if (code == SQLITE_ROW) return true;
    auto why = failure();
    ::sqlite3_reset(handle_.get());
    if (code != SQLITE_DONE) return why;
    return false;
}

MOCKER_DECL std::int64_t statement::integer(int column) const { return ::sqlite3_column_int64(handle_.get(), column); }

MOCKER_DECL std::optional<std::int64_t> statement::optional_integer(int column) const {
    if (::sqlite3_column_type(handle_.get(), column) == SQLITE_NULL) return std::nullopt;
    return integer(column);
}

MOCKER_DECL std::string statement::text(int column) const {
    auto const* const bytes = ::sqlite3_column_blob(handle_.get(), column);
    auto const size = static_cast<std::size_t>(::sqlite3_column_bytes(handle_.get(), column));
    return bytes ? std::string(static_cast<char const*>(bytes), size) : std::string();
}

MOCKER_DECL void database::close::operator()(sqlite3* db) const noexcept { ::sqlite3_close_v2(db); }

MOCKER_DECL result<database> database::open(std::string const& path) {
    database opened;
    sqlite3* raw = nullptr;
    int const flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int const code = ::sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
    opened.handle_.reset(raw);
    if (code != SQLITE_OK) return detail::sqlite_error(raw, code).within(path);
    ::sqlite3_busy_timeout(raw, 5'000);
    MOCKER_CHECK_RETURN(opened.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=0;"
                                       "PRAGMA cache_size=-512; PRAGMA temp_store=MEMORY;"));
    opened.log_pages_ = std::make_shared<int>(0);
    ::sqlite3_wal_hook(raw, &detail::mocker_engine_log_hook, opened.log_pages_.get());
    return opened;
}

MOCKER_DECL result<> database::execute(char const* sql) {
    int const code = ::sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return detail::sqlite_error(handle_.get(), code);
    return {};
}

MOCKER_DECL result<statement> database::prepare(std::string_view sql) {
    statement made;
    sqlite3_stmt* raw = nullptr;
    int const code = ::sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                          &raw, nullptr);
    if (code != SQLITE_OK) return detail::sqlite_error(handle_.get(), code);
    made.handle_.reset(raw);
    return made;
}

MOCKER_DECL int database::log_pages() const noexcept { return log_pages_ ? *log_pages_ : 0; }

MOCKER_DECL result<> database::checkpoint(std::string const& path) {
    MOCKER_TRY_RETURN(other, open(path));
    int const code =
        ::sqlite3_wal_checkpoint_v2(other.handle_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (code != SQLITE_OK && code != SQLITE_BUSY) return detail::sqlite_error(other.handle_.get(), code);
    return {};
}

} // namespace mocker::engine

#endif
