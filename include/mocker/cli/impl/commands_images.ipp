#ifndef MOCKER_CLI_IMPL_COMMANDS_IMAGES_IPP
#define MOCKER_CLI_IMPL_COMMANDS_IMAGES_IPP

#include <mocker/cli/command.hpp>
#include <mocker/cli/container_options.hpp>
#include <mocker/cli/input.hpp>
#include <mocker/cli/progress_display.hpp>
#include <mocker/cli/terminal.hpp>
#include <mocker/core/file.hpp>
#include <mocker/oci/reference.hpp>

#include <boost/json/object.hpp>

#include <fcntl.h>

#include <memory>
#include <utility>

namespace mocker::cli {
namespace detail {

/// Bytes of a file, or of the standard input, for the body of a request.
MOCKER_DECL http::body_source read_from(std::shared_ptr<unique_fd> file, std::shared_ptr<input> in) {
    return [file, in](asio::mutable_buffer into) { return in->read_some(into); };
}

MOCKER_DECL result<http::body_source> open_archive(context& c, std::string const& path) {
    auto file = std::make_shared<unique_fd>();
    if (path != "-") {
        auto opened = open_file(path, O_RDONLY);
        if (!opened) {
            bool const missing = opened.error().code().value() == ENOENT;
            return missing ? error(errc::not_found, "open " + path + ": no such file or directory") : opened.error();
        }
        *file = std::move(*opened);
    }
    auto in = std::make_shared<input>(c.executor(), path == "-" ? 0 : file->get());
    return read_from(std::move(file), std::move(in));
}

class pull_command final : public command {
public:
    void declare(flag_set& flags) override {
        flags.add_text("platform", 0, platform_, "Set platform if server is multi-platform capable");
        flags.add_switch("quiet", 'q', quiet_, "Suppress verbose output");
    }

    awaitable<int> run(context& c, flag_set const&, std::vector<std::string> arguments) override {
        auto const pulled = co_await pull(c, arguments.front());
        co_return pulled ? exit_status::success : report(c, pulled.error());
    }

private:
    awaitable<result<>> pull(context& c, std::string name) {
        MOCKER_TRY(bare, oci::parse_reference_without_default(name));
        MOCKER_TRY(full, oci::parse_reference(name));
        MOCKER_TRY(platform, normalize_platform(platform_));
        if (bare.tag.empty() && !bare.digest && !quiet_) c.out.line("Using default tag: latest");
        MOCKER_CHECK(co_await pull_image(c, name, platform, c.out, quiet_));
        c.out.line(full.text());
        co_return result<>{};
    }

    std::string platform_;
    bool quiet_ = false;
};

class import_command final : public command {
public:
    void declare(flag_set& flags) override {
        flags.add_list("change", 'c', options_.changes, "Apply Dockerfile instruction to the created image");
        flags.add_text("message", 'm', options_.message, "Set commit message for imported image");
        flags.add_text("platform", 0, options_.platform, "Set platform if server is multi-platform capable");
    }

    awaitable<int> run(context& c, flag_set const&, std::vector<std::string> arguments) override {
        auto const imported = co_await import(c, std::move(arguments));
        co_return imported ? exit_status::success : report(c, imported.error());
    }

private:
    awaitable<result<>> import(context& c, std::vector<std::string> arguments) {
        auto const& source = arguments.front();
        if (arguments.size() > 1) {
            MOCKER_CHECK(oci::parse_reference_without_default(arguments[1]));
            options_.repository = arguments[1]; // with its tag, as docker sends it
        }
        if (source.starts_with("http://") || source.starts_with("https://"))
            co_return error(errc::unsupported, "import of a URL is not supported: " + source);
        MOCKER_TRY(archive, open_archive(c, source));
        MOCKER_TRY(progress, co_await c.engine.import_image(options_, std::move(archive)));
        co_return co_await show_progress(progress, c.out);
    }

    client::import_options options_;
};

class load_command final : public command {
public:
    void declare(flag_set& flags) override {
        flags.add_text("input", 'i', input_, "Read from tar archive file, instead of STDIN");
        flags.add_switch("quiet", 'q', quiet_, "Suppress the load output");
    }

    awaitable<int> run(context& c, flag_set const&, std::vector<std::string>) override {
        if (input_.empty() && is_terminal(0))
            co_return report(c, error(errc::malformed, "requested load from stdin, but stdin is empty"));
        auto const loaded = co_await load(c);
        co_return loaded ? exit_status::success : report(c, loaded.error());
    }

private:
    awaitable<result<>> load(context& c) {
        MOCKER_TRY(archive, open_archive(c, input_.empty() ? "-" : input_));
        bool const quiet = quiet_ || !is_terminal(1);
        MOCKER_TRY(progress, co_await c.engine.load_images(std::move(archive), quiet));
        co_return co_await show_progress(progress, c.out);
    }

    std::string input_;
    bool quiet_ = false;
};

class rmi_command final : public command {
public:
    void declare(flag_set& flags) override {
        flags.add_switch("force", 'f', force_, "Force removal of the image");
        flags.add_switch("no-prune", 0, no_prune_, "Do not delete untagged parents");
    }

    awaitable<int> run(context& c, flag_set const&, std::vector<std::string> arguments) override {
        int status = exit_status::success;
        for (auto const& name : arguments) {
            auto const removed = co_await c.engine.remove_image(name, force_, no_prune_);
            if (!removed) {
                report(c, removed.error());
                if (!force_ || removed.error().code() != errc::not_found) status = exit_status::failure;
                continue;
            }
            for (auto const& item : *removed)
                c.out.line(item.deleted.empty() ? "Untagged: " + item.untagged : "Deleted: " + item.deleted);
        }
        co_return status;
    }

private:
    bool force_ = false, no_prune_ = false;
};

class tag_command final : public command {
public:
    void declare(flag_set&) override {}

    awaitable<int> run(context& c, flag_set const&, std::vector<std::string> arguments) override {
        auto const target = oci::parse_reference(arguments[1]);
        if (!target)
            co_return report(
                c, error(errc::malformed, "Error parsing reference: \"" + arguments[1] +
                                              "\" is not a valid repository/tag: " + target.error().message()));
        auto const tagged = co_await c.engine.tag_image(arguments[0], target->familiar_name(), target->tag);
        co_return tagged ? exit_status::success : report(c, tagged.error());
    }
};

} // namespace detail

MOCKER_DECL awaitable<result<>> pull_image(context& c, std::string name, std::string platform, output& to, bool quiet) {
    MOCKER_TRY(reference, oci::parse_reference(name));
    auto const authorization = registry_authorization(c.config_directory, reference.domain);
    MOCKER_TRY(progress,
               co_await c.engine.pull_image(reference.name(), reference.version(), std::move(platform), authorization));
    if (!quiet) co_return co_await show_progress(progress, to);
    for (;;) {
        MOCKER_TRY(message, co_await progress.next());
        if (!message) co_return result<>{};
        if (message->error_detail) co_return error(errc::internal, message->error_detail->message);
        if (!message->error.empty()) co_return error(errc::internal, message->error);
    }
}

MOCKER_DECL std::unique_ptr<command> make_pull_command() { return std::make_unique<detail::pull_command>(); }
MOCKER_DECL std::unique_ptr<command> make_import_command() { return std::make_unique<detail::import_command>(); }
MOCKER_DECL std::unique_ptr<command> make_load_command() { return std::make_unique<detail::load_command>(); }
MOCKER_DECL std::unique_ptr<command> make_rmi_command() { return std::make_unique<detail::rmi_command>(); }
MOCKER_DECL std::unique_ptr<command> make_tag_command() { return std::make_unique<detail::tag_command>(); }

} // namespace mocker::cli

#endif
