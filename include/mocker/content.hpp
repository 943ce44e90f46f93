/// @file Content by digest, in an OCI image layout.
#ifndef MOCKER_CONTENT_UMBRELLA_HPP
#define MOCKER_CONTENT_UMBRELLA_HPP

#include <mocker/content/blob_store.hpp>
#include <mocker/content/blob_writer.hpp>

#endif
