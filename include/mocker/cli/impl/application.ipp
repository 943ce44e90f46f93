#ifndef MOCKER_CLI_IMPL_APPLICATION_IPP
#define MOCKER_CLI_IMPL_APPLICATION_IPP

#include <mocker/cli/application.hpp>
#include <mocker/cli/command.hpp>
#include <mocker/cli/engine_starter.hpp>
#include <mocker/cli/help.hpp>
#include <mocker/cli/terminal.hpp>
#include <mocker/version.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <utility>

namespace mocker::cli {
namespace detail {

MOCKER_DECL std::string environment(char const* name) {
    char const* const value = std::getenv(name);
    return value ? value : "";
}

MOCKER_DECL std::size_t help_columns() {
    auto const size = get_terminal_size(1);
    return size && size->columns > 1 ? size->columns : 80;
}

/// The flags before the command.
struct global_options {
    std::string config =
        environment("DOCKER_CONFIG").empty() ? environment("HOME") + "/.docker" : environment("DOCKER_CONFIG");
    std::vector<std::string> hosts{};
    bool tls = !environment("DOCKER_TLS").empty(), tls_verify = !environment("DOCKER_TLS_VERIFY").empty(),
         version = false;
    std::string ca, certificate, key;

    void declare(flag_set& flags) {
        flags.set_interspersed(false);
        flags.add_text("config", 0, config, "Location of client config files", "\"" + config + "\"");
        flags.add_list("host", 'H', hosts, "Daemon socket to connect to");
        flags.add_switch("tls", 0, tls, "Use TLS; implied by --tlsverify");
        flags.add_text("tlscacert", 0, ca, "Trust certs signed only by this CA", "\"" + config + "/ca.pem\"");
        flags.add_text("tlscert", 0, certificate, "Path to TLS certificate file", "\"" + config + "/cert.pem\"");
        flags.add_text("tlskey", 0, key, "Path to TLS key file", "\"" + config + "/key.pem\"");
        flags.add_switch("tlsverify", 0, tls_verify, "Use TLS and verify the remote");
        flags.add_switch("version", 'v', version, "Print version information and quit");
        flags.refuse("--context -c --debug -D --log-level -l");
    }

    /// Empty: the default, where an engine may be started.
    std::string host_text() const {
        if (!hosts.empty()) return hosts.back();
        auto const own = environment("MOCKER_HOST");
        return own.empty() ? environment("DOCKER_HOST") : own;
    }

    result<client::host> host() const {
        if (hosts.size() > 1) return error(errc::malformed, "specify only one -H");
        auto const text = host_text();
        if (text.empty()) return client::host();
        MOCKER_TRY_RETURN(parsed, client::host::parse(text, tls || tls_verify));
        auto const directory = environment("DOCKER_CERT_PATH").empty() ? config : environment("DOCKER_CERT_PATH");
        parsed.tls.verify = tls_verify;
        auto const file = [&](std::string const& given, char const* name) {
            auto const path = given.empty() ? directory + "/" + name : given;
            return !given.empty() || ::access(path.c_str(), R_OK) == 0 ? path : std::string();
        };
        parsed.tls.ca_file = file(ca, "ca.pem");
        parsed.tls.certificate_file = file(certificate, "cert.pem");
        parsed.tls.key_file = file(key, "key.pem");
        return parsed;
    }
};

struct found_command {
    command_entry const* entry = nullptr;
    std::string typed{};
    std::size_t words = 0;
};

/// The command that @p words begin with: one word, or a group and one of its commands.
MOCKER_DECL found_command find_command(std::vector<std::string> const& words) {
    for (std::size_t count = std::min<std::size_t>(2, words.size()); count > 0; --count) {
        auto const typed = count == 2 ? words[0] + " " + words[1] : words[0];
        for (auto const& entry : command_table())
            if (std::find(entry.names.begin(), entry.names.end(), typed) != entry.names.end())
                return {&entry, typed, count};
    }
    return {};
}

/// What is said to words that are no command, and the exit status.
MOCKER_DECL int explain_unknown(std::vector<std::string> const& words, output& out, output& err) {
    auto const& group = words[0];
    if (group_summary(group).empty()) {
        err.write("mocker: unknown command: mocker " + group + "\n\nRun 'mocker --help' for more information\n");
        return exit_status::failure;
    }
    if (words.size() == 1 || words[1] == "--help") {
        out.write(group_help(group));
        return exit_status::success;
    }
    if (words[1].starts_with('-')) {
        auto const kind = words[1].starts_with("--")
                              ? "unknown flag: " + words[1]
                              : "unknown shorthand flag: '" + words[1].substr(1, 1) + "' in " + words[1];
        err.write(kind + usage_hint("mocker " + group + " COMMAND", group));
        return exit_status::engine_failure;
    }
    err.write("mocker: unknown command: mocker " + group + " " + words[1] + usage_hint("mocker " + group, group));
    return exit_status::failure;
}

MOCKER_DECL awaitable<void> run_command_on(context& c, command& what, flag_set const& flags,
                                           std::vector<std::string> arguments, int& status) {
    status = co_await what.run(c, flags, std::move(arguments));
}

/// Runs @p what on a loop of its own.
MOCKER_DECL int run_on_loop(global_options const& globals, std::string const& shown, command& what,
                            flag_set const& flags, std::vector<std::string> arguments) {
    auto const host = globals.host();
    output err(2);
    if (!host) {
        err.line("Failed to initialize: unable to resolve docker endpoint: " + host.error().message());
        return exit_status::failure;
    }
    asio::io_context loop(1);
    context c(loop.get_executor(), *host, globals.config);
    c.command = shown;
    bool const may_start = globals.host_text().empty();
    auto const socket = host->to.host;
    if (may_start) c.engine.set_recovery([&c, socket] { return start_engine(c.executor(), socket, c.err); });
    int status = exit_status::failure;
    std::exception_ptr thrown;
    asio::co_spawn(loop, run_command_on(c, what, flags, std::move(arguments), status), [&](std::exception_ptr e) {
        thrown = e;
        loop.stop(); // idle connections need not be waited for
    });
    loop.run();
    restore_terminal();
    c.out.flush();
    if (thrown) std::rethrow_exception(thrown);
    return status;
}

} // namespace detail

MOCKER_DECL int run_application(std::vector<std::string> const& arguments) {
    std::signal(SIGPIPE, SIG_IGN);
    output out(1), err(2);
    detail::global_options globals;
    flag_set global_flags;
    globals.declare(global_flags);
    auto words = global_flags.parse(arguments);
    if (!words) {
        err.write(words.error().message() + usage_hint("mocker [OPTIONS] COMMAND [ARG...]", ""));
        return exit_status::engine_failure;
    }
    if (globals.version) {
        out.line(std::string("mocker version ") + mocker::version);
        return exit_status::success;
    }
    bool const asks = !words->empty() && words->front() == "help";
    if (asks) words->erase(words->begin());
    if (global_flags.wants_help() || words->empty()) {
        out.write(program_help(global_flags, detail::help_columns()));
        return exit_status::success;
    }
    auto const found = detail::find_command(*words);
    if (!found.entry) return detail::explain_unknown(*words, out, err);
    auto const& entry = *found.entry;
    auto const shown = shown_name(entry, found.typed);
    auto const action = entry.make();
    flag_set flags;
    action->declare(flags);
    flags.refuse(entry.refused);
    flags.set_interspersed(entry.interspersed);
    auto const positional = flags.parse({words->begin() + static_cast<std::ptrdiff_t>(found.words), words->end()});
    if (!positional) {
        err.write(positional.error().message() + usage_hint(use_line(entry, shown), shown));
        return exit_status::engine_failure;
    }
    if (flags.wants_help() || asks) {
        if (flags.wants_help_by_shorthand()) {
            err.line("Flag shorthand -h has been deprecated, use --help");
            err.flush();
        }
        out.write(command_help(entry, shown, flags, detail::help_columns()));
        return exit_status::success;
    }
    if (auto const wrong = argument_error(entry, shown, positional->size()); !wrong.empty()) {
        err.write(wrong);
        return exit_status::failure;
    }
    return detail::run_on_loop(globals, shown, *action, flags, *positional);
}

} // namespace mocker::cli

#endif
