#ifndef MOCKER_ENGINE_ENGINE_HPP
#define MOCKER_ENGINE_ENGINE_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/engine/attach.hpp>
#include <mocker/engine/container.hpp>
#include <mocker/engine/events.hpp>
#include <mocker/engine/exec.hpp>
#include <mocker/engine/log_reader.hpp>
#include <mocker/engine/options.hpp>
#include <mocker/engine/wait.hpp>
#include <mocker/image/store.hpp>
#include <mocker/network/bridge.hpp>
#include <mocker/types/container.hpp>
#include <mocker/types/exec.hpp>
#include <mocker/volume/store.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::engine {

/// A container that was made, and what the user should know.
struct created {
    std::string id{};
    std::vector<std::string> warnings{};
};

/** A container engine: images, containers and what they need, kept in two directories.

    Used from one strand, that of its executor. A container is named by its ID, a unique beginning of it, or its name
    with or without a slash. Operations on one container follow each other, those on different ones run side by side.
    Where an operation is not said to be cancellable, it goes on to its end when its caller is cancelled.

    @par Example
    @code
    MOCKER_TRY(engine, co_await engine::engine::open(executor, options));
    MOCKER_TRY(made, co_await engine->create("web", request));
    MOCKER_CHECK(co_await engine->start(made.id));
    @endcode */
class engine {
public:
    /** Opens the engine that lies in these directories, or a new one. Containers that ran when the last engine ended are
        taken over, exits since then are recorded, and what was half done is finished or undone.
        @par Errors of the file system and of the database; errc::unavailable if another engine has it open. */
    MOCKER_DECL static awaitable<result<std::unique_ptr<engine>>> open(asio::any_io_executor executor, engine_options options);

    /// The same with parts of your own.
    MOCKER_DECL static awaitable<result<std::unique_ptr<engine>>> open(asio::any_io_executor executor, engine_options options,
                                                                      engine_services services);

    /// Precondition: `shutdown` has returned, or the loop does not run any more.
    MOCKER_DECL ~engine();
    engine(engine const&) = delete;
    engine& operator=(engine const&) = delete;

    /// Ends everything that the engine does. Containers run on.
    MOCKER_DECL awaitable<void> shutdown();

    MOCKER_DECL engine_options const& options() const noexcept;
    MOCKER_DECL asio::any_io_executor executor() const;
    MOCKER_DECL image::store& images() noexcept;
    MOCKER_DECL volume::store& volumes() noexcept;
    /// The network `bridge`, made now if it was not needed before.
    MOCKER_DECL result<network::bridge*> bridge();
    /// What happens to containers is emitted by the engine; what happens to images, by whoever asks the image store.
    MOCKER_DECL event_bus& events() noexcept;

    /// @name Containers
    /// @{

    /** Makes a container of an image that is here already. An empty @p name has the engine invent one.
        @par Errors errc::not_found "No such image: X"; errc::conflict if the name is taken; errc::malformed for values
        that cannot be, errc::unsupported for what this engine does not do, both naming the field. */
    MOCKER_DECL awaitable<result<created>> create(std::string name, types::container_create_request request);

    /// @par Errors errc::not_found "No such container: X"; errc::malformed if several IDs begin so.
    MOCKER_DECL result<container_ptr> find(std::string_view name_or_id) const;

    /// All containers, the newest first.
    MOCKER_DECL std::vector<container_ptr> list() const;

    /** Starts a container.
        @par Errors errc::not_modified if it runs; errc::command_not_found, errc::command_not_executable and others with
        Docker's text, which is then also its `error`. */
    MOCKER_DECL awaitable<result<>> start(std::string ref);

    /** Stops it: @p signal (that of the container if empty), then SIGKILL after @p timeout_seconds (negative: never;
        absent: the container's own, or 10). Returns once it is down.
        @par Errors errc::not_modified if it is down already. */
    MOCKER_DECL awaitable<result<>> stop(std::string ref, std::optional<std::string> signal,
                                         std::optional<int> timeout_seconds);

    /// Stops it, if it runs, and starts it.
    MOCKER_DECL awaitable<result<>> restart(std::string ref, std::optional<std::string> signal,
                                            std::optional<int> timeout_seconds);

    /// Sends @p signal: a number or a name, with or without SIG; empty: SIGKILL.
    /// @par Errors errc::conflict if it does not run; errc::malformed for no signal.
    MOCKER_DECL awaitable<result<>> kill(std::string ref, std::string signal);

    /// Registers a waiter. It sees everything that happens after this returns.
    MOCKER_DECL result<wait_handle> register_wait(std::string_view ref, wait_condition condition);

    /** Removes a container, and with @p volumes its anonymous volumes.
        @par Errors errc::conflict if it runs and @p force is not set, or if it is being removed already. */
    MOCKER_DECL awaitable<result<>> remove(std::string ref, bool force, bool volumes);

    /// The size of its terminal. @par Errors errc::conflict if it does not run.
    MOCKER_DECL awaitable<result<>> resize(std::string ref, std::uint16_t rows, std::uint16_t columns);

    /** Connects to its streams, before its start or while it runs. A container that is down is waited for.
        @par Errors errc::conflict if it is paused or restarting. */
    MOCKER_DECL awaitable<result<std::unique_ptr<attach_session>>> attach(std::string ref, attach_options options);

    /// Opens its log. @par Errors errc::malformed without a stream; errc::unsupported with log driver `none`.
    MOCKER_DECL result<std::unique_ptr<log_reader>> logs(std::string_view ref, log_options options);
    /// @}

    /// @name Further processes in a container
    /// @{

    /// Prepares a process. The ID for the calls below. @par Errors errc::conflict if the container does not run.
    MOCKER_DECL result<std::string> create_exec(std::string_view ref, types::exec_config config);

    /** Starts it. The session is null with `detach`.
        @par Errors errc::not_found "No such exec instance: X"; errc::conflict if it was started before. */
    MOCKER_DECL awaitable<result<std::unique_ptr<attach_session>>> start_exec(std::string id, exec_start_options options);

    MOCKER_DECL result<exec_ptr> find_exec(std::string_view id) const;
    /// The running execs of a container.
    MOCKER_DECL std::vector<std::string> exec_ids(std::string_view container_id) const;
    MOCKER_DECL awaitable<result<>> resize_exec(std::string id, std::uint16_t rows, std::uint16_t columns);
    /// @}

    /// Internal: the engine's parts.
    struct core;

private:
    explicit engine(std::unique_ptr<core> c);

    std::unique_ptr<core> core_;
};

} // namespace mocker::engine

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/engine/impl/engine.ipp>
#endif
#endif
