// Before the guard: it brings the bodies, which need this header.
#include <mocker/http/server.hpp>

#ifndef MOCKER_HTTP_DETAIL_CONNECTION_HPP
#define MOCKER_HTTP_DETAIL_CONNECTION_HPP

#include <mocker/http/detail/message_reader.hpp>

#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace mocker::http::detail {

/** One connection of a server: requests and answers, one after the other, in one coroutine.

    Time is not its business: it only says until when it should have moved on, and the server's one timer looks after
    all connections. */
class connection {
public:
    using clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds watch_delay{50}; ///< quick requests are never watched

    MOCKER_DECL connection(std::shared_ptr<server::state> owner, any_stream stream);
    connection(connection const&) = delete;
    connection& operator=(connection const&) = delete;

    /// Serves until the client or the server has enough.
    MOCKER_DECL awaitable<void> run();

    // What the server does with it, from outside the coroutine.
    MOCKER_DECL clock::time_point check(clock::time_point now); ///< acts on what is due; when to look again
    MOCKER_DECL void stop_if_idle();
    MOCKER_DECL void end();
    asio::cancellation_slot slot() noexcept { return ended_.slot(); }

    // What request and response do with it.
    MOCKER_DECL awaitable<result<std::size_t>> read_body(asio::mutable_buffer into);
    MOCKER_DECL awaitable<result<>> send(unsigned status, std::string_view body, std::string_view content_type);
    MOCKER_DECL awaitable<result<>> begin(unsigned status, std::string_view content_type);
    MOCKER_DECL awaitable<result<>> write(std::string_view piece);
    MOCKER_DECL awaitable<result<any_stream>> hijack(std::string_view content_type);
    any_stream& stream() noexcept { return stream_; }
    message_reader<true> const& reader() const noexcept { return reader_; }

private:
    enum class phase { idle, header, handling, hijacked, closing };
    struct refusal {
        unsigned status = 0; // 0: nothing is wrong
        std::string message{};
    };

    MOCKER_DECL awaitable<bool> exchange();
    MOCKER_DECL awaitable<result<bool>> read_header();
    MOCKER_DECL refusal prepare();
    MOCKER_DECL awaitable<error> handle();
    MOCKER_DECL awaitable<bool> conclude(error failure);
    MOCKER_DECL awaitable<bool> drain();
    MOCKER_DECL awaitable<void> refuse(refusal why);
    MOCKER_DECL awaitable<void> linger();

    MOCKER_DECL void set_deadline(std::chrono::nanoseconds limit);
    MOCKER_DECL void watch();
    MOCKER_DECL void watch_after(std::chrono::milliseconds delay);
    MOCKER_DECL void stop_watching();
    MOCKER_DECL bool may_keep_alive() const;
    MOCKER_DECL void format_head(unsigned status, std::string_view content_type);
    MOCKER_DECL void format_common_fields();

    std::shared_ptr<server::state> owner_;
    any_stream stream_;
    message_reader<true> reader_;
    request request_;
    response response_;
    std::string head_{}; // of the answer; kept for its memory
    asio::cancellation_signal ended_;
    phase phase_ = phase::idle;
    clock::time_point deadline_ = clock::time_point::max();
    clock::time_point watch_at_ = clock::time_point::max();
    bool first_ = true;
    bool expired_ = false;
    bool keep_alive_ = true;
    bool expects_continue_ = false;
    bool body_broken_ = false; // nothing can follow it
};

} // namespace mocker::http::detail

#endif
