#ifndef MOCKER_IMAGE_DETAIL_POOL_PIPE_HPP
#define MOCKER_IMAGE_DETAIL_POOL_PIPE_HPP

#include <mocker/async/event.hpp>
#include <mocker/core/error.hpp>
#include <mocker/registry/sink.hpp>

#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mocker::image::detail {

/// What works on a stream of bytes and blocks while it does.
class blocking_sink {
public:
    virtual ~blocking_sink() = default;
    virtual result<> write(std::string_view bytes) = 0;
};

/// Counts the pipes of an operation, so that it ends only after what they made is gone from the disk.
class pipe_count {
public:
    explicit pipe_count(asio::any_io_executor executor) : changed_(std::move(executor)) {}

    void opened() { ++open_; }
    void closed() {
        --open_;
        changed_.notify_all();
    }
    /// Returns once the sinks of all pipes are destroyed.
    MOCKER_DECL awaitable<void> all_closed();

private:
    async::event changed_;
    std::size_t open_ = 0;
};

/** Carries bytes from the loop to a @ref blocking_sink on a pool, in order and through a bounded queue: whoever writes waits
    while the sink is behind, and no thread waits for bytes.

    The sink is used and destroyed on the pool. If the pipe is destroyed before its end, what is queued is still worked off.
    @par Cancellation of `write` or `run` leaves the pipe fit only to be destroyed. */
class pool_pipe final : public registry::sink {
public:
    MOCKER_DECL pool_pipe(asio::any_io_executor loop, asio::thread_pool& pool, std::shared_ptr<blocking_sink> target,
                          std::shared_ptr<pipe_count> count);
    MOCKER_DECL ~pool_pipe() override;
    pool_pipe(pool_pipe const&) = delete;
    pool_pipe& operator=(pool_pipe const&) = delete;

    /// Queues @p bytes. @par Errors what the sink made of earlier bytes.
    MOCKER_DECL awaitable<result<>> write(std::string_view bytes) override;

    /// Runs @p step on the pool, after all that was written, unless some of that failed.
    MOCKER_DECL awaitable<result<>> run(std::function<result<>()> step);

    /// The sink, for a step that is run at once: it must not be kept.
    std::shared_ptr<blocking_sink> const& target() const noexcept { return target_; }

private:
    struct progress {
        explicit progress(asio::any_io_executor executor) : changed(std::move(executor)) {}
        async::event changed;
        std::size_t queued = 0;      ///< bytes
        std::size_t steps_done = 0;
        std::optional<error> failed{};
    };

    void submit(std::function<result<>()> step, std::size_t bytes);
    void flush();

    asio::any_io_executor loop_;
    asio::strand<asio::thread_pool::executor_type> strand_;
    std::shared_ptr<blocking_sink> target_;
    std::shared_ptr<pipe_count> count_;
    std::shared_ptr<bool> stopped_; ///< used on the strand only: an earlier job failed
    std::shared_ptr<progress> progress_;
    std::string buffer_;
    std::size_t steps_ = 0;
};

} // namespace mocker::image::detail

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/image/impl/pool_pipe.ipp>
#endif
#endif
