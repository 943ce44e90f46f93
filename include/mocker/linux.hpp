/// @file The kernel's facilities, one header each: for programs that use them without containers.
#ifndef MOCKER_LINUX_HPP
#define MOCKER_LINUX_HPP

#include <mocker/linux/capabilities.hpp>
#include <mocker/linux/cgroup.hpp>
#include <mocker/linux/clone.hpp>
#include <mocker/linux/device_filter.hpp>
#include <mocker/linux/interfaces.hpp>
#include <mocker/linux/mount.hpp>
#include <mocker/linux/namespaces.hpp>
#include <mocker/linux/netlink.hpp>
#include <mocker/linux/network_plan.hpp>
#include <mocker/linux/nftables.hpp>
#include <mocker/linux/overlay.hpp>
#include <mocker/linux/pidfd.hpp>
#include <mocker/linux/seccomp.hpp>

#endif
