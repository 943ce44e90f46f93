#ifndef MOCKER_HTTP_STREAM_PAIR_HPP
#define MOCKER_HTTP_STREAM_PAIR_HPP

#include <mocker/http/any_stream.hpp>

#include <cstddef>
#include <utility>

namespace mocker::http {

/** Two streams in memory: what is written to one is read from the other. For tests, and for a server and a client in
    one program. A direction holds up to @p capacity bytes; after that a writer waits. */
MOCKER_DECL std::pair<any_stream, any_stream> make_stream_pair(asio::any_io_executor executor,
                                                               std::size_t capacity = 64 * 1024);

} // namespace mocker::http

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/http/impl/stream_pair.ipp>
#endif
#endif
