#ifndef MOCKER_ENGINE_DETAIL_SESSIONS_HPP
#define MOCKER_ENGINE_DETAIL_SESSIONS_HPP

#include <mocker/engine/detail/core.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace mocker::engine::detail {

/// What a container's session and the engine share: the engine connects it when the container starts.
class container_session {
public:
    container_session(asio::any_io_executor executor, record_ptr of, attach_options wanted)
        : owner(std::move(of)), options(wanted), changed(std::move(executor)) {}

    record_ptr owner;
    attach_options options;
    std::unique_ptr<runtime::attachment> live{};
    std::unique_ptr<log_reader> replay{};  ///< while what was written before is read
    std::span<log_entry const> entries{};  ///< read from it and not given out
    bool ended = false;
    async::event changed;
};

/// A session as its user holds it. Its end tells the container, if that wants to know.
class attached_to_container final : public attach_session {
public:
    attached_to_container(std::weak_ptr<engine::core*> core, std::shared_ptr<container_session> session)
        : core_(std::move(core)), session_(std::move(session)) {}
    MOCKER_DECL ~attached_to_container() override;

    bool terminal() const noexcept override { return session_->owner->info.config.tty; }
    MOCKER_DECL awaitable<result<std::optional<runtime::output>>> read() override;
    MOCKER_DECL awaitable<result<>> write_stdin(std::string_view bytes) override;
    MOCKER_DECL awaitable<result<>> close_stdin() override;

private:
    MOCKER_DECL awaitable<result<std::optional<runtime::output>>> read_replay();

    /// True if there is a standard input to write to, now or once the container has started.
    MOCKER_DECL bool takes_input() const noexcept;

    std::weak_ptr<engine::core*> core_;
    std::shared_ptr<container_session> session_;
};

/// A session with an exec.
class attached_to_exec final : public attach_session {
public:
    attached_to_exec(exec_record_ptr e, std::unique_ptr<runtime::attachment> live) : exec_(std::move(e)), live_(std::move(live)) {}

    bool terminal() const noexcept override { return exec_->info.config.tty; }
    MOCKER_DECL awaitable<result<std::optional<runtime::output>>> read() override;
    MOCKER_DECL awaitable<result<>> write_stdin(std::string_view bytes) override;
    MOCKER_DECL awaitable<result<>> close_stdin() override;

private:
    exec_record_ptr exec_;
    std::unique_ptr<runtime::attachment> live_;
};

} // namespace mocker::engine::detail

#endif
