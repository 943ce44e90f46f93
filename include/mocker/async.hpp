/// @file Coroutine tools: task groups, time-outs, channels, offloading. Umbrella header.
#ifndef MOCKER_ASYNC_HPP
#define MOCKER_ASYNC_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/async/channel.hpp>
#include <mocker/async/event.hpp>
#include <mocker/async/offload.hpp>
#include <mocker/async/task_group.hpp>
#include <mocker/async/with_timeout.hpp>

#endif
