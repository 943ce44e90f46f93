#ifndef MOCKER_TESTS_ENGINE_FAKE_RUNTIME_HPP
#define MOCKER_TESTS_ENGINE_FAKE_RUNTIME_HPP

#include <mocker/async/channel.hpp>
#include <mocker/async/event.hpp>
#include <mocker/core/time.hpp>
#include <mocker/runtime/runtime.hpp>

#include <signal.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <fstream>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace mocker::test {

/** A process that does what its first argument says: `true`, `false`, `exit N`, `echo TEXT`, `cat` (stdin to stdout),
    `sleep` (until a signal), `deaf` (until SIGKILL), `missing` and `directory` (cannot be executed). It writes its log in
    Docker's format, as the shim does. */
class fake_process final : public runtime::process, public std::enable_shared_from_this<fake_process> {
public:
    fake_process(asio::any_io_executor executor, std::vector<std::string> args, std::string log, pid_t pid)
        : executor_(executor), args_(std::move(args)), log_(std::move(log)), pid_(pid), changed_(executor) {}

    pid_t pid() const noexcept override { return ended_ ? -1 : pid_; }

    awaitable<result<>> start() override {
        auto const& name = args_.at(0);
        if (name == "missing")
            co_return error(errc::command_not_found, "exec: \"missing\": executable file not found in $PATH");
        if (name == "directory") co_return error(errc::command_not_executable, "exec: \"directory\": is a directory");
        if (name == "echo") write(runtime::output::stream::out, args_.at(1) + "\n");
        if (name == "true" || name == "echo") end(0, 0);
        if (name == "false") end(1, 0);
        if (name == "exit") end(std::stoi(args_.at(1)), 0);
        started_ = true;
        co_return result<>{};
    }

    awaitable<result<runtime::exit_status>> wait() override {
        auto const self = shared_from_this();
        while (!ended_) co_await changed_.wait();
        co_return status_;
    }

    awaitable<result<>> kill(int signal) override {
        if (ended_) co_return error::from_errno(ESRCH, "kill");
        signals_.push_back(signal);
        if (signal == SIGKILL || args_.at(0) != "deaf") end(128 + signal, signal);
        co_return result<>{};
    }

    awaitable<result<>> resize(std::uint16_t rows, std::uint16_t columns) override {
        size_ = {rows, columns};
        co_return result<>{};
    }

    awaitable<result<std::unique_ptr<runtime::attachment>>> attach(bool in, bool out, bool err) override;

    void write(runtime::output::stream from, std::string const& text) {
        if (!log_.empty()) {
            std::ofstream file(log_, std::ios::app);
            boost::json::object entry{{"log", text}, {"stream", from == runtime::output::stream::out ? "stdout" : "stderr"},
                                      {"time", to_rfc3339_nano(now())}};
            file << boost::json::serialize(entry) << '\n';
        }
        for (auto const& client : clients_) client->try_send({from, text});
    }

    void take_input(std::string_view text) {
        if (args_.at(0) == "cat") write(runtime::output::stream::out, std::string(text));
    }

    void end_input() {
        if (args_.at(0) == "cat") end(0, 0);
    }

    void end(int code, int signal) {
        if (ended_) return;
        ended_ = true;
        status_ = {code, signal, false, now()};
        for (auto const& client : clients_) client->close();
        changed_.notify_all();
    }

    std::vector<int> const& signals() const { return signals_; }
    std::pair<int, int> size() const { return size_; }
    bool ended() const { return ended_; }

private:
    asio::any_io_executor executor_;
    std::vector<std::string> args_;
    std::string log_;
    pid_t pid_;
    async::event changed_;
    bool started_ = false, ended_ = false;
    runtime::exit_status status_{};
    std::vector<int> signals_{};
    std::pair<int, int> size_{};
    std::list<std::shared_ptr<async::channel<runtime::output>>> clients_{};
};

class fake_attachment final : public runtime::attachment {
public:
    fake_attachment(std::shared_ptr<fake_process> of, std::shared_ptr<async::channel<runtime::output>> pieces, bool in)
        : process_(std::move(of)), pieces_(std::move(pieces)), in_(in) {}

    awaitable<result<std::optional<runtime::output>>> read() override {
        auto const pieces = pieces_;
        auto piece = co_await pieces->receive();
        co_return std::move(piece);
    }
    awaitable<result<>> write_stdin(std::string_view data) override {
        if (in_) process_->take_input(data);
        co_return result<>{};
    }
    awaitable<result<>> close_stdin() override {
        if (in_) process_->end_input();
        co_return result<>{};
    }

private:
    std::shared_ptr<fake_process> process_;
    std::shared_ptr<async::channel<runtime::output>> pieces_;
    bool in_;
};

inline awaitable<result<std::unique_ptr<runtime::attachment>>> fake_process::attach(bool in, bool, bool) {
    if (ended_) co_return error::from_errno(ESRCH, "attach");
    clients_.push_back(std::make_shared<async::channel<runtime::output>>(executor_, 1024));
    co_return std::unique_ptr<runtime::attachment>(std::make_unique<fake_attachment>(shared_from_this(), clients_.back(), in));
}

/// What outlives an engine: the processes, by their state directories.
struct fake_kernel {
    std::map<std::string, std::shared_ptr<fake_process>> processes{};
    std::vector<runtime::launch_request> launched{};
    std::vector<runtime::exec_request> executed{};
    std::mutex mutex{};                     ///< cleaning is done on another thread
    std::vector<std::string> cleaned{};     ///< IDs
    pid_t last_pid = 1000;
};

class fake_runtime final : public runtime::runtime {
public:
    fake_runtime(asio::any_io_executor executor, std::shared_ptr<fake_kernel> kernel)
        : executor_(std::move(executor)), kernel_(std::move(kernel)) {}

    awaitable<result<std::shared_ptr<mocker::runtime::process>>> create(mocker::runtime::launch_request request) override {
        auto made = std::make_shared<fake_process>(executor_, request.spec.process.args, request.log_path, ++kernel_->last_pid);
        if (!request.log_path.empty()) std::ofstream(request.log_path, std::ios::app).flush();
        kernel_->processes[request.state_directory] = made;
        kernel_->launched.push_back(std::move(request));
        co_return std::shared_ptr<mocker::runtime::process>(made);
    }

    awaitable<result<std::shared_ptr<mocker::runtime::process>>> exec(mocker::runtime::exec_request request) override {
        auto made = std::make_shared<fake_process>(executor_, request.process.args, std::string(), ++kernel_->last_pid);
        kernel_->executed.push_back(std::move(request));
        co_return std::shared_ptr<mocker::runtime::process>(made);
    }

    awaitable<result<std::shared_ptr<mocker::runtime::process>>> reattach(std::string state_directory) override {
        auto const found = kernel_->processes.find(state_directory);
        if (found == kernel_->processes.end()) co_return error(errc::not_found, "nothing was started in " + state_directory);
        co_return std::shared_ptr<mocker::runtime::process>(found->second);
    }

    result<> clean(std::string const& id, std::string const&, std::string const&) override {
        std::lock_guard const lock(kernel_->mutex);
        kernel_->cleaned.push_back(id);
        return {};
    }

private:
    asio::any_io_executor executor_;
    std::shared_ptr<fake_kernel> kernel_;
};

} // namespace mocker::test

#endif
