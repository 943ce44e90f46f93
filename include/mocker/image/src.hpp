/// @file The bodies of this folder, for one translation unit of a program built with MOCKER_SEPARATE_COMPILATION.
#include <mocker/image/impl/catalog.ipp>
#include <mocker/image/impl/changes.ipp>
#include <mocker/image/impl/collect.ipp>
#include <mocker/image/impl/import.ipp>
#include <mocker/image/impl/key_locks.ipp>
#include <mocker/image/impl/load.ipp>
#include <mocker/image/impl/pool_pipe.ipp>
#include <mocker/image/impl/pull.ipp>
#include <mocker/image/impl/pull_layers.ipp>
#include <mocker/image/impl/remove.ipp>
#include <mocker/image/impl/saved_archive.ipp>
#include <mocker/image/impl/store.ipp>
#include <mocker/image/impl/store_state.ipp>
