/// @file The Docker Engine API of an engine. Umbrella header.
#ifndef MOCKER_API_HPP
#define MOCKER_API_HPP

#include <mocker/api/routes.hpp>

#endif
