/// @file The bodies of this folder, for one translation unit of a program built with MOCKER_SEPARATE_COMPILATION.
#include <mocker/linux/impl/interfaces.ipp>
#include <mocker/linux/impl/netlink.ipp>
#include <mocker/linux/impl/network_plan.ipp>
#include <mocker/linux/impl/nftables.ipp>
