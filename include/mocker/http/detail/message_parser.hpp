#ifndef MOCKER_HTTP_DETAIL_MESSAGE_PARSER_HPP
#define MOCKER_HTTP_DETAIL_MESSAGE_PARSER_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/http/detail/message_head.hpp>

// clang-format off
#include <ostream> // Beast's text needs it whole
// clang-format on

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace mocker::http::detail {

namespace beast_http = boost::beast::http;
using beast_text = boost::beast::string_view;

inline std::string_view to_std(beast_text text) noexcept { return {text.data(), text.size()}; }

/** Beast's parser, storing the header in a message_head and the body where it is told to. Once a message: Beast's
    parsers do not start again. */
template <bool IsRequest>
class message_parser final : public beast_http::basic_parser<IsRequest> {
public:
    explicit message_parser(message_head& head) : head_(head) {}

    /// Where the next bytes of the body go; they may lie there already.
    void deliver_to(asio::mutable_buffer into) noexcept {
        into_ = into;
        delivered_ = 0;
    }
    std::size_t delivered() const noexcept { return delivered_; }
    bool has_start_line() const noexcept { return has_start_line_; }

private:
    void on_request_impl(verb method, beast_text method_text, beast_text target, int version, error_code&) override {
        has_start_line_ = true;
        head_.method = method;
        head_.method_text = to_std(method_text);
        head_.target = to_std(target);
        head_.version = version;
    }

    void on_response_impl(int status, beast_text, int version, error_code&) override {
        has_start_line_ = true;
        head_.status = static_cast<unsigned>(status);
        head_.version = version;
    }

    void on_field_impl(beast_http::field, beast_text name, beast_text value, error_code&) override {
        if (!has_header_)
            head_.header.add(to_std(name), to_std(value)); // later ones are trailers, which may not change it
    }

    void on_header_impl(error_code&) override { has_header_ = true; }
    void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
    std::size_t on_body_impl(beast_text bytes, error_code&) override { return deliver(bytes); }
    void on_chunk_header_impl(std::uint64_t, beast_text, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast_text bytes, error_code&) override { return deliver(bytes); }
    void on_finish_impl(error_code&) override {}

    std::size_t deliver(beast_text bytes) noexcept {
        auto const size = std::min(bytes.size(), into_.size());
        if (size != 0 && bytes.data() != into_.data()) std::memcpy(into_.data(), bytes.data(), size);
        into_ += size;
        delivered_ += size;
        return size;
    }

    message_head& head_;
    asio::mutable_buffer into_{};
    std::size_t delivered_ = 0;
    bool has_start_line_ = false;
    bool has_header_ = false;
};

} // namespace mocker::http::detail

#endif
