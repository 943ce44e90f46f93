/// @file Archives: tar read and written as a stream; gzip and zstd inflated.
#ifndef MOCKER_ARCHIVE_UMBRELLA_HPP
#define MOCKER_ARCHIVE_UMBRELLA_HPP

#include <mocker/archive/compression.hpp>
#include <mocker/archive/tar_entry.hpp>
#include <mocker/archive/tar_reader.hpp>
#include <mocker/archive/tar_writer.hpp>

#endif
