/// @file The command line of `mocker`. Umbrella header.
#ifndef MOCKER_CLI_HPP
#define MOCKER_CLI_HPP

#include <mocker/cli/application.hpp>
#include <mocker/cli/command.hpp>
#include <mocker/cli/container_list.hpp>
#include <mocker/cli/container_options.hpp>
#include <mocker/cli/context.hpp>
#include <mocker/cli/detach_keys.hpp>
#include <mocker/cli/engine_starter.hpp>
#include <mocker/cli/flag_set.hpp>
#include <mocker/cli/help.hpp>
#include <mocker/cli/input.hpp>
#include <mocker/cli/inspect_usage.hpp>
#include <mocker/cli/list_format.hpp>
#include <mocker/cli/output.hpp>
#include <mocker/cli/progress_display.hpp>
#include <mocker/cli/session.hpp>
#include <mocker/cli/signals.hpp>
#include <mocker/cli/tab_writer.hpp>
#include <mocker/cli/terminal.hpp>
#include <mocker/cli/timestamps.hpp>

#endif
