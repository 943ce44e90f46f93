#ifndef MOCKER_HTTP_DETAIL_MESSAGE_HEAD_HPP
#define MOCKER_HTTP_DETAIL_MESSAGE_HEAD_HPP

#include <mocker/http/fields.hpp>

// clang-format off
#include <ostream> // Beast's text needs it whole
// clang-format on

#include <boost/beast/http/verb.hpp>

#include <string>

namespace mocker::http {

using verb = boost::beast::http::verb;

namespace detail {

/// The start line and the header of a message of either kind.
struct message_head {
    verb method = verb::unknown; // of a request
    unsigned status = 0;         // of an answer
    int version = 11;
    std::string method_text{};
    std::string target{};
    http::fields header{};

    void clear() {
        method = verb::unknown;
        status = 0;
        version = 11;
        method_text.clear();
        target.clear();
        header.clear();
    }
};

} // namespace detail
} // namespace mocker::http

#endif
