/// @file The bodies of this folder, for one translation unit of a program built with MOCKER_SEPARATE_COMPILATION.
#include <mocker/registry/impl/authenticator.ipp>
#include <mocker/registry/impl/base64.ipp>
#include <mocker/registry/impl/challenge.ipp>
#include <mocker/registry/impl/client.ipp>
#include <mocker/registry/impl/credentials.ipp>
#include <mocker/registry/impl/distribution_client.ipp>
#include <mocker/registry/impl/failure.ipp>
#include <mocker/registry/impl/fetch_blob.ipp>
#include <mocker/registry/impl/fetch_manifest.ipp>
#include <mocker/registry/impl/hosts.ipp>
#include <mocker/registry/impl/token.ipp>
#include <mocker/registry/impl/transport.ipp>
