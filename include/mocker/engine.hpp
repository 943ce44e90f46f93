#ifndef MOCKER_ENGINE_UMBRELLA_HPP
#define MOCKER_ENGINE_UMBRELLA_HPP

/// @file The container engine: everything that `mockerd` serves, as coroutines.

#include <mocker/engine/attach.hpp>
#include <mocker/engine/container.hpp>
#include <mocker/engine/engine.hpp>
#include <mocker/engine/events.hpp>
#include <mocker/engine/exec.hpp>
#include <mocker/engine/log_reader.hpp>
#include <mocker/engine/names.hpp>
#include <mocker/engine/options.hpp>
#include <mocker/engine/run.hpp>
#include <mocker/engine/signals.hpp>
#include <mocker/engine/spec.hpp>
#include <mocker/engine/wait.hpp>

#endif
