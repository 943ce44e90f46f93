#ifndef MOCKER_HTTP_IMPL_STREAM_PAIR_IPP
#define MOCKER_HTTP_IMPL_STREAM_PAIR_IPP

#include <mocker/async/event.hpp>
#include <mocker/http/stream_pair.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

namespace mocker::http {
namespace detail {

/// One direction.
struct memory_pipe {
    memory_pipe(asio::any_io_executor const& executor, std::size_t size) : changed(executor), capacity(size) {}

    async::event changed;
    std::size_t capacity;
    std::string data{};
    bool ended = false;    // by the writer
    bool unwanted = false; // by the reader
};

/// Both directions, and who waits for whom to be gone.
struct memory_link {
    memory_link(asio::any_io_executor const& ex, std::size_t size) : executor(ex), pipes{{ex, size}, {ex, size}} {}

    asio::any_io_executor executor;
    memory_pipe pipes[2];
    bool gone[2] = {false, false};
    std::function<void(bool)> watches[2]{};
    bool watch_end[2] = {false, false};
};

class memory_stream final : public stream_interface {
public:
    memory_stream(std::shared_ptr<memory_link> link, int side) : link_(std::move(link)), side_(side) {}
    ~memory_stream() override { memory_stream::close(); }

    awaitable<result<std::size_t>> read_some(asio::mutable_buffer into) override {
        auto const keep = link_;
        auto& pipe = incoming();
        auto const before = cancelled_;
        while (pipe.data.empty() && !pipe.ended && !pipe.unwanted && before == cancelled_) co_await pipe.changed.wait();
        if (pipe.unwanted || (pipe.data.empty() && !pipe.ended)) co_return error(asio::error::operation_aborted);
        auto const size = std::min(pipe.data.size(), into.size());
        std::memcpy(into.data(), pipe.data.data(), size);
        pipe.data.erase(0, size);
        pipe.changed.notify_all();
        co_return size;
    }

    awaitable<result<>> write(std::span<asio::const_buffer const> data) override {
        auto const keep = link_;
        auto& pipe = outgoing();
        auto const before = cancelled_;
        for (auto piece : data) {
            while (piece.size() != 0) {
                if (pipe.unwanted || pipe.ended) co_return error(asio::error::broken_pipe);
                if (before != cancelled_) co_return error(asio::error::operation_aborted);
                auto const size = std::min(piece.size(), pipe.capacity - std::min(pipe.capacity, pipe.data.size()));
                pipe.data.append(static_cast<char const*>(piece.data()), size);
                piece += size;
                if (size == 0)
                    co_await pipe.changed.wait();
                else
                    pipe.changed.notify_all();
            }
        }
        co_return result<>{};
    }

    result<> shutdown_send() override {
        outgoing().ended = true;
        outgoing().changed.notify_all();
        wake_watch();
        return {};
    }

    void cancel() override {
        ++cancelled_;
        incoming().changed.notify_all();
        outgoing().changed.notify_all();
    }

    void close() override {
        unwatch();
        link_->gone[side_] = true;
        incoming().unwanted = true;
        incoming().data.clear();
        incoming().changed.notify_all();
        shutdown_send();
    }

    int native_handle() const override { return -1; }
    asio::any_io_executor executor() const override { return link_->executor; }

    void watch(bool end_is_gone, std::function<void(bool)> fired) override {
        link_->watches[side_] = std::move(fired);
        link_->watch_end[side_] = end_is_gone;
        wake(link_, side_);
    }

    void unwatch() override { link_->watches[side_] = nullptr; }

    bool tells_full_close() const override { return true; }

    bool is_quiet() const override {
        auto const& pipe = link_->pipes[side_];
        return pipe.data.empty() && !pipe.ended && !link_->pipes[1 - side_].unwanted;
    }

private:
    memory_pipe& incoming() { return link_->pipes[side_]; }
    memory_pipe& outgoing() { return link_->pipes[1 - side_]; }

    void wake_watch() { wake(link_, 1 - side_); }

    /// Tells @p side that the other one is gone, if that is so and it wants to know.
    static void wake(std::shared_ptr<memory_link> const& link, int side) {
        auto const is_gone = [side](memory_link const& l) {
            return l.gone[1 - side] || (l.watch_end[side] && l.pipes[side].ended);
        };
        if (!link->watches[side] || !is_gone(*link)) return;
        asio::post(link->executor, [link, side, is_gone] {
            if (!link->watches[side] || !is_gone(*link)) return;
            auto const fired = std::exchange(link->watches[side], nullptr);
            fired(true);
        });
    }

    std::shared_ptr<memory_link> link_;
    int side_;
    unsigned cancelled_ = 0;
};

} // namespace detail

MOCKER_DECL std::pair<any_stream, any_stream> make_stream_pair(asio::any_io_executor executor, std::size_t capacity) {
    auto const link = std::make_shared<detail::memory_link>(executor, std::max<std::size_t>(capacity, 1));
    return {any_stream(std::make_unique<detail::memory_stream>(link, 0)),
            any_stream(std::make_unique<detail::memory_stream>(link, 1))};
}

} // namespace mocker::http

#endif
