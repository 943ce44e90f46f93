#ifndef MOCKER_ASYNC_AWAITABLE_HPP
#define MOCKER_ASYNC_AWAITABLE_HPP

#include <mocker/core/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mocker {

namespace asio = boost::asio;

/// The coroutine type of every asynchronous operation here: it runs on the `io_context` of whoever awaits it.
template <class T = void>
using awaitable = asio::awaitable<T>;

/// The completion token of every Asio call here: gives `[error_code, values...]` and does not throw.
inline constexpr auto as_awaitable_tuple = asio::as_tuple(asio::use_awaitable);

} // namespace mocker

#endif
