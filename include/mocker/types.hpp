/// @file The Engine API as plain structs, with their JSON. Umbrella header.
#ifndef MOCKER_TYPES_HPP
#define MOCKER_TYPES_HPP

#include <mocker/types/container.hpp>
#include <mocker/types/event.hpp>
#include <mocker/types/exec.hpp>
#include <mocker/types/host_config.hpp>
#include <mocker/types/image.hpp>
#include <mocker/types/json_mapping.hpp>
#include <mocker/types/network.hpp>
#include <mocker/types/system.hpp>
#include <mocker/types/volume.hpp>

#endif
