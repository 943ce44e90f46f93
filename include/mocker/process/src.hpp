/// @file The bodies of this folder, for one translation unit of a program built with MOCKER_SEPARATE_COMPILATION.
#include <mocker/process/impl/child.ipp>
#include <mocker/process/impl/command.ipp>
#include <mocker/process/impl/exit_status.ipp>
#include <mocker/process/impl/plumbing.ipp>
#include <mocker/process/impl/pty.ipp>
#include <mocker/process/impl/recording_runner.ipp>
#include <mocker/process/impl/runner.ipp>
#include <mocker/process/impl/script_main.ipp>
#include <mocker/process/impl/shell.ipp>
#include <mocker/process/impl/spawn.ipp>
