#ifndef MOCKER_ENGINE_IMPL_CONTAINER_TABLE_IPP
#define MOCKER_ENGINE_IMPL_CONTAINER_TABLE_IPP

#include <mocker/engine/container_table.hpp>
#include <mocker/engine/detail/container_document.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

namespace mocker::engine {
namespace detail {

inline constexpr int schema_version = 1;

inline constexpr char const* schema = R"(
    CREATE TABLE IF NOT EXISTS containers(
        id TEXT PRIMARY KEY NOT NULL,
        name TEXT UNIQUE NOT NULL,
        created INTEGER NOT NULL,
        state TEXT NOT NULL,
        step TEXT NOT NULL,
        pid INTEGER NOT NULL,
        exit_code INTEGER NOT NULL,
        oom_killed INTEGER NOT NULL,
        error TEXT NOT NULL,
        started_at INTEGER,
        finished_at INTEGER,
        restart_count INTEGER NOT NULL,
        stopped_by_user INTEGER NOT NULL,
        endpoint TEXT NOT NULL,
        document TEXT NOT NULL) WITHOUT ROWID;
    PRAGMA user_version=1;)";

inline constexpr std::array<std::string_view, 7> status_names{"created",  "running", "paused", "restarting",
                                                              "removing", "exited",  "dead"};
inline constexpr std::array<std::string_view, 5> step_names{"", "creating", "starting", "removing",
                                                            "removing_with_volumes"};

/// The index of @p name in @p names, if it is there.
template <class Value, std::size_t N>
std::optional<Value> value_of(std::array<std::string_view, N> const& names, std::string_view name) {
    for (std::size_t i = 0; i < N; ++i)
        if (names[i] == name) return static_cast<Value>(i);
    return std::nullopt;
}

MOCKER_DECL std::int64_t to_nanoseconds(time_point t) { return t.time_since_epoch().count(); }

MOCKER_DECL std::optional<std::int64_t> to_nanoseconds(std::optional<time_point> t) {
    if (!t) return std::nullopt;
    return to_nanoseconds(*t);
}

MOCKER_DECL std::optional<time_point> from_nanoseconds(std::optional<std::int64_t> n) {
    if (!n) return std::nullopt;
    return time_point(std::chrono::nanoseconds(*n));
}

/// Binds the state columns from @p first on, and gives the position after them.
MOCKER_DECL int bind_state(statement& s, int first, container const& c) {
    s.bind(first, step_names[static_cast<std::size_t>(c.doing)]);
    s.bind(first + 1, status_names[static_cast<std::size_t>(c.state)]);
    s.bind(first + 2, std::int64_t(c.pid)).bind(first + 3, std::int64_t(c.exit_code));
    s.bind(first + 4, std::int64_t(c.oom_killed)).bind(first + 5, std::string_view(c.error));
    s.bind(first + 6, to_nanoseconds(c.started_at)).bind(first + 7, to_nanoseconds(c.finished_at));
    s.bind(first + 8, std::int64_t(c.restart_count)).bind(first + 9, std::int64_t(c.stopped_by_user));
    s.bind(first + 10, std::string_view(endpoint_to_document(c.endpoint)));
    return first + 11;
}

MOCKER_DECL result<container> row_to_container(statement const& row) {
    container c;
    c.id = row.text(0);
    c.name = row.text(1);
    c.created = *from_nanoseconds(row.integer(2));
    auto const broken = [&](std::string_view what) {
        return error(errc::internal, "container " + c.id + ": its row in the database has a bad " + std::string(what));
    };
    auto const doing = value_of<step>(step_names, row.text(3));
    auto const state = value_of<status>(status_names, row.text(4));
    if (!doing || !state) return broken("state");
    c.doing = *doing;
    c.state = *state;
    c.pid = static_cast<pid_t>(row.integer(5));
    c.exit_code = static_cast<int>(row.integer(6));
    c.oom_killed = row.integer(7) != 0;
    c.error = row.text(8);
    c.started_at = from_nanoseconds(row.optional_integer(9));
    c.finished_at = from_nanoseconds(row.optional_integer(10));
    c.restart_count = static_cast<unsigned>(row.integer(11));
    c.stopped_by_user = row.integer(12) != 0;
    auto place = endpoint_from_document(row.text(13));
    if (!place) return broken("endpoint");
    c.endpoint = std::move(*place);
    if (auto const read = from_document(row.text(14), c); !read) return broken("document").within(read.error().message());
    return c;
}

} // namespace detail

MOCKER_DECL result<container_table> container_table::open(std::string const& path) {
    container_table table;
    table.path_ = path;
    MOCKER_TRY_RETURN(db, database::open(path));
    table.db_ = std::move(db);
    MOCKER_TRY_RETURN(version, table.db_.prepare("PRAGMA user_version"));
    MOCKER_TRY_RETURN(found, version.next());
    auto const number = found ? version.integer(0) : 0;
    while (found) {
        MOCKER_TRY_RETURN(more, version.next());
        found = more;
    }
    if (number > detail::schema_version)
        return error(errc::unsupported, path + " was written by a later version (schema " + std::to_string(number) + ")");
    if (number < detail::schema_version) MOCKER_CHECK_RETURN(table.db_.execute(detail::schema));
    auto const prepare = [&](statement& s, std::string_view sql) -> result<> {
        MOCKER_TRY_RETURN(made, table.db_.prepare(sql));
        s = std::move(made);
        return {};
    };
    MOCKER_CHECK_RETURN(prepare(table.insert_,
        "INSERT INTO containers(id, name, created, document, step, state, pid, exit_code, oom_killed, error, started_at,"
        " finished_at, restart_count, stopped_by_user, endpoint) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"));
    MOCKER_CHECK_RETURN(prepare(table.update_,
        "UPDATE containers SET step=?, state=?, pid=?, exit_code=?, oom_killed=?, error=?, started_at=?, finished_at=?,"
        " restart_count=?, stopped_by_user=?, endpoint=? WHERE id=?"));
    MOCKER_CHECK_RETURN(prepare(table.update_document_, "UPDATE containers SET document=? WHERE id=?"));
    MOCKER_CHECK_RETURN(prepare(table.erase_, "DELETE FROM containers WHERE id=?"));
    MOCKER_CHECK_RETURN(prepare(table.load_,
        "SELECT id, name, created, step, state, pid, exit_code, oom_killed, error, started_at, finished_at, restart_count,"
        " stopped_by_user, endpoint, document FROM containers ORDER BY created"));
    return table;
}

MOCKER_DECL result<> container_table::insert(container const& c) {
    insert_.bind(1, std::string_view(c.id)).bind(2, std::string_view(c.name)).bind(3, detail::to_nanoseconds(c.created));
    insert_.bind(4, std::string_view(detail::to_document(c)));
    detail::bind_state(insert_, 5, c);
    return insert_.run();
}

MOCKER_DECL result<> container_table::update(container const& c) {
    int const position = detail::bind_state(update_, 1, c);
    return update_.bind(position, std::string_view(c.id)).run();
}

MOCKER_DECL result<> container_table::update_document(container const& c) {
    return update_document_.bind(1, std::string_view(detail::to_document(c))).bind(2, std::string_view(c.id)).run();
}

MOCKER_DECL result<> container_table::erase(std::string_view id) { return erase_.bind(1, id).run(); }

MOCKER_DECL result<std::vector<container>> container_table::load() {
    std::vector<container> all;
    for (;;) {
        MOCKER_TRY_RETURN(found, load_.next());
        if (!found) return all;
        MOCKER_TRY_RETURN(one, detail::row_to_container(load_));
        all.push_back(std::move(one));
    }
}

} // namespace mocker::engine

#endif
