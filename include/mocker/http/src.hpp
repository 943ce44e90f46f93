/// @file The bodies of this folder, for one translation unit of a program built with MOCKER_SEPARATE_COMPILATION.
#include <mocker/http/impl/acceptor.ipp>
#include <mocker/http/impl/any_stream.ipp>
#include <mocker/http/impl/client.ipp>
#include <mocker/http/impl/client_connection.ipp>
#include <mocker/http/impl/connection.ipp>
#include <mocker/http/impl/error_body.ipp>
#include <mocker/http/impl/fields.ipp>
#include <mocker/http/impl/request.ipp>
#include <mocker/http/impl/response.ipp>
#include <mocker/http/impl/router.ipp>
#include <mocker/http/impl/server.ipp>
#include <mocker/http/impl/socket_stream.ipp>
#include <mocker/http/impl/socket_transport.ipp>
#include <mocker/http/impl/stream_pair.ipp>
#include <mocker/http/impl/tls.ipp>
#include <mocker/http/impl/tls_transport.ipp>
#include <mocker/http/impl/uri.ipp>
