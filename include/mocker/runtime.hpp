/// @file Containers on this machine: what to start, starting it, and what Docker starts by default.
#ifndef MOCKER_RUNTIME_HPP
#define MOCKER_RUNTIME_HPP

#include <mocker/runtime/docker_defaults.hpp>
#include <mocker/runtime/native.hpp>
#include <mocker/runtime/runtime.hpp>
#include <mocker/runtime/users.hpp>

#endif
