/** @file
    Small programs in the place of shell scripts: `script::run` and `co_await sh::run("git", "status")`.
    @see examples/scripts */
#ifndef MOCKER_SCRIPT_HPP
#define MOCKER_SCRIPT_HPP

#include <mocker/async/event.hpp>
#include <mocker/async/task_group.hpp>
#include <mocker/async/with_timeout.hpp>
#include <mocker/process/runner.hpp>
#include <mocker/process/script_main.hpp>
#include <mocker/process/shell.hpp>

#endif
