/// @file Volumes: named directories that outlive containers, and how a new one is filled from an image.
#ifndef MOCKER_VOLUME_UMBRELLA_HPP
#define MOCKER_VOLUME_UMBRELLA_HPP

#include <mocker/volume/copy_tree.hpp>
#include <mocker/volume/store.hpp>

#endif
