#ifndef MOCKER_HTTP_IMPL_CONNECTION_IPP
#define MOCKER_HTTP_IMPL_CONNECTION_IPP

#include <mocker/core/error_table.hpp>
#include <mocker/http/detail/connection.hpp>
#include <mocker/http/detail/error_body.hpp>
#include <mocker/http/detail/server_state.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace mocker::http::detail {

inline constexpr std::size_t drain_limit = 256 * 1024; // of a body that the handler did not want
inline constexpr std::chrono::milliseconds watch_again_delay{1'000};
inline constexpr std::chrono::milliseconds linger_limit{2'000};

MOCKER_DECL connection::connection(std::shared_ptr<server::state> owner, any_stream stream)
    : owner_(std::move(owner)), stream_(std::move(stream)), reader_(owner_->options.header_limit),
      request_(*this, reader_.head()), response_(*this) {}

MOCKER_DECL awaitable<void> connection::run() {
    bool more = true; // g++ 12 miscompiles co_await in a condition with no local variable in scope
    while (more) more = co_await exchange();
    stream_.close();
}

/// One request and its answer. False if it was the last one.
MOCKER_DECL awaitable<bool> connection::exchange() {
    reader_.restart(owner_->options.body_limit);
    request_.reset();
    response_.reset();
    auto const header = co_await read_header();
    deadline_ = clock::time_point::max();
    if (!header) {
        auto const code = header.error().code();
        refusal why{status_of_failure(code), text_of_failure(code)};
        co_await refuse(std::move(why));
        co_return false;
    }
    if (!*header) co_return false;
    first_ = false;
    if (auto wrong = prepare(); wrong.status != 0) {
        co_await refuse(std::move(wrong));
        co_return false;
    }
    co_return co_await conclude(co_await handle());
}

/// True when a header is there; false if the connection is over without one.
MOCKER_DECL awaitable<result<bool>> connection::read_header() {
    phase_ = phase::idle;
    set_deadline(first_ ? owner_->options.header_timeout : owner_->options.idle_timeout);
    for (;;) {
        MOCKER_TRY(complete, reader_.parse_header());
        if (complete) co_return true;
        if (!reader_.has_started() && owner_->stopping) co_return false;
        if (reader_.has_started() && phase_ == phase::idle) {
            phase_ = phase::header;
            set_deadline(owner_->options.header_timeout);
        }
        auto const got = co_await reader_.fill(stream_);
        if (!got && expired_ && reader_.has_started()) co_return error(asio::error::timed_out);
        if (!got || (*got == 0 && !reader_.has_started())) co_return false;
        if (*got == 0) co_return error(beast_http::error::partial_message);
    }
}

/// What RFC 9112 asks of a request beyond what the parser checks; sets up the request.
MOCKER_DECL connection::refusal connection::prepare() {
    auto const& head = reader_.head();
    expects_continue_ = body_broken_ = false;
    if (head.version >= 11 && head.header.count("Host") != 1)
        return {400, "malformed request: exactly one Host header is required"};
    if (head.header.contains("Transfer-Encoding")) {
        if (head.version < 11) return {400, "malformed request: Transfer-Encoding in HTTP/1.0"};
        if (!iequals(head.header["Transfer-Encoding"], "chunked")) return {501, "unsupported transfer encoding"};
    }
    if (auto const expected = head.header["Expect"]; !expected.empty() && head.version >= 11) {
        if (!iequals(expected, "100-continue")) return {417, "unsupported expectation"};
        expects_continue_ = !reader_.is_done();
    }
    if (auto const path = request_.split_target(); !path) return {400, path.error().message()};
    return {};
}

/// Runs the handler. Why there is no answer, or no complete one; rethrows if the client is gone.
MOCKER_DECL awaitable<error> connection::handle() {
    auto const* const answer = owner_->routes->find(request_);
    if (answer == nullptr) co_return error(errc::not_found, "page not found");
    phase_ = phase::handling;
    watch_after(watch_delay);
    std::exception_ptr thrown;
    error failure;
    try {
        if (auto const done = co_await (*answer)(request_, response_); !done) failure = done.error();
    } catch (...) {
        thrown = std::current_exception();
    }
    stop_watching();
    auto const cancellation = co_await asio::this_coro::cancellation_state;
    if (thrown) {
        if (cancellation.cancelled() != asio::cancellation_type::none) std::rethrow_exception(thrown);
        co_return error(errc::internal, text_of_exception(thrown));
    }
    if (!failure.code().failed() && !response_.begun()) co_return error(errc::internal, "the handler gave no answer");
    co_return failure;
}

/// Ends the answer, or gives one about @p failure. True if another request may follow.
MOCKER_DECL awaitable<bool> connection::conclude(error failure) {
    bool const hijacked = response_.state_ == response::state::hijacked;
    if (hijacked) co_return false;
    if (failure.code().failed()) {
        if (response_.begun()) co_return false; // broken off: the client sees that the answer is not whole
        auto const body = error_body(failure.message());
        if (!co_await send(http_status(failure), body, "application/json")) co_return false;
    }
    bool const streaming = response_.state_ == response::state::streaming;
    if (streaming) {
        response_.state_ = response::state::complete;
        if (response_.chunked_ && !response_.bodiless_) {
            auto const ended = co_await stream_.write(std::string_view("0\r\n\r\n"));
            if (!ended) co_return false;
        }
    }
    bool read_whole = reader_.is_done();
    if (!read_whole && keep_alive_) read_whole = co_await drain();
    if (!read_whole) co_await linger();
    co_return read_whole&& keep_alive_;
}

/// Reads what is left of a body, if it is little. True if it has been read.
MOCKER_DECL awaitable<bool> connection::drain() {
    phase_ = phase::closing;
    set_deadline(owner_->options.header_timeout);
    char unwanted[4096];
    for (std::size_t total = 0; total < drain_limit;) {
        auto const got = co_await reader_.read_body(stream_, asio::buffer(unwanted));
        if (!got) co_return false;
        if (*got == 0) co_return true;
        total += *got;
    }
    co_return false;
}

/// Answers what is not a request, and leaves the client time to read that.
MOCKER_DECL awaitable<void> connection::refuse(refusal why) {
    phase_ = phase::closing;
    set_deadline(linger_limit);
    response_.reset();
    keep_alive_ = false;
    auto const body = error_body(why.message);
    if (co_await send(why.status, body, "application/json")) co_await linger();
}

/// Closing while the client still sends would destroy the answer on its way: waits for the end of what it sends.
MOCKER_DECL awaitable<void> connection::linger() {
    phase_ = phase::closing;
    set_deadline(linger_limit);
    if (!stream_.shutdown_send()) co_return;
    char unwanted[4096];
    for (;;) {
        auto const got = co_await stream_.read_some(asio::buffer(unwanted));
        if (!got || *got == 0) co_return;
    }
}

MOCKER_DECL void connection::set_deadline(std::chrono::nanoseconds limit) {
    expired_ = false;
    deadline_ = clock::now() + std::chrono::duration_cast<clock::duration>(limit);
    owner_->look_at(deadline_);
}

MOCKER_DECL connection::clock::time_point connection::check(clock::time_point now) {
    if (deadline_ <= now) {
        // If nothing waits at this moment it will be found out of time again.
        expired_ = true;
        stream_.cancel();
        return now + watch_delay;
    }
    if (watch_at_ <= now) {
        watch_at_ = clock::time_point::max();
        if (phase_ == phase::handling) watch();
    }
    return std::min(deadline_, watch_at_);
}

MOCKER_DECL void connection::stop_if_idle() {
    if (phase_ == phase::idle) stream_.cancel();
}

MOCKER_DECL void connection::end() { ended_.emit(asio::cancellation_type::terminal); }

MOCKER_DECL void connection::watch_after(std::chrono::milliseconds delay) {
    watch_at_ = clock::now() + delay;
    owner_->look_at(watch_at_);
}

MOCKER_DECL void connection::watch() {
    auto* const transport = stream_.transport();
    if (transport == nullptr) return;
    auto const streaming = response_.state_ == response::state::streaming;
    auto const end_is_gone = streaming && reader_.is_done() && !transport->tells_full_close();
    transport->watch(end_is_gone, [this](bool gone) {
        if (gone) return end();
        watch_after(watch_again_delay);
    });
}

MOCKER_DECL void connection::stop_watching() {
    watch_at_ = clock::time_point::max();
    if (auto* const transport = stream_.transport()) transport->unwatch();
}

} // namespace mocker::http::detail

#endif
