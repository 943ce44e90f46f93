/// @file The bodies of this folder, for one translation unit of a program built with MOCKER_SEPARATE_COMPILATION.
#include <mocker/linux/impl/capabilities.ipp>
#include <mocker/linux/impl/cgroup.ipp>
#include <mocker/linux/impl/clone.ipp>
#include <mocker/linux/impl/device_filter.ipp>
#include <mocker/linux/impl/interfaces.ipp>
#include <mocker/linux/impl/mount.ipp>
#include <mocker/linux/impl/netlink.ipp>
#include <mocker/linux/impl/network_plan.ipp>
#include <mocker/linux/impl/nftables.ipp>
#include <mocker/linux/impl/overlay.ipp>
#include <mocker/linux/impl/pidfd.ipp>
#include <mocker/linux/impl/seccomp.ipp>
