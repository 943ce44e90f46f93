/// @file The bodies of this folder, for one translation unit of a program built with MOCKER_SEPARATE_COMPILATION.
#include <mocker/snapshot/impl/confined_tree.ipp>
#include <mocker/snapshot/impl/layer_attributes.ipp>
#include <mocker/snapshot/impl/layer_unpacker.ipp>
#include <mocker/snapshot/impl/layer_writer.ipp>
#include <mocker/snapshot/impl/lower_links.ipp>
#include <mocker/snapshot/impl/snapshot_store.ipp>
