/// @file The bodies of this folder, for one translation unit of a program built with MOCKER_SEPARATE_COMPILATION.
#include <mocker/client/impl/api_client.ipp>
#include <mocker/client/impl/api_containers.ipp>
#include <mocker/client/impl/api_images.ipp>
#include <mocker/client/impl/attachment.ipp>
#include <mocker/client/impl/demultiplexer.ipp>
#include <mocker/client/impl/host.ipp>
#include <mocker/client/impl/progress_stream.ipp>
