/// @file Layers unpacked on disk, as overlayfs mounts them.
#ifndef MOCKER_SNAPSHOT_UMBRELLA_HPP
#define MOCKER_SNAPSHOT_UMBRELLA_HPP

#include <mocker/snapshot/confined_tree.hpp>
#include <mocker/snapshot/layer_unpacker.hpp>
#include <mocker/snapshot/layer_writer.hpp>
#include <mocker/snapshot/snapshot_store.hpp>

#endif
