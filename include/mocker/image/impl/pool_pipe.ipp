#ifndef MOCKER_IMAGE_IMPL_POOL_PIPE_IPP
#define MOCKER_IMAGE_IMPL_POOL_PIPE_IPP

#include <mocker/image/detail/pool_pipe.hpp>

#include <boost/asio/post.hpp>

#include <exception>
#include <string>
#include <utility>

namespace mocker::image::detail {

inline constexpr std::size_t pipe_piece = std::size_t(128) << 10; ///< bytes that go to the pool at once
inline constexpr std::size_t pipe_limit = 3 * pipe_piece;         ///< bytes queued before the writer waits

MOCKER_DECL awaitable<void> pipe_count::all_closed() {
    while (open_ != 0) co_await changed_.wait();
}

MOCKER_DECL pool_pipe::pool_pipe(asio::any_io_executor loop, asio::thread_pool& pool, std::shared_ptr<blocking_sink> target,
                                 std::shared_ptr<pipe_count> count)
    : loop_(loop), strand_(asio::make_strand(pool)), target_(std::move(target)), count_(std::move(count)),
      stopped_(std::make_shared<bool>(false)), progress_(std::make_shared<progress>(std::move(loop))) {
    count_->opened();
}

MOCKER_DECL pool_pipe::~pool_pipe() {
    // Removing what was unpacked so far may take a while.
    asio::post(strand_, [last = std::move(target_), loop = loop_, count = std::move(count_)]() mutable {
        last.reset();
        asio::post(loop, [count = std::move(count)] { count->closed(); });
    });
}

MOCKER_DECL void pool_pipe::submit(std::function<result<>()> step, std::size_t bytes) {
    progress_->queued += bytes;
    bool const counts = bytes == 0;
    asio::post(strand_, [step = std::move(step), stopped = stopped_, loop = loop_, bytes, counts,
                         to = std::weak_ptr<progress>(progress_)]() mutable {
        std::optional<error> failed;
        if (!*stopped) {
            try {
                if (auto done = step(); !done) failed = std::move(done).error();
            } catch (std::exception const& e) {
                failed = error(errc::internal, e.what());
            }
            *stopped = failed.has_value();
        }
        step = nullptr; // what it holds belongs to the pool
        asio::post(loop, [to = std::move(to), failed = std::move(failed), bytes, counts] {
            auto const at = to.lock();
            if (!at) return;
            at->queued -= bytes;
            if (counts) ++at->steps_done;
            if (failed && !at->failed) at->failed = failed;
            at->changed.notify_all();
        });
    });
}

MOCKER_DECL void pool_pipe::flush() {
    if (buffer_.empty()) return;
    auto const size = buffer_.size();
    submit([target = target_, piece = std::exchange(buffer_, {})] { return target->write(piece); }, size);
}

MOCKER_DECL awaitable<result<>> pool_pipe::write(std::string_view bytes) {
    if (buffer_.capacity() < pipe_piece) buffer_.reserve(pipe_piece + bytes.size());
    buffer_ += bytes;
    if (buffer_.size() >= pipe_piece) flush();
    while (progress_->queued > pipe_limit && !progress_->failed) co_await progress_->changed.wait();
    if (progress_->failed) co_return *progress_->failed;
    co_return result<>{};
}

MOCKER_DECL awaitable<result<>> pool_pipe::run(std::function<result<>()> step) {
    flush();
    submit(std::move(step), 0);
    auto const number = ++steps_;
    while (progress_->steps_done < number) co_await progress_->changed.wait();
    if (progress_->failed) co_return *progress_->failed;
    co_return result<>{};
}

} // namespace mocker::image::detail

#endif
