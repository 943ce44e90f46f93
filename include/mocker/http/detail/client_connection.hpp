// Before the guard: it brings the bodies, which need this header.
#include <mocker/http/client.hpp>

#ifndef MOCKER_HTTP_DETAIL_CLIENT_CONNECTION_HPP
#define MOCKER_HTTP_DETAIL_CLIENT_CONNECTION_HPP

#include <mocker/http/detail/message_reader.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mocker::http::detail {

/// The connections of a client that wait for another request.
struct client_pool : std::enable_shared_from_this<client_pool> {
    using clock = std::chrono::steady_clock;
    struct idle_stream {
        any_stream stream;
        clock::time_point since;
    };

    client_pool(asio::any_io_executor ex, client_options o) : executor(std::move(ex)), options(std::move(o)) {}

    /// The one used last that is still good; or none.
    MOCKER_DECL any_stream take_idle();
    MOCKER_DECL void give_back(any_stream stream);
    MOCKER_DECL awaitable<result<any_stream>> connect();

    asio::any_io_executor executor;
    client_options options;
    std::optional<tls_context> tls{}; // made when first needed
    std::vector<idle_stream> idle{};

private:
    MOCKER_DECL awaitable<result<any_stream>> connect_without_limit();
};

/// One exchange of a client: a request sent, an answer being read.
class client_connection {
public:
    client_connection(std::shared_ptr<client_pool> pool, any_stream stream)
        : pool_(std::move(pool)), stream_(std::move(stream)), reader_(pool_->options.header_limit) {}

    /// Sends @p m and reads the header of the answer.
    MOCKER_DECL awaitable<result<>> exchange(message const& m);
    MOCKER_DECL awaitable<result<std::size_t>> read_body(asio::mutable_buffer into);
    /// Gives the stream away, with what has been read too far.
    MOCKER_DECL any_stream release();

    message_reader<false> const& reader() const noexcept { return reader_; }

private:
    MOCKER_DECL void format_head(message const& m);
    MOCKER_DECL awaitable<result<>> send(message const& m);
    MOCKER_DECL awaitable<result<>> send_source(message const& m);
    MOCKER_DECL awaitable<result<>> read_header(message const& m);
    MOCKER_DECL void finish_if_done();

    std::shared_ptr<client_pool> pool_;
    any_stream stream_;
    message_reader<false> reader_;
    std::string head_{};
    bool sent_ = false;      // the whole request
    error source_failure_{}; // why the body could not be made
};

} // namespace mocker::http::detail

#endif
