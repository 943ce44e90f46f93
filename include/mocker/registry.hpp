/// @file Registries: a client of the distribution protocol, and the parts that it is made of.
#ifndef MOCKER_REGISTRY_HPP
#define MOCKER_REGISTRY_HPP

#include <mocker/registry/challenge.hpp>
#include <mocker/registry/client.hpp>
#include <mocker/registry/credentials.hpp>
#include <mocker/registry/failure.hpp>
#include <mocker/registry/hosts.hpp>
#include <mocker/registry/options.hpp>
#include <mocker/registry/sink.hpp>
#include <mocker/registry/token.hpp>

#endif
