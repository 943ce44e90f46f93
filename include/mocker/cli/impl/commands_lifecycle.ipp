#ifndef MOCKER_CLI_IMPL_COMMANDS_LIFECYCLE_IPP
#define MOCKER_CLI_IMPL_COMMANDS_LIFECYCLE_IPP

#include <mocker/async/task_group.hpp>
#include <mocker/cli/command.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace mocker::cli {
namespace detail {

/// A command that does the same to each container it is given, all at once, and prints their names.
class each_container_command : public command {
public:
    awaitable<int> run(context& c, flag_set const&, std::vector<std::string> arguments) override {
        std::vector<std::optional<result<std::string>>> results(arguments.size());
        async::task_group all(c.executor());
        for (std::size_t i = 0; i < arguments.size(); ++i) all.spawn(act_one(c, arguments[i], results[i]));
        co_await all.join();
        int status = exit_status::success;
        for (std::size_t i = 0; i < arguments.size(); ++i) {
            if (*results[i]) {
                c.out.line(**results[i]);
            } else {
                bool const forgiven = forgives(results[i]->error());
                report(c, results[i]->error());
                if (!forgiven) status = exit_status::failure;
            }
        }
        co_return status;
    }

protected:
    /// What to print of the container.
    virtual awaitable<result<std::string>> act(context& c, std::string container) = 0;
    /// An error that is printed and does not make the command fail.
    virtual bool forgives(error const&) const { return false; }

private:
    awaitable<void> act_one(context& c, std::string container, std::optional<result<std::string>>& into) {
        into.emplace(co_await act(c, std::move(container)));
    }
};

class stop_command : public each_container_command {
public:
    void declare(flag_set& flags) override {
        flags.add_text("signal", 's', options_.signal, "Signal to send to the container");
        flags.add_integer("timeout", 't', timeout_, "Seconds to wait before killing the container");
        flags.add_integer("time", 0, timeout_, "Seconds to wait before killing the container");
        flags.hide_last();
    }

protected:
    client::stop_options options() const {
        auto out = options_;
        if (timeout_) out.timeout = static_cast<int>(*timeout_);
        return out;
    }
    awaitable<result<std::string>> act(context& c, std::string container) override {
        MOCKER_CHECK(co_await c.engine.stop_container(container, options()));
        co_return container;
    }

private:
    client::stop_options options_;
    std::optional<std::int64_t> timeout_;
};

class restart_command final : public stop_command {
protected:
    awaitable<result<std::string>> act(context& c, std::string container) override {
        MOCKER_CHECK(co_await c.engine.restart_container(container, options()));
        co_return container;
    }
};

class kill_command final : public each_container_command {
public:
    void declare(flag_set& flags) override {
        flags.add_text("signal", 's', signal_, "Signal to send to the container");
    }

protected:
    awaitable<result<std::string>> act(context& c, std::string container) override {
        MOCKER_CHECK(co_await c.engine.kill_container(container, signal_));
        co_return container;
    }

private:
    std::string signal_;
};

class rm_command final : public each_container_command {
public:
    void declare(flag_set& flags) override {
        flags.add_switch("force", 'f', options_.force, "Force the removal of a running container (uses SIGKILL)");
        flags.add_switch("link", 'l', options_.link, "Remove the specified link");
        flags.add_switch("volumes", 'v', options_.volumes, "Remove anonymous volumes associated with the container");
    }

protected:
    awaitable<result<std::string>> act(context& c, std::string container) override {
        auto name = container;
        name.erase(0, name.find_first_not_of('/') == std::string::npos ? name.size() : name.find_first_not_of('/'));
        if (name.empty()) co_return error(errc::malformed, "container name cannot be empty");
        MOCKER_CHECK(co_await c.engine.remove_container(name, options_));
        co_return container;
    }
    bool forgives(error const& e) const override { return options_.force && e.code() == errc::not_found; }

private:
    client::remove_options options_;
};

class wait_command final : public each_container_command {
public:
    void declare(flag_set&) override {}

protected:
    awaitable<result<std::string>> act(context& c, std::string container) override {
        MOCKER_TRY(pending, co_await c.engine.wait_container(container, ""));
        MOCKER_TRY(status, co_await pending.get());
        if (status.failure && !status.failure->message.empty())
            co_return error(errc::internal, status.failure->message);
        co_return std::to_string(status.status_code);
    }
};

} // namespace detail

MOCKER_DECL std::unique_ptr<command> make_stop_command() { return std::make_unique<detail::stop_command>(); }
MOCKER_DECL std::unique_ptr<command> make_restart_command() { return std::make_unique<detail::restart_command>(); }
MOCKER_DECL std::unique_ptr<command> make_kill_command() { return std::make_unique<detail::kill_command>(); }
MOCKER_DECL std::unique_ptr<command> make_rm_command() { return std::make_unique<detail::rm_command>(); }
MOCKER_DECL std::unique_ptr<command> make_wait_command() { return std::make_unique<detail::wait_command>(); }

} // namespace mocker::cli

#endif
