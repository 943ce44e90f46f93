/// @file The bodies of this folder, for one translation unit of a program built with MOCKER_SEPARATE_COMPILATION.
#include <mocker/oci/impl/descriptor.ipp>
#include <mocker/oci/impl/document.ipp>
#include <mocker/oci/impl/fields.ipp>
#include <mocker/oci/impl/image_config.ipp>
#include <mocker/oci/impl/index.ipp>
#include <mocker/oci/impl/manifest.ipp>
#include <mocker/oci/impl/media_types.ipp>
#include <mocker/oci/impl/platform.ipp>
#include <mocker/oci/impl/reference.ipp>
#include <mocker/oci/impl/runtime_spec.ipp>
