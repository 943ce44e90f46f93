#ifndef MOCKER_HTTP_IMPL_ERROR_BODY_IPP
#define MOCKER_HTTP_IMPL_ERROR_BODY_IPP

#include <mocker/http/detail/error_body.hpp>

#include <boost/asio/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/json/serialize.hpp>

#include <cstddef>

namespace mocker::http::detail {

/// The length of the UTF-8 sequence at the start of @p text (not empty), or 0 if it is none (RFC 3629).
MOCKER_DECL std::size_t utf8_sequence(std::string_view text) noexcept {
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    auto const first = byte(0);
    if (first < 0x80) return 1;
    if (first < 0xC2 || first > 0xF4) return 0;
    std::size_t const size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (text.size() < size) return 0;
    for (std::size_t i = 1; i != size; ++i)
        if ((byte(i) & 0xC0) != 0x80) return 0;
    auto const second = byte(1);
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)) return 0; // overlong, surrogate
    if ((first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) return 0; // overlong, over U+10FFFF
    return size;
}

MOCKER_DECL std::string valid_utf8(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        auto const size = utf8_sequence(text);
        out.append(size == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(0, size));
        text.remove_prefix(size == 0 ? 1 : size);
    }
    return out;
}

MOCKER_DECL std::string error_body(std::string_view message) {
    return "{\"message\":" + boost::json::serialize(boost::json::string_view(valid_utf8(message))) + "}\n";
}

MOCKER_DECL unsigned status_of_failure(error_code ec) {
    namespace http = boost::beast::http;
    if (ec == http::error::header_limit) return 431;
    if (ec == http::error::body_limit) return 413;
    return ec == boost::asio::error::timed_out ? 408 : 400;
}

MOCKER_DECL std::string text_of_failure(error_code ec) {
    namespace http = boost::beast::http;
    if (ec == http::error::header_limit) return "request header too large";
    if (ec == http::error::body_limit) return "request body too large";
    if (ec == boost::asio::error::timed_out) return "the header of the request did not arrive in time";
    if (ec == http::error::partial_message) return "malformed request: it ends early";
    return "malformed request: " + ec.message();
}

MOCKER_DECL std::string text_of_exception(std::exception_ptr const& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (std::exception const& e) {
        return e.what();
    } catch (...) {
        return "unknown exception";
    }
}

} // namespace mocker::http::detail

#endif
