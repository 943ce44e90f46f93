#ifndef MOCKER_CLI_IMPL_COMMANDS_STREAMS_IPP
#define MOCKER_CLI_IMPL_COMMANDS_STREAMS_IPP

#include <mocker/cli/command.hpp>
#include <mocker/cli/container_options.hpp>
#include <mocker/cli/session.hpp>
#include <mocker/cli/timestamps.hpp>

#include <boost/json/object.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace mocker::cli {
namespace detail {

/// The member of nested objects that @p path names, or null.
MOCKER_DECL json::value const* member_at(json::value const& value, std::initializer_list<std::string_view> path) {
    json::value const* at = &value;
    for (auto const name : path) {
        auto const* object = at->if_object();
        at = object ? object->if_contains(name) : nullptr;
        if (!at) return nullptr;
    }
    return at;
}

MOCKER_DECL bool flag_at(json::value const& value, std::initializer_list<std::string_view> path) {
    auto const* found = member_at(value, path);
    return found && found->is_bool() && found->get_bool();
}

MOCKER_DECL std::string text_at(json::value const& value, std::initializer_list<std::string_view> path) {
    auto const* found = member_at(value, path);
    return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

/// Connects our streams to a container that may run already, starts it if @p start, and gives its exit status.
struct container_session {
    bool in = false;
    bool start = false;
    bool sig_proxy = true;
    std::string detach_keys{};

    awaitable<result<int>> run(context& c, std::string name, json::value const& inspected) const {
        std::string const id = text_at(inspected, {"Id"});
        bool const tty = flag_at(inspected, {"Config", "Tty"});
        bool const open_stdin = flag_at(inspected, {"Config", "OpenStdin"});
        MOCKER_TRY(keys, parse_detach_keys(detach_keys));
        if (in && open_stdin && tty && !is_terminal(0))
            co_return error(errc::malformed, "the input device is not a TTY");
        client::attach_options wanted;
        wanted.in = in && open_stdin;
        wanted.detach_keys = detach_keys;
        bool const removes = flag_at(inspected, {"HostConfig", "AutoRemove"});
        MOCKER_TRY(streams, co_await c.engine.attach_container(id, wanted));
        MOCKER_TRY(exit, co_await c.engine.wait_container(id, removes ? "removed" : start ? "next-exit" : ""));
        streams.set_multiplexed(!tty);
        session_options options;
        options.in = wanted.in;
        options.tty = tty;
        options.detach_keys = keys;
        options.resize = [&c, id](terminal_size size) { return resize(c, id, size); };
        if (sig_proxy && !tty) options.signal = [&c, id](std::string signal) { return kill(c, id, std::move(signal)); };
        std::optional<session> live;
        live.emplace(c, std::move(streams), std::move(options));
        if (start) MOCKER_CHECK(co_await c.engine.start_container(id));
        co_await live->resize();
        MOCKER_TRY(ended, co_await live->run());
        live.reset();
        if (ended == session_end::detached) {
            c.err.line("read escape sequence");
            co_return exit_status::success;
        }
        MOCKER_TRY(status, co_await exit.get());
        if (status.failure && !status.failure->message.empty())
            co_return error(errc::internal, status.failure->message);
        (void)name;
        co_return static_cast<int>(status.status_code);
    }

    static awaitable<void> resize(context& c, std::string id, terminal_size size) {
        (void)co_await c.engine.resize_container(std::move(id), size.rows, size.columns);
    }
    static awaitable<void> kill(context& c, std::string id, std::string signal) {
        (void)co_await c.engine.kill_container(std::move(id), std::move(signal));
    }
};

class start_command final : public command {
public:
    void declare(flag_set& flags) override {
        flags.add_switch("attach", 'a', attach_, "Attach STDOUT/STDERR and forward signals");
        flags.add_switch("interactive", 'i', session_.in, "Attach container's STDIN");
        flags.add_text("detach-keys", 0, session_.detach_keys, "Override the key sequence for detaching a container");
    }

    awaitable<int> run(context& c, flag_set const&, std::vector<std::string> arguments) override {
        if (!attach_ && !session_.in) co_return co_await start_all(c, std::move(arguments));
        if (arguments.size() > 1)
            co_return report(c, error(errc::malformed, "you cannot start and attach multiple containers at once"));
        auto const inspected = co_await c.engine.inspect_container(arguments.front());
        if (!inspected) co_return report(c, inspected.error());
        session_.start = true;
        auto const status = co_await session_.run(c, arguments.front(), *inspected);
        if (!status) co_return start_exit_status(status.error(), report(c, status.error()));
        co_return *status;
    }

private:
    awaitable<int> start_all(context& c, std::vector<std::string> names) {
        std::string failed;
        for (auto const& name : names) {
            if (auto started = co_await c.engine.start_container(name); started) {
                c.out.line(name);
                c.out.flush();
            } else {
                c.err.line(started.error().message());
                failed += (failed.empty() ? "" : ", ") + name;
            }
        }
        if (failed.empty()) co_return exit_status::success;
        co_return report(c, error(errc::internal, "Error: failed to start containers: " + failed));
    }

    bool attach_ = false;
    container_session session_;
};

class attach_command final : public command {
public:
    void declare(flag_set& flags) override {
        flags.add_text("detach-keys", 0, session_.detach_keys, "Override the key sequence for detaching a container");
        flags.add_switch("no-stdin", 0, no_stdin_, "Do not attach STDIN");
        flags.add_default_switch("sig-proxy", 0, session_.sig_proxy, "Proxy all received signals to the process",
                                 "true");
    }

    awaitable<int> run(context& c, flag_set const&, std::vector<std::string> arguments) override {
        auto const inspected = co_await c.engine.inspect_container(arguments.front());
        if (!inspected) co_return report(c, inspected.error());
        if (!flag_at(*inspected, {"State", "Running"}))
            co_return report(c, error(errc::conflict, "You cannot attach to a stopped container, start it first"));
        if (flag_at(*inspected, {"State", "Paused"}))
            co_return report(c, error(errc::conflict, "You cannot attach to a paused container, unpause it first"));
        if (flag_at(*inspected, {"State", "Restarting"}))
            co_return report(
                c, error(errc::conflict, "You cannot attach to a restarting container, wait until it is running"));
        session_.in = !no_stdin_;
        auto const status = co_await session_.run(c, arguments.front(), *inspected);
        if (!status) co_return report(c, status.error());
        co_return *status;
    }

private:
    bool no_stdin_ = false;
    container_session session_;
};

class exec_command final : public command {
public:
    void declare(flag_set& flags) override {
        flags.add_switch("detach", 'd', detach_, "Detached mode: run command in the background");
        flags.add_text("detach-keys", 0, config_.detach_keys, "Override the key sequence for detaching a container");
        flags.add_value("env", 'e', "list", "Set environment variables", [this](std::string_view text) -> result<> {
            MOCKER_TRY_RETURN(variable, resolve_environment(text));
            env_.push_back(std::move(variable));
            return {};
        });
        flags.add_list("env-file", 0, env_files_, "Read in a file of environment variables");
        flags.add_switch("interactive", 'i', interactive_, "Keep STDIN open even if not attached");
        flags.add_switch("privileged", 0, config_.privileged, "Give extended privileges to the command");
        flags.add_switch("tty", 't', config_.tty, "Allocate a pseudo-TTY");
        flags.add_text("user", 'u', config_.user, "Username or UID (format: \"<name|uid>[:<group|gid>]\")");
        flags.add_text("workdir", 'w', config_.working_dir, "Working directory inside the container");
    }

    awaitable<int> run(context& c, flag_set const&, std::vector<std::string> arguments) override {
        auto const status = co_await execute(c, std::move(arguments));
        if (!status) co_return start_exit_status(status.error(), report(c, status.error()));
        co_return *status;
    }

private:
    awaitable<result<int>> execute(context& c, std::vector<std::string> arguments) {
        for (auto const& path : env_files_) {
            MOCKER_TRY(lines, read_key_value_file(path, true));
            env_.insert(env_.begin(), lines.begin(), lines.end());
        }
        if (!env_.empty()) config_.env = env_;
        config_.cmd.emplace().assign(arguments.begin() + 1, arguments.end());
        config_.attach_stdin = interactive_ && !detach_;
        config_.attach_stdout = config_.attach_stderr = !detach_;
        MOCKER_TRY(keys, parse_detach_keys(config_.detach_keys));
        if (config_.attach_stdin && config_.tty && !is_terminal(0)) {
            MOCKER_TRY(inspected,
                       co_await c.engine.inspect_container(arguments.front())); // a missing container is said first
            co_return error(errc::malformed, "the input device is not a TTY");
        }
        types::exec_start_config start;
        start.detach = detach_;
        start.tty = config_.tty;
        if (auto const size = config_.tty ? get_terminal_size(1) : std::nullopt) {
            start.console_size.emplace(std::array<unsigned, 2>{size->rows, size->columns});
            config_.console_size = start.console_size;
        }
        MOCKER_TRY(created, co_await c.engine.create_exec(arguments.front(), config_));
        if (detach_) {
            MOCKER_CHECK(co_await c.engine.start_exec_detached(created.id, start));
            co_return exit_status::success;
        }
        MOCKER_TRY(streams, co_await c.engine.start_exec(created.id, start));
        streams.set_multiplexed(!config_.tty);
        session_options options;
        options.in = config_.attach_stdin;
        options.tty = config_.tty;
        options.detach_keys = keys;
        options.resize = [&c, id = created.id](terminal_size size) { return resize(c, id, size); };
        std::optional<session> live;
        live.emplace(c, std::move(streams), std::move(options));
        MOCKER_TRY(ended, co_await live->run());
        live.reset();
        if (ended == session_end::detached) {
            c.err.line("read escape sequence");
            co_return exit_status::success;
        }
        MOCKER_TRY(inspected, co_await c.engine.inspect_exec(created.id));
        auto const* code = member_at(inspected, {"ExitCode"});
        co_return code && code->is_int64() ? static_cast<int>(code->get_int64()) : exit_status::failure;
    }

    static awaitable<void> resize(context& c, std::string id, terminal_size size) {
        (void)co_await c.engine.resize_exec(std::move(id), size.rows, size.columns);
    }

    bool detach_ = false, interactive_ = false;
    std::vector<std::string> env_, env_files_;
    types::exec_config config_;
};

class logs_command final : public command {
public:
    void declare(flag_set& flags) override {
        flags.add_switch("details", 0, options_.details, "Show extra details provided to logs");
        flags.add_switch("follow", 'f', options_.follow, "Follow log output");
        flags.add_text(
            "since", 0, since_,
            "Show logs since timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)");
        flags.add_text("tail", 'n', options_.tail, "Number of lines to show from the end of the logs", "\"all\"");
        flags.add_switch("timestamps", 't', options_.timestamps, "Show timestamps");
        flags.add_text(
            "until", 0, until_,
            "Show logs before a timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)");
    }

    awaitable<int> run(context& c, flag_set const&, std::vector<std::string> arguments) override {
        auto const shown = co_await show(c, arguments.front());
        if (!shown) co_return report(c, shown.error());
        co_return exit_status::success;
    }

private:
    awaitable<result<>> show(context& c, std::string name) {
        MOCKER_TRY(since, resolve_timestamp(since_, "since"));
        MOCKER_TRY(until, resolve_timestamp(until_, "until"));
        options_.since = since;
        options_.until = until;
        MOCKER_TRY(reply, co_await c.engine.container_logs(name, options_));
        auto const type = reply.header("Content-Type");
        bool raw = type == "application/vnd.docker.raw-stream";
        if (!raw && type != "application/vnd.docker.multiplexed-stream") {
            MOCKER_TRY(inspected,
                       co_await c.engine.inspect_container(name)); // an engine that does not say what it sends
            raw = flag_at(inspected, {"Config", "Tty"});
        }
        client::demultiplexer frames;
        std::string buffer(256 * 1024, '\0');
        for (;;) {
            MOCKER_TRY(size, co_await reply.read_some(asio::buffer(buffer)));
            if (size == 0) break;
            std::string_view data(buffer.data(), size);
            if (raw) {
                c.out.write(data);
                data = {};
            }
            while (!data.empty()) {
                MOCKER_TRY(piece, frames.next(data));
                if (piece) (piece->from == client::demultiplexer::stream::err ? c.err : c.out).write(piece->data);
            }
            c.out.flush();
            c.err.flush();
        }
        co_return result<>{};
    }

    client::log_options options_;
    std::string since_, until_;
};

} // namespace detail

MOCKER_DECL std::unique_ptr<command> make_start_command() { return std::make_unique<detail::start_command>(); }
MOCKER_DECL std::unique_ptr<command> make_attach_command() { return std::make_unique<detail::attach_command>(); }
MOCKER_DECL std::unique_ptr<command> make_exec_command() { return std::make_unique<detail::exec_command>(); }
MOCKER_DECL std::unique_ptr<command> make_logs_command() { return std::make_unique<detail::logs_command>(); }

} // namespace mocker::cli

#endif
