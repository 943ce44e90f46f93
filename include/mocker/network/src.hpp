/// @file The bodies of this folder, for one translation unit of a program built with MOCKER_SEPARATE_COMPILATION.
#include <mocker/network/impl/address.ipp>
#include <mocker/network/impl/address_pool.ipp>
#include <mocker/network/impl/bridge.ipp>
