/// @file The bodies of this folder, for one translation unit of a program built with MOCKER_SEPARATE_COMPILATION.
#include <mocker/archive/impl/compression.ipp>
#include <mocker/archive/impl/tar_fields.ipp>
#include <mocker/archive/impl/tar_pax.ipp>
#include <mocker/archive/impl/tar_reader.ipp>
#include <mocker/archive/impl/tar_writer.ipp>
