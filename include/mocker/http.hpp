/** @file
    HTTP/1.1 server and client over unix sockets, TCP and TLS. */
#ifndef MOCKER_HTTP_HPP
#define MOCKER_HTTP_HPP

#include <mocker/http/acceptor.hpp>
#include <mocker/http/any_stream.hpp>
#include <mocker/http/client.hpp>
#include <mocker/http/fields.hpp>
#include <mocker/http/message.hpp>
#include <mocker/http/request.hpp>
#include <mocker/http/response.hpp>
#include <mocker/http/router.hpp>
#include <mocker/http/server.hpp>
#include <mocker/http/socket_stream.hpp>
#include <mocker/http/stream_pair.hpp>
#include <mocker/http/tls.hpp>
#include <mocker/http/uri.hpp>

#endif
