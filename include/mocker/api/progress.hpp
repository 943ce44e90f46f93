#ifndef MOCKER_API_PROGRESS_HPP
#define MOCKER_API_PROGRESS_HPP

#include <mocker/async/event.hpp>
#include <mocker/core/size.hpp>
#include <mocker/http/response.hpp>
#include <mocker/image/options.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mocker::api {

/** Runs an operation and tells the client of its progress: JSON messages separated by CRLF.

    A failure before the first message is an answer with its own status; after it, a message with `errorDetail`, as Docker
    does. Progress that comes faster than the client reads is merged, a line for each layer.
    @param operation gets the callback that takes progress, and gives the last lines.
    @par Cancellation terminal, passed on to the operation. */
MOCKER_DECL awaitable<result<>> stream_progress(
    http::response& r, std::function<awaitable<result<std::vector<std::string>>>(image::progress_callback)> operation);

} // namespace mocker::api

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/api/impl/progress.ipp>
#endif
#endif
