/// @file Errors, digests, sizes, times, files: what all else stands on. Umbrella header.
#ifndef MOCKER_CORE_HPP
#define MOCKER_CORE_HPP

#include <mocker/core/digest.hpp>
#include <mocker/core/error.hpp>
#include <mocker/core/error_table.hpp>
#include <mocker/core/file.hpp>
#include <mocker/core/hex.hpp>
#include <mocker/core/id.hpp>
#include <mocker/core/json.hpp>
#include <mocker/core/sha256.hpp>
#include <mocker/core/size.hpp>
#include <mocker/core/time.hpp>
#include <mocker/core/unique_fd.hpp>

#endif
