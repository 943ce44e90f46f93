/** @file
    The bodies of the whole library, for a program that is built with `MOCKER_SEPARATE_COMPILATION`: one of its translation
    units includes this file, every other one only declarations. With CMake, link `mocker::compiled` instead.

    Where `BOOST_ASIO_SEPARATE_COMPILATION` or `BOOST_BEAST_SEPARATE_COMPILATION` is defined too, that unit also includes
    Boost's own `src.hpp` files, and links Boost.JSON and Boost.URL as always. */
#if !defined(MOCKER_SEPARATE_COMPILATION)
#error "mocker/src.hpp is for programs that define MOCKER_SEPARATE_COMPILATION; the headers alone suffice otherwise"
#endif

#include <mocker/core/src.hpp>
#include <mocker/async/src.hpp>
#include <mocker/linux/src.hpp>
#include <mocker/archive/src.hpp>
#include <mocker/oci/src.hpp>
#include <mocker/types/src.hpp>
#include <mocker/process/src.hpp>
#include <mocker/content/src.hpp>
#include <mocker/network/src.hpp>
#include <mocker/volume/src.hpp>
#include <mocker/client/src.hpp>
#include <mocker/http/src.hpp>
#include <mocker/registry/src.hpp>
#include <mocker/snapshot/src.hpp>
#include <mocker/runtime/src.hpp>
#include <mocker/image/src.hpp>
#include <mocker/engine/src.hpp>
#include <mocker/api/src.hpp>
#include <mocker/cli/src.hpp>
