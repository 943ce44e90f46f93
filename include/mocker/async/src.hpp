/// @file The bodies of this folder, for one translation unit of a program built with MOCKER_SEPARATE_COMPILATION.
#include <mocker/async/impl/event.ipp>
#include <mocker/async/impl/task_group.ipp>
#include <mocker/async/impl/with_timeout.ipp>
