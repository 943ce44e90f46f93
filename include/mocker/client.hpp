/// @file A typed client of the Engine API. Umbrella header.
#ifndef MOCKER_CLIENT_HPP
#define MOCKER_CLIENT_HPP

#include <mocker/client/api_client.hpp>
#include <mocker/client/attachment.hpp>
#include <mocker/client/demultiplexer.hpp>
#include <mocker/client/host.hpp>
#include <mocker/client/options.hpp>
#include <mocker/client/progress_stream.hpp>

#endif
