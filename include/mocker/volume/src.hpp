/// @file The bodies of this folder, for one translation unit of a program built with MOCKER_SEPARATE_COMPILATION.
#include <mocker/volume/impl/copy_tree.ipp>
#include <mocker/volume/impl/store.ipp>
