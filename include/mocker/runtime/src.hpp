/// @file The bodies of this folder, for one translation unit of a program built with MOCKER_SEPARATE_COMPILATION.
#include <mocker/runtime/impl/compile.ipp>
#include <mocker/runtime/impl/compile_cgroup.ipp>
#include <mocker/runtime/impl/compile_mounts.ipp>
#include <mocker/runtime/impl/compile_process.ipp>
#include <mocker/runtime/impl/docker_defaults.ipp>
#include <mocker/runtime/impl/failure.ipp>
#include <mocker/runtime/impl/native.ipp>
#include <mocker/runtime/impl/native_process.ipp>
#include <mocker/runtime/impl/plan.ipp>
#include <mocker/runtime/impl/seqpacket.ipp>
#include <mocker/runtime/impl/users.ipp>
