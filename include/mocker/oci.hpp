/// @file Documents and names of the Open Container Initiative and of Docker: data in, data out.
#ifndef MOCKER_OCI_HPP
#define MOCKER_OCI_HPP

#include <mocker/oci/descriptor.hpp>
#include <mocker/oci/image_config.hpp>
#include <mocker/oci/index.hpp>
#include <mocker/oci/limits.hpp>
#include <mocker/oci/manifest.hpp>
#include <mocker/oci/media_types.hpp>
#include <mocker/oci/platform.hpp>
#include <mocker/oci/reference.hpp>

#endif
