/** @file
    The bodies of request, response, router and server. They need each other's declarations whole, so each of the four
    headers declares with forward declarations alone and includes this at its end. */
#ifndef MOCKER_HTTP_IMPL_SERVER_BODIES_IPP
#define MOCKER_HTTP_IMPL_SERVER_BODIES_IPP

// clang-format off: all declarations before the first body
#include <mocker/http/request.hpp>
#include <mocker/http/response.hpp>
#include <mocker/http/router.hpp>
#include <mocker/http/server.hpp>

#include <mocker/http/impl/connection.ipp>
#include <mocker/http/impl/error_body.ipp>
#include <mocker/http/impl/request.ipp>
#include <mocker/http/impl/response.ipp>
#include <mocker/http/impl/router.ipp>
#include <mocker/http/impl/server.ipp>
// clang-format on

#endif
