// The bodies that this program needs. One that needs all of them includes <mocker/src.hpp>.
#include <mocker/async/src.hpp>
#include <mocker/core/src.hpp>
#include <mocker/oci/src.hpp>
#include <mocker/process/src.hpp>
