/// @file The bodies of this folder, for one translation unit of a program built with MOCKER_SEPARATE_COMPILATION.
#include <mocker/api/impl/containers.ipp>
#include <mocker/api/impl/context.ipp>
#include <mocker/api/impl/detach_keys.ipp>
#include <mocker/api/impl/filters.ipp>
#include <mocker/api/impl/images.ipp>
#include <mocker/api/impl/progress.ipp>
#include <mocker/api/impl/resources.ipp>
#include <mocker/api/impl/routes.ipp>
#include <mocker/api/impl/streams.ipp>
#include <mocker/api/impl/system.ipp>
#include <mocker/api/impl/version.ipp>
#include <mocker/api/impl/views.ipp>
