/// @file Networks of containers: addresses, the default bridge, what a launch does to join it.
#ifndef MOCKER_NETWORK_UMBRELLA_HPP
#define MOCKER_NETWORK_UMBRELLA_HPP

#include <mocker/network/address.hpp>
#include <mocker/network/address_pool.hpp>
#include <mocker/network/bridge.hpp>
#include <mocker/network/endpoint.hpp>

#endif
