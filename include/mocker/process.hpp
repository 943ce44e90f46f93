/** @file
    Running programs: `runner` for most uses, `child` and `spawn` below it, `pty` for programs on a terminal. */
#ifndef MOCKER_PROCESS_HPP
#define MOCKER_PROCESS_HPP

#include <mocker/process/child.hpp>
#include <mocker/process/command.hpp>
#include <mocker/process/exit_status.hpp>
#include <mocker/process/pty.hpp>
#include <mocker/process/recording_runner.hpp>
#include <mocker/process/runner.hpp>
#include <mocker/process/spawn.hpp>
#include <mocker/process/stdio.hpp>

#endif
