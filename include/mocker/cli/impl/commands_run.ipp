#ifndef MOCKER_CLI_IMPL_COMMANDS_RUN_IPP
#define MOCKER_CLI_IMPL_COMMANDS_RUN_IPP

#include <mocker/async/task_group.hpp>
#include <mocker/cli/command.hpp>
#include <mocker/cli/container_options.hpp>
#include <mocker/cli/session.hpp>
#include <mocker/core/file.hpp>
#include <mocker/oci/reference.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

namespace mocker::cli {
namespace detail {

/// The file of `--cidfile`: made before the container, so that two runs cannot share it; gone again without a
/// container.
class id_file {
public:
    static result<id_file> open(std::string const& path) {
        id_file file;
        if (path.empty()) return file;
        file.path_ = path;
        auto fd = open_file(path, O_WRONLY | O_CREAT | O_EXCL, 0644);
        if (!fd && fd.error().code().value() == EEXIST)
            return error(errc::conflict,
                         "container ID file found, make sure the other container isn't running or delete " + path);
        if (!fd) return error(errc::internal, "failed to create the container ID file: " + fd.error().message());
        file.fd_ = std::move(*fd);
        return file;
    }
    id_file(id_file&&) = default;
    id_file& operator=(id_file&&) = delete;
    ~id_file() {
        if (fd_ && !written_) ::unlink(path_.c_str());
    }
    result<> write(std::string_view id) {
        if (!fd_) return {};
        written_ = true;
        return write_all(fd_.get(), id);
    }

private:
    id_file() = default;
    std::string path_;
    unique_fd fd_;
    bool written_ = false;
};

MOCKER_DECL bool is_missing_image(error const& e) {
    return e.code() == errc::not_found && e.message().find("mage") != std::string::npos;
}

/// Creates the container, pulling its image as `--pull` says.
MOCKER_DECL awaitable<result<types::container_create_response>>
create_container(context& c, container_options const& options, types::container_create_request const& request) {
    MOCKER_TRY(image, oci::parse_reference(request.config.image));
    MOCKER_TRY(platform, normalize_platform(options.platform));
    MOCKER_TRY(ids, id_file::open(options.cid_file));
    if (options.pull == "always")
        MOCKER_CHECK(co_await pull_image(c, request.config.image, platform, c.err, options.quiet));
    auto created = co_await c.engine.create_container(request, options.name, platform);
    if (!created && options.pull == "missing" && is_missing_image(created.error())) {
        if (!options.quiet) c.err.line("Unable to find image '" + image.familiar() + "' locally");
        c.err.flush();
        MOCKER_CHECK(co_await pull_image(c, request.config.image, platform, c.err, options.quiet));
        created = co_await c.engine.create_container(request, options.name, platform);
    }
    MOCKER_TRY(made, std::move(created));
    for (auto const& warning : made.warnings) c.err.line("WARNING: " + warning);
    MOCKER_CHECK(ids.write(made.id));
    co_return std::move(made);
}

class create_command final : public command {
public:
    void declare(flag_set& flags) override {
        options_.declare(flags);
        flags.add_text("pull", 0, options_.pull, "Pull image before creating (\"always\", \"missing\", \"never\")",
                       "\"missing\"");
    }

    awaitable<int> run(context& c, flag_set const&, std::vector<std::string> arguments) override {
        auto const request = options_.request(arguments, false);
        if (!request) {
            report_with_hint(c, request.error());
            co_return exit_status::engine_failure;
        }
        auto const created = co_await create_container(c, options_, *request);
        if (!created) co_return report(c, created.error());
        c.out.line(created->id);
        co_return exit_status::success;
    }

private:
    container_options options_;
};

/// Attaches and registers the wait at the same time: one round trip before the start.
struct run_connections {
    std::optional<result<client::attachment>> streams;
    std::optional<result<client::pending_wait>> exit;

    awaitable<void> attach(client::api_client& engine, std::string id, client::attach_options options) {
        streams.emplace(co_await engine.attach_container(std::move(id), std::move(options)));
    }
    awaitable<void> wait(client::api_client& engine, std::string id, std::string condition) {
        exit.emplace(co_await engine.wait_container(std::move(id), std::move(condition)));
    }
};

class run_command final : public command {
public:
    void declare(flag_set& flags) override {
        options_.declare(flags);
        flags.add_text("pull", 0, options_.pull, "Pull image before running (\"always\", \"missing\", \"never\")",
                       "\"missing\"");
        flags.add_switch("detach", 'd', detach_, "Run container in background and print container ID");
        flags.add_default_switch("sig-proxy", 0, sig_proxy_, "Proxy received signals to the process", "true");
        flags.add_text("detach-keys", 0, detach_keys_, "Override the key sequence for detaching a container");
    }

    awaitable<int> run(context& c, flag_set const&, std::vector<std::string> arguments) override {
        if (detach_ && !options_.attach.empty())
            co_return report(c,
                             error(errc::malformed, "conflicting options: cannot specify both --attach and --detach"));
        auto request = options_.request(arguments, detach_);
        if (!request) co_return fail(c, request.error());
        auto const& config = request->config;
        if (config.attach_stdin && config.tty && !is_terminal(0))
            co_return report(c, error(errc::malformed, "the input device is not a TTY"));
        auto const keys = parse_detach_keys(detach_keys_);
        if (!keys) co_return fail(c, keys.error());
        if (auto const size = config.tty ? get_terminal_size(1) : std::nullopt)
            request->host_config.console_size = {size->rows, size->columns};
        auto const created = co_await create_container(c, options_, *request);
        if (!created) co_return fail(c, created.error());
        if (!detach_) co_return co_await run_attached(c, created->id, *request, *keys);
        if (auto started = co_await c.engine.start_container(created->id); !started) co_return fail(c, started.error());
        c.out.line(created->id);
        co_return exit_status::success;
    }

private:
    int fail(context& c, error const& e) {
        report_with_hint(c, e);
        return start_exit_status(e, exit_status::engine_failure);
    }

    awaitable<int> run_attached(context& c, std::string id, types::container_create_request const& request,
                                std::string keys) {
        auto const& config = request.config;
        client::attach_options wanted;
        wanted.in = config.attach_stdin;
        wanted.out = config.attach_stdout;
        wanted.err = config.attach_stderr;
        wanted.detach_keys = detach_keys_;
        run_connections connections;
        async::task_group opening(c.executor());
        opening.spawn(connections.attach(c.engine, id, std::move(wanted)));
        opening.spawn(connections.wait(c.engine, id, options_.auto_remove ? "removed" : "next-exit"));
        co_await opening.join();
        if (!*connections.streams) co_return fail(c, connections.streams->error());
        if (!*connections.exit) co_return fail(c, connections.exit->error());

        auto streams = std::move(**connections.streams);
        streams.set_multiplexed(!config.tty);
        session_options options;
        options.in = config.attach_stdin;
        options.tty = config.tty;
        options.detach_keys = std::move(keys);
        options.resize = [&c, id](terminal_size size) { return resize_container(c, id, size); };
        if (sig_proxy_) options.signal = [&c, id](std::string name) { return kill_container(c, id, std::move(name)); };
        std::optional<session> live;
        live.emplace(c, std::move(streams), std::move(options));
        if (auto started = co_await c.engine.start_container(id); !started) {
            live.reset(); // puts the terminal back
            if (options_.auto_remove) (void)co_await (*connections.exit)->get();
            co_return fail(c, started.error());
        }
        auto const ended = co_await live->run();
        live.reset();
        if (!ended) co_return fail(c, ended.error());
        if (*ended == session_end::detached) co_return exit_status::success;
        auto const status = co_await (*connections.exit)->get();
        if (!status) co_return fail(c, status.error());
        if (status->failure && !status->failure->message.empty()) {
            c.err.line("Error waiting for container: " + status->failure->message);
            co_return exit_status::engine_failure;
        }
        co_return static_cast<int>(status->status_code);
    }

    static awaitable<void> resize_container(context& c, std::string id, terminal_size size) {
        (void)co_await c.engine.resize_container(std::move(id), size.rows, size.columns); // the next change tries again
    }
    static awaitable<void> kill_container(context& c, std::string id, std::string name) {
        (void)co_await c.engine.kill_container(std::move(id), std::move(name)); // it may have ended meanwhile
    }

    container_options options_;
    bool detach_ = false;
    bool sig_proxy_ = true;
    std::string detach_keys_;
};

} // namespace detail

MOCKER_DECL std::unique_ptr<command> make_run_command() { return std::make_unique<detail::run_command>(); }
MOCKER_DECL std::unique_ptr<command> make_create_command() { return std::make_unique<detail::create_command>(); }

} // namespace mocker::cli

#endif
