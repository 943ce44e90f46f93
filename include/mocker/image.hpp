/// @file The image store: pull, import, load, name, find and remove images.
#ifndef MOCKER_IMAGE_UMBRELLA_HPP
#define MOCKER_IMAGE_UMBRELLA_HPP

#include <mocker/image/image.hpp>
#include <mocker/image/options.hpp>
#include <mocker/image/catalog.hpp>
#include <mocker/image/changes.hpp>
#include <mocker/image/store.hpp>

#endif
