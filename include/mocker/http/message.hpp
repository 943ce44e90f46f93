#ifndef MOCKER_HTTP_MESSAGE_HPP
#define MOCKER_HTTP_MESSAGE_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/http/fields.hpp>
#include <mocker/http/request.hpp>

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mocker::http {

/// Gives the next bytes of a body, 0 at its end.
using body_source = std::function<awaitable<result<std::size_t>>(asio::mutable_buffer)>;

/** A request that a client sends.
    @code
    http::message post(http::verb::post, "/containers/create?name=db");
    post.set("Content-Type", "application/json");
    post.body = text;
    @endcode */
struct message {
    message() = default;
    message(verb method_, std::string target_) : method(method_), target(std::move(target_)) {}

    void set(std::string_view name, std::string_view value) { header.set(name, value); }

    verb method = verb::get;
    std::string target = "/"; ///< path and query, percent-encoded
    fields header{};          ///< `Host`, framing and `Connection` are set by the client unless they are here
    std::string body{};       ///< the whole body; ignored if there is a `source`
    body_source source{};     ///< a body that is made while it is sent
    std::optional<std::uint64_t> source_size{}; ///< its length; chunked if unknown
};

/// A whole answer.
struct reply {
    unsigned status = 0;
    fields header{};
    std::string body{};
    /// 2xx.
    bool ok() const noexcept { return status / 100 == 2; }
};

} // namespace mocker::http

#endif
