#ifndef MOCKER_RUNTIME_DETAIL_NATIVE_PROCESS_HPP
#define MOCKER_RUNTIME_DETAIL_NATIVE_PROCESS_HPP

#include <mocker/async/event.hpp>
#include <mocker/runtime/detail/seqpacket.hpp>
#include <mocker/runtime/failure.hpp>
#include <mocker/runtime/process.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace mocker::runtime::detail {

/// What is known of a process: filled by whoever reads its connection, shared with everybody who waits.
struct process_state {
    process_state(asio::any_io_executor executor, unique_fd connection, std::string directory, bool is_exec)
        : changed(executor), socket(std::move(executor), std::move(connection)), state_directory(std::move(directory)),
          exec(is_exec) {}

    async::event changed;
    seqpacket socket;
    std::string state_directory;
    bool exec;
    pid_t pid = -1;
    bool ready = false, started = false, start_requested = false, closed = false;
    bool sending = false;
    std::optional<exit_status> ended{};
    std::optional<error> failure{};
    std::uint64_t asked = 0;                             ///< requests that were sent and are answered in order
    std::deque<std::pair<std::uint64_t, int>> answers{}; ///< number of the request, errno
    std::uint64_t answered = 0;
};

/// Reads the connection of a process until it ends.
MOCKER_DECL awaitable<void> read_shim(std::shared_ptr<process_state> state);

/// The exit status that a shim left in a state directory. @par Errors `ENOENT`: none.
MOCKER_DECL result<exit_status> read_exit_file(std::string const& state_directory);

/// The connection of one client to the streams of a process.
class native_attachment final : public attachment {
public:
    MOCKER_DECL native_attachment(asio::any_io_executor executor, unique_fd connection);
    MOCKER_DECL awaitable<result<>> begin(bool in, bool out, bool err);
    MOCKER_DECL awaitable<result<std::optional<output>>> read() override;
    MOCKER_DECL awaitable<result<>> write_stdin(std::string_view data) override;
    MOCKER_DECL awaitable<result<>> close_stdin() override;

private:
    seqpacket socket_;
    std::string buffer_;
    bool ended_ = false;
};

class native_process final : public process {
public:
    explicit native_process(std::shared_ptr<process_state> state) : state_(std::move(state)) {}
    MOCKER_DECL ~native_process() override;
    /// Awaits the shim's word that the process waits at its gate, or runs.
    MOCKER_DECL awaitable<result<>> ready();

    pid_t pid() const noexcept override { return state_->pid; }
    MOCKER_DECL awaitable<result<>> start() override;
    MOCKER_DECL awaitable<result<exit_status>> wait() override;
    MOCKER_DECL awaitable<result<>> kill(int signal) override;
    MOCKER_DECL awaitable<result<>> resize(std::uint16_t rows, std::uint16_t columns) override;
    MOCKER_DECL awaitable<result<std::unique_ptr<attachment>>> attach(bool in, bool out, bool err) override;

private:
    MOCKER_DECL awaitable<result<>> send(std::string message);
    MOCKER_DECL awaitable<result<int>> ask(std::string message);

    std::shared_ptr<process_state> state_;
};

} // namespace mocker::runtime::detail

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/runtime/impl/native_process.ipp>
#endif
#endif
